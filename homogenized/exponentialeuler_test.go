package homogenized_test

import (
	"context"
	"errors"
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
)

func run(t *testing.T, sde homogenized.SDE, settings ensemble.Settings) *ensemble.Band {
	t.Helper()
	band, err := sde.Ensemble(context.Background(), settings)
	if err != nil {
		t.Fatal(err)
	}
	return band
}

func solve(t *testing.T, sde homogenized.SDE, times []float64) []float64 {
	t.Helper()
	system, err := odes.NewFromLimit(sde.Problem, sde.Limit, sde.Rate)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := system.Solve(context.Background(), times)
	if err != nil {
		t.Fatal(err)
	}
	return curve.Risk
}

// TestExponentialMean compares the mean of R by the exponential scheme at Δ = 0.05 with
// that by Euler–Maruyama at 0.001, for signHSGD and HSGD, dense and diagonal: within 4
// standard errors of the difference at all 10 times, a chance of 3e-3 over the 40
// comparisons.
func TestExponentialMean(t *testing.T) {
	t.Parallel()
	runs, d := 100, 50
	if heavy() {
		runs, d = 400, 100
	}
	all := problems(t, d)
	for _, name := range []string{"dense", "diagonal"} {
		for _, sde := range []homogenized.SDE{must(homogenized.SignHSGD(all[name], schedule.Constant(0.7))), must(homogenized.HSGD(all[name], schedule.Constant(0.5)))} {
			settings := ensemble.Settings{Horizon: 5, Runs: runs, Seed: 1, Times: span(0.5, 5, 10)}
			sde.Scheme = homogenized.ExponentialEuler{Step: 0.05}
			fast := run(t, sde, settings)
			settings.Seed = 2
			sde.Scheme = homogenized.EulerMaruyama{Step: 0.001}
			slow := run(t, sde, settings)
			worst := 0.0
			for i, r := range fast.Risk.Mean() {
				gap := (r - slow.Risk.Mean()[i]) / math.Hypot(fast.Risk.StdErr()[i], slow.Risk.StdErr()[i])
				worst = max(worst, math.Abs(gap))
			}
			t.Logf("%s, %v: largest gap %.2f standard errors, which are %.2g of R", name, sde.Limit.Basis, worst, fast.Risk.StdErr()[9]/fast.Risk.Mean()[9])
			if worst > 4 {
				t.Errorf("%s, %v: ExponentialEuler at 0.05 and EulerMaruyama at 0.001 differ by %.2f standard errors", name, sde.Limit.Basis, worst)
			}
		}
	}
}

// TestExponentialAccuracy compares the errors of the mean at the steps of
// BenchmarkSchemes, estimated from coupled paths by Richardson's extrapolation: that of
// the exponential scheme at 0.1 must not exceed that of Euler–Maruyama at 0.005 by more
// than the noise of both estimates.
func TestExponentialAccuracy(t *testing.T) {
	t.Parallel()
	p, pairs := peerProblem(t, 100), 32
	if heavy() {
		p, pairs = peerProblem(t, 500), 128
	}
	measure := func(scheme homogenized.Scheme, order float64) (bias, se float64) {
		sde := must(homogenized.SignHSGD(p, schedule.Constant(0.7)))
		sde.Scheme = scheme
		c, err := sde.Pairs(context.Background(), ensemble.Settings{Horizon: 10, Runs: pairs, Seed: 1, Times: span(0.5, 10, 20)})
		if err != nil {
			t.Fatal(err)
		}
		gap := make(ensemble.Paths, pairs)
		fine := c.Fine.Risk.Mean()
		for i, coarse := range c.Coarse.Risk {
			gap[i] = make([]float64, len(coarse))
			for j := range coarse {
				gap[i][j] = (coarse[j] - c.Fine.Risk[i][j]) / fine[j] / (1 - math.Pow(2, -order))
			}
		}
		at := 0
		mean, errs := gap.Mean(), gap.StdErr()
		for j := range mean {
			if math.Abs(mean[j]) > math.Abs(mean[at]) {
				at = j
			}
		}
		return math.Abs(mean[at]), errs[at]
	}
	em, emErr := measure(homogenized.EulerMaruyama{Step: 5e-3}, 1)
	ex, exErr := measure(homogenized.ExponentialEuler{Step: 0.1}, 2)
	sra, sraErr := measure(homogenized.SRA1{Step: 0.05}, 2)
	t.Logf("d = %d, %d pairs: largest relative error of the mean: EulerMaruyama at 0.005 %.2g ± %.1g, Exponential at 0.1 %.2g ± %.1g, SRA1 at 0.05 %.2g ± %.1g",
		p.Dim(), pairs, em, emErr, ex, exErr, sra, sraErr)
	if ex > em+4*(emErr+exErr) {
		t.Errorf("Exponential has error %.2g ± %.1g, EulerMaruyama %.2g ± %.1g", ex, exErr, em, emErr)
	}
}

