package odes

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestEquivalentCurves holds the loss of SGD on the deterministic equivalent of random
// features to the mean over drawn W, within as many standard errors of the mean as Student's
// law exceeds with probability 6e-5, and 5/d of the loss. RISKCURVES_HEAVY goes on to d = 3200.
func TestEquivalentCurves(t *testing.T) {
	t.Parallel()
	dims := []int{100, 400}
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		dims = append(dims, 1600, 3200)
	}
	for _, d := range dims {
		draws := min(12, 6400/d+4)
		sigmas := -distuv.StudentsT{Sigma: 1, Nu: float64(draws - 1)}.Quantile(distuv.UnitNormal.CDF(-4))
		for _, exponents := range [][2]float64{{1, 0.3}, {1, 2}} {
			if d > 1600 && exponents[1] > 1 {
				continue
			}
			f := spectra.RandomFeatures{Dim: d, Ambient: 10 * d, Alpha: exponents[0], Beta: exponents[1]}
			times := floats.LogSpan(make([]float64, 9), 1/float64(d), 1e4)
			rate := schedule.Constant(float64(d) / 4)
			losses := make([][]float64, len(times))
			for n := range draws {
				p, irreducible, err := signsgd.NewRandomFeatures(t.Context(), f, rand.New(rand.NewPCG(uint64(n), 40)))
				if err != nil {
					t.Fatal(err)
				}
				curve := must(must(New(p, signsgd.SGD{}, rate)).Solve(t.Context(), times))
				for i, risk := range curve.Risk {
					losses[i] = append(losses[i], risk+irreducible)
				}
			}
			e := must(spectra.NewEquivalent(f))
			irreducible := e.Irreducible()
			// The limit of SGD depends on the problem through its noise alone.
			p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 1)), Noise: noise.Normal{Sigma: math.Sqrt(2 * irreducible)}}
			curve := must(must(NewFromModes(must(e.Modes(t.Context())), must(homogenized.SGD(p)), rate)).Solve(t.Context(), times))
			for i, risk := range curve.Risk {
				want := risk + irreducible
				mean, sd := stat.MeanStdDev(losses[i], nil)
				if allowed := sigmas*sd/math.Sqrt(float64(draws)) + 5/float64(d)*want; math.Abs(mean-want) > allowed {
					t.Errorf("%+v at t = %v: mean loss %v of drawn W, want %v ± %v", f, times[i], mean, want, allowed)
				}
			}
		}
	}
}
