package homogenized_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
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

// Where the risk does not move, because the learning rate is next to nothing, Adam's second
// moment is known for every way to start it.
func TestSecondMomentAtRest(t *testing.T) {
	t.Parallel()
	const gamma1, gamma2, sigma, batch = 1.5, 0.7, 0.5, 4
	p := signsgd.Problem{
		Covariance: must(spectra.NewIsotropic(50, 1)), Noise: noise.Normal{Sigma: sigma}, Init: slices.Repeat([]float64{0.2}, 50), Batch: batch,
	}
	square := (2*p.InitialRisk() + sigma*sigma) / batch // 2𝓟/B
	for _, c := range []struct {
		bias homogenized.Bias
		want func(t float64) float64
	}{
		{homogenized.Corrected, func(t float64) float64 { return square * -math.Expm1(-gamma2*t) }},
		{homogenized.Uncorrected, func(t float64) float64 { return square * -math.Expm1(-gamma2*t) }},
		{homogenized.Warm, func(float64) float64 { return square }},
	} {
		limits := []homogenized.Limit{must(homogenized.LongAdam(p, gamma1, gamma2, c.bias))}
		if c.bias != homogenized.Uncorrected {
			limits = append(limits, must(homogenized.SlowAdam(p, gamma2, c.bias)))
		}
		for _, l := range limits {
			sde := homogenized.SDE{Problem: p, Limit: l, Rate: schedule.Constant(1e-9), Scheme: homogenized.EulerMaruyama{Step: 1. / 1024}}
			times := []float64{0, 0.5, 2}
			paths := must(sde.Ensemble(t.Context(), ensemble.Settings{Horizon: 2, Runs: 1, Times: times}))
			v := paths.Observed[slices.Index(paths.Names, "v")][0]
			for i, at := range times {
				// Euler's error is at most (γ2 t) γ2 Δ/2 of the square.
				if allowed := square * (gamma2*gamma2*at/2048 + 1e-6); math.Abs(v[i]-c.want(at)) > allowed {
					t.Errorf("%s: v(%v) is %v, want %v ± %.1g", l.Name, at, v[i], c.want(at), allowed)
				}
			}
		}
	}
}
