package homogenized_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Without noise the coupled limits are linear equations in every mode, whose solutions are
// known. The scheme meets them to first order: half the step, half the error.
func TestCoupledPathsWithoutNoise(t *testing.T) {
	t.Parallel()
	lambda, nu, target := []float64{2, 0.5}, []float64{1, -2}, []float64{0.5, 1.5}
	init := []float64{nu[0] + target[0], nu[1] + target[1]}
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Target: target, Init: init}
	flow := homogenized.Limit{Name: "flow", Drift: func(float64) (h, slope float64) { return 1, 0 }}
	const horizon, omega, decay, delta, gamma = 1.5, 0.8, 0.3, 1.2, 0.7

	risk := func(u func(i int) float64) (sum float64) {
		for i, l := range lambda {
			sum += l * u(i) * u(i) / 2
		}
		return sum
	}
	gradientFlow := risk(func(i int) float64 { return nu[i] * math.Exp(-lambda[i]*horizon) })
	for name, c := range map[string]struct {
		limit    homogenized.Limit
		observed string // "" is the risk
		want     float64
	}{
		"mean of the iterates": {
			must(homogenized.AverageOf(flow, homogenized.Averaging{})), "average",
			risk(func(i int) float64 { return nu[i] * -math.Expm1(-lambda[i]*horizon) / (lambda[i] * horizon) }),
		},
		"beside a mean": {must(homogenized.AverageOf(flow, homogenized.Averaging{})), "", gradientFlow},
		"moving average": {
			must(homogenized.AverageOf(flow, homogenized.Averaging{Rate: homogenized.Fixed(omega), Name: "ema"})), "ema",
			risk(func(i int) float64 {
				l := lambda[i]
				return nu[i] * (omega*math.Exp(-l*horizon) - l*math.Exp(-omega*horizon)) / (omega - l)
			}),
		},
		"mean of the tail": {
			must(homogenized.AverageOf(flow, homogenized.Averaging{Start: 0.5})), "average",
			risk(func(i int) float64 {
				l := lambda[i]
				return nu[i] * (math.Exp(-l*0.5) - math.Exp(-l*horizon)) / (l * (horizon - 0.5))
			}),
		},
		"decay": {
			must(homogenized.DecayOf(flow, homogenized.Fixed(decay))), "",
			risk(func(i int) float64 {
				rest := -decay * target[i] / (lambda[i] + decay)
				return rest + (nu[i]-rest)*math.Exp(-(lambda[i]+decay)*horizon)
			}),
		},
		"heavy ball": {
			must(homogenized.MomentumOf(flow, homogenized.LongMomentum{Delta: homogenized.Fixed(delta), Gamma1: homogenized.Fixed(1), Gamma3: homogenized.Fixed(gamma)})), "",
			risk(func(i int) float64 {
				// d(ν, y) = (−γ y, λν − δy) dt
				var e mat.Dense
				e.Exp(mat.NewDense(2, 2, []float64{0, -gamma * horizon, lambda[i] * horizon, -delta * horizon}))
				return e.At(0, 0) * nu[i]
			}),
		},
	} {
		var errors [2]float64
		for k, step := range []float64{1. / 256, 1. / 512} {
			sde := homogenized.SDE{Problem: p, Limit: c.limit, Rate: schedule.Constant(1), Scheme: homogenized.EulerMaruyama{Step: step}}
			paths := must(sde.Ensemble(t.Context(), ensemble.Settings{Horizon: horizon, Runs: 1, Times: []float64{horizon}}))
			got := paths.Risk[0][0]
			if c.observed != "" {
				got = paths.Observed[slices.Index(paths.Names, c.observed)][0][0]
			}
			errors[k] = math.Abs(got - c.want)
		}
		// At most the curvature of a rate of 2.5 over the horizon, and halved to a tenth.
		if ratio := errors[0] / errors[1]; errors[0] > 0.05*c.want || math.Abs(ratio-2) > 0.2 {
			t.Errorf("%s: errors %.3g and %.3g of %v: the ratio %.3f must be 2", name, errors[0], errors[1], c.want, ratio)
		}
	}
}
