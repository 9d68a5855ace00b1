package homogenized_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/mat"
)

// TestMemoryPaths compares the mean risk of paths of the SDE with the ODE, for rules with
// memory and a K whose correlations are up to 0.8, so that κ(ρ) counts at all ρ. What is
// allowed is sigmas of standard errors and 5/d of the risk. It would tell κ(C) from κ(1) I,
// whose curve must be further away than that.
func TestMemoryPaths(t *testing.T) {
	t.Parallel()
	const d, runs, correlation = 150, 96, 0.8
	entries := mat.NewDense(d, d, nil)
	for i := range d {
		for j := range d {
			entries.Set(i, j, math.Pow(correlation, math.Abs(float64(i-j))))
		}
	}
	k := must(spectra.NewDense(entries))
	rng := rand.New(rand.NewPCG(5, 5))
	init := make([]float64, d)
	spectra.FillNormal(init, rng)
	times := []float64{0.5, 1, 2, 4}
	normal := noise.Normal{Sigma: 0.5}
	for _, c := range []struct {
		law   noise.Law
		limit func(p signsgd.Problem) (homogenized.Limit, error)
		eta   float64
	}{
		{normal, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.Signum(p, 0.9) }, 0.1},
		{noise.StudentsT{Sigma: 0.3, Nu: 3}, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.Signum(p, 0.6) }, 0.2},
		{normal, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.Lion(p, 0.9, 0.95) }, 0.1},
		{normal, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.ShortAdam(p, 0.5, 0.9) }, 0.3},
		{normal, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.RMSProp(p, 0.5) }, 0.3},
		{normal, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.MajorityVote(p, 3) }, 0.3},
		{normal, func(p signsgd.Problem) (homogenized.Limit, error) { return homogenized.Clipped(p, 10) }, 0.3},
	} {
		p := must(signsgd.Problem{Covariance: k, Noise: c.law, Init: init}.WithInitialRisk(1))
		l := must(c.limit(p))
		rate := schedule.Constant(c.eta)
		curve := must(must(odes.NewFromLimit(p, l, rate)).Solve(t.Context(), times))
		paths := must(homogenized.SDE{Problem: p, Limit: l, Rate: rate, Scheme: homogenized.ExponentialEuler{Step: 0.02}}.
			Ensemble(t.Context(), ensemble.Settings{Horizon: 4, Runs: runs, Seed: 3, Times: times}))
		mean, errs := paths.Risk.Mean(), paths.Risk.StdErr()
		what := fmt.Sprintf("%s under %v", l.Name, c.law)
		for i, r := range curve.Risk {
			if gap, allowed := math.Abs(mean[i]-r), sigmas(runs)*errs[i]+5*r/d; !(gap <= allowed) {
				t.Errorf("%s, t = %v: paths have the mean %v, the curve %v, allowed %v", what, times[i], mean[i], r, allowed)
			}
		}
		if l.Basis == spectra.Plain {
			continue
		}
		// The same noise, as if coordinates were independent.
		alone := l
		alone.Noise = []homogenized.Term{{Shape: spectra.Shape{Odd: func(rho float64) float64 {
			if math.Abs(rho) < 1-1e-12 {
				return 0
			}
			return math.Copysign(1, rho)
		}}, Gain: func(risk float64) (value, slope float64) {
			for _, term := range l.Noise {
				g, s := term.Gain(risk)
				f := 1.0
				if term.Shape.Odd != nil {
					f = term.Shape.Odd(1)
				}
				value, slope = value+g*f, slope+s*f
			}
			return value, slope
		}}}
		other := must(must(odes.NewFromLimit(p, alone, rate)).Solve(t.Context(), times))
		last := len(times) - 1
		if math.Abs(mean[last]-other.Risk[last]) < sigmas(runs)*errs[last]+5*curve.Risk[last]/d {
			t.Errorf("%s: the test does not tell κ(C) from κ(1) I: %v, %v and %v", what, mean[last], curve.Risk[last], other.Risk[last])
		}
	}
}