// TestExponentialStiff runs the exponential scheme at condition number 10⁸, where
// Euler–Maruyama would need a step of 10⁻⁴ at most and does diverge at 0.05, and
// compares the mean with signODE: within 4.5 standard errors plus 5/d.
func TestExponentialStiff(t *testing.T) {
	t.Parallel()
	const d = 60
	lambda, err := spectra.LogSpaced(d, 1e-4, 1e4)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 5))
	dense, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		t.Fatal(err)
	}
	diagonal, err := spectra.NewDiagonal(lambda)
	if err != nil {
		t.Fatal(err)
	}
	target := make([]float64, d)
	for i := range target {
		target[i] = rng.NormFloat64()
	}
	for name, k := range map[string]spectra.Covariance{"dense": dense, "diagonal": diagonal} {
		for _, limit := range []func(signsgd.Problem) (homogenized.Limit, error){homogenized.SignSGD, homogenized.SGD} {
			p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Target: target}
			sde := homogenized.SDE{Problem: p, Limit: must(limit(p)), Rate: schedule.Constant(1e-3), Scheme: homogenized.ExponentialEuler{Step: 0.05}}
			if sde.Limit.Basis == spectra.Preconditioned {
				sde.Rate = schedule.Constant(0.5)
			}
			band := run(t, sde, ensemble.Settings{Horizon: 10, Runs: 100, Seed: 1, Times: span(1, 10, 10)})
			mean, se := band.Risk.Mean(), band.Risk.StdErr()
			for i, r := range solve(t, sde, band.Times) {
				if gap := math.Abs(mean[i] - r); !(gap <= 4.5*se[i]+5*r/d) {
					t.Errorf("%s, %v, t = %v: mean %.4g ± %.2g, ODE %.4g", name, sde.Limit.Basis, band.Times[i], mean[i], se[i], r)
				}
			}
		}
		p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Target: target}
		sde := homogenized.SDE{Problem: p, Limit: must(homogenized.SGD(p)), Rate: schedule.Constant(1e-2), Scheme: homogenized.EulerMaruyama{Step: 0.05}}
		var unstable *homogenized.StepError
		if _, err := sde.Ensemble(t.Context(), ensemble.Settings{Horizon: 10, Runs: 2}); !errors.As(err, &unstable) || unstable.Largest > 0.03 {
			t.Errorf("%s: EulerMaruyama at 0.05 gives the error %v: this is no stiff problem", name, err)
		}
	}
}

// TestExponentialModes checks what the scheme claims for every mode, mean and variance,
// with coefficients that do not depend on R, for which one step of any length is exact:
// the mean of r_i, for dense K, against its solution, within 4.5 standard errors.
func TestExponentialModes(t *testing.T) {
	t.Parallel()
	const d, runs, eta, end = 12, 4000, 0.8, 3.
	p := problems(t, d)["dense"]
	one := func(float64) (float64, float64) { return 1, 0 }
	limit := must(homogenized.SignSGD(p))
	limit.Drift = one
	observers, err := signsgd.ObserveModes(p, limit.Basis)
	if err != nil {
		t.Fatal(err)
	}
	sde := homogenized.SDE{Problem: p, Limit: limit, Rate: schedule.Constant(eta), Scheme: homogenized.ExponentialEuler{Step: end}}
	band := run(t, sde, ensemble.Settings{Horizon: end, Runs: runs, Seed: 1, Times: []float64{end}, Observers: observers})
	m, err := p.Covariance.(spectra.Structured).Modes(limit.Basis, p.Displacement(nil, p.Init), limit.Shapes()...)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range m.Lambda {
		x := 2 * l * eta * end
		want := m.Risk[i]*math.Exp(-x) + 2/math.Pi*eta*eta*m.Weights[0][i]/(2*d)*end*-math.Expm1(-x)/x
		mean, se := band.Observed[i].Mean()[0], band.Observed[i].StdErr()[0]
		if math.Abs(mean-want) > 4.5*se {
			t.Errorf("r_%d: mean %.4g ± %.2g, want %.4g", i, mean, se, want)
		}
	}
}
