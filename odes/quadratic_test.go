package odes

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestQuadratic checks that G = K gives the risk, and any G the mean of simulations:
// within 4.5 standard errors of 400 runs, plus 5/d of the value.
func TestQuadratic(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const d = 40
	rng := rand.New(rand.NewPCG(3, 4))
	lambda, err := spectra.LogSpaced(d, 0.05, 3)
	if err != nil {
		t.Fatal(err)
	}
	dense, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		t.Fatal(err)
	}
	diagonal, err := spectra.NewDiagonal(lambda)
	if err != nil {
		t.Fatal(err)
	}
	g := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			g.SetSym(i, j, rng.NormFloat64())
		}
		g.SetSym(i, i, 12)
	}
	init := make([]float64, d)
	for i := range init {
		init[i] = rng.NormFloat64()
	}
	times := []float64{0, 0.3, 1, 2.5, 6}
	twice := mat.NewDiagDense(d, ones(d))
	for i := range d {
		twice.SetDiag(i, 2)
	}
	for name, k := range map[string]spectra.Structured{"dense": dense, "diagonal": diagonal} {
		p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: init}
		for _, c := range []struct {
			optimizer signsgd.Optimizer
			limit     homogenized.Limit
		}{{signsgd.SignSGD{}, must(homogenized.SignSGD(p))}, {signsgd.SGD{}, must(homogenized.SGD(p))}} {
			eta := schedule.Constant(0.4)
			same := mat.NewSymDense(d, nil)
			column, unit := make([]float64, d), make([]float64, d)
			for j := range d {
				clear(unit)
				unit[j] = 1
				k.MulVecTo(column, unit)
				for i := range j + 1 {
					same.SetSym(i, j, column[i])
				}
			}
			s := system(t, p, c.limit, eta)
			got, err := s.Quadratic(ctx, times, same, g, twice)
			if err != nil {
				t.Fatal(err)
			}
			if e := worst(got[0], risks(t, s, times...)); e > 1e-9 {
				t.Errorf("%s, %T: G = K is off the risk by %.1e", name, c.optimizer, e)
			}
			forms := []mat.Symmetric{g, twice}
			settings := ensemble.Settings{Horizon: 6, Runs: 400, Seed: 5, Times: times}
			for _, form := range forms {
				settings.Observers = append(settings.Observers, ensemble.Observer{Name: "q", Of: func(theta []float64) float64 {
					nu := mat.NewVecDense(d, theta)
					return mat.Inner(nu, form, nu) / 2
				}})
			}
			band, err := signsgd.Ensemble(ctx, p, c.optimizer, eta, settings)
			if err != nil {
				t.Fatal(err)
			}
			for n := range forms {
				got := got[1+n]
				mean, se := band.Observed[n].Mean(), band.Observed[n].StdErr()
				for i, want := range mean {
					if math.Abs(got[i]-want) > 4.5*se[i]+5*want/d+1e-12 {
						t.Errorf("%s, %T, form %d, t = %v: %.5g, simulations %.5g ± %.2g", name, c.optimizer, n, times[i], got[i], want, se[i])
					}
				}
			}
		}
	}
}

// TestQuadraticFromZero checks that G = K gives the risk from a start at θ* too, up to what
// the noise makes in the first instant, 1e-13 of the horizon, which forms leave out.
func TestQuadraticFromZero(t *testing.T) {
	t.Parallel()
	k := must(spectra.NewRotated([]float64{2, 1, .3, .1}, rand.New(rand.NewPCG(1, 2))))
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}}
	s := must(New(p, signsgd.SignSGD{}, schedule.Constant(0.4)))
	const horizon = 10
	times := []float64{0, horizon * 1e-14, horizon * 1e-13, 1e-3, 1, horizon}
	want := risks(t, s, times...)
	for i, got := range must(s.Quadratic(t.Context(), times, k))[0] {
		if !(math.Abs(got-want[i]) <= 1e-9*want[i]+want[2]) {
			t.Errorf("at t = %v: %v, want the risk %v", times[i], got, want[i])
		}
	}
}
