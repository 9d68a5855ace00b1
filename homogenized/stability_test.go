package homogenized_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// power returns SGD's problem with eigenvalues j^{−1.2} in d dimensions.
func power(d int) signsgd.Problem {
	lambda, init := make([]float64, d), make([]float64, d)
	for i := range lambda {
		lambda[i], init[i] = math.Pow(float64(i+1), -1.2), 0.1
	}
	return signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Init: init, Noise: noise.Normal{Sigma: 0.5}}
}

// meanGrowth is the factor by which a step of Euler and Maruyama's scheme multiplies the
// mean of a large risk in the end, by iterating what it does to the means of the modes.
func meanGrowth(lambda []float64, eta, dt float64, d int) float64 {
	r := make([]float64, len(lambda))
	for i := range r {
		r[i] = 1
	}
	factor := 0.0
	for range 200000 {
		risk := floats.Sum(r)
		before := factor
		for i, l := range lambda {
			x := 1 - eta*l*dt
			r[i] = x*x*r[i] + eta*eta*dt/(2*float64(d))*2*risk*l*l
		}
		factor = floats.Sum(r) / risk
		floats.Scale(1/floats.Sum(r), r)
		if math.Abs(factor-before) < 1e-15 {
			break
		}
	}
	return factor
}

// TestLargestStep holds the largest step to the map of the means, whose growth it must put
// at 1, and says that a dense K has the same one.
func TestLargestStep(t *testing.T) {
	t.Parallel()
	const d = 40
	p := power(d)
	m := must(p.Covariance.(spectra.Structured).Modes(spectra.Plain, p.Init))
	for _, eta := range []float64{1, 5, 10, 13} {
		sde := must(homogenized.HSGD(p, schedule.Constant(eta)))
		step := must(sde.LargestStep(t.Context(), 5))
		if below, above := meanGrowth(m.Lambda, eta, 0.99*step, d), meanGrowth(m.Lambda, eta, 1.01*step, d); !(below < 1 && above > 1) {
			t.Errorf("η = %v: the mean grows by %v a step below the largest step %v and by %v above", eta, below, step, above)
		}
		if naive := 2 / (eta * m.Lambda[0]); !(step < naive) {
			t.Errorf("η = %v: the step %v is not below 2/(ηλ_max) = %v, which does not suffice", eta, step, naive)
		}
		rotated := p
		rotated.Covariance = must(spectra.NewRotated(m.Lambda, rand.New(rand.NewPCG(3, 4))))
		if dense := must(must(homogenized.HSGD(rotated, schedule.Constant(eta))).LargestStep(t.Context(), 5)); math.Abs(dense/step-1) > 1e-9 {
			t.Errorf("η = %v: the step is %v for a dense K, %v for a diagonal one", eta, dense, step)
		}
	}
	// Where K keeps another structure the step is smaller, and is stable.
	ar := signsgd.Problem{Covariance: must(spectra.NewAR1(64, 1, 0.9)), Init: make([]float64, 64), Noise: noise.Normal{Sigma: 1}}
	dense := ar
	dense.Covariance = must(spectra.ToDense(ar.Covariance))
	bound, exact := must(must(homogenized.HSGD(ar, schedule.Constant(1))).LargestStep(t.Context(), 5)), must(must(homogenized.HSGD(dense, schedule.Constant(1))).LargestStep(t.Context(), 5))
	if !(bound <= exact*(1+1e-6) && bound > exact/4) {
		t.Errorf("AR1: the step is %v, %v if K is made dense", bound, exact)
	}
	// signSGD's noise does not grow: the drift alone decides, where the risk comes to rest.
	sign := must(homogenized.SignHSGD(p, schedule.Constant(1)))
	rest := must(must(odes.NewFromLimit(p, sign.Limit, sign.Rate)).LimitRisk(t.Context()))
	h, _ := sign.Limit.Drift(rest)
	kbar := math.Sqrt(m.Lambda[0])
	if got, want := must(sign.LargestStep(t.Context(), 5)), 2/(h*kbar); math.Abs(got/want-1) > 1e-3 {
		t.Errorf("signSGD: the largest step is %v, want %v", got, want)
	}
}

// TestUnstableSteps says that a step that is not stable is refused by name, that the step
// named is the bound, and that a schedule counts by its largest rate.
func TestUnstableSteps(t *testing.T) {
	t.Parallel()
	p := power(40)
	settings := ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{1}}
	for name, rate := range map[string]schedule.Schedule{
		"constant":     schedule.Constant(10),
		"warmup":       schedule.WarmupStableDecay{Peak: 10, Warmup: .5, Stable: .01, Decay: .2},
		"late step":    schedule.Interpolated{Times: []float64{0, .9, .90001}, Rates: []float64{.1, .1, 10}},
		"reads R":      rateFunc(func(_ float64, at schedule.Position) float64 { return 10 + 0*at.Risk() }),
		"step decay":   schedule.StepDecay{Start: 10, Factor: .01, Times: []float64{1e-9}},
		"exponential":  schedule.Exponential{Start: 10, Decay: 50},
		"after breaks": schedule.StepDecay{Start: .01, Factor: 1000, Times: []float64{.77777}},
	} {
		for _, scheme := range []func(step float64) homogenized.Scheme{func(step float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: step} }} {
			sde := must(homogenized.HSGD(p, rate))
			largest := must(sde.LargestStep(t.Context(), 1))
			sde.Scheme = scheme(1.01 * largest)
			_, err := sde.Ensemble(t.Context(), settings)
			var bad *homogenized.StepError
			if !errors.As(err, &bad) || bad.Largest != largest {
				t.Errorf("%s: above the largest step %v the error is %v", name, largest, err)
			}
			sde.Scheme = scheme(0.99 * largest)
			if _, err := sde.Ensemble(t.Context(), settings); err != nil {
				t.Errorf("%s: below the largest step: %v", name, err)
			}
			if constant := must(must(homogenized.HSGD(p, schedule.Constant(10))).LargestStep(t.Context(), 1)); largest < 0.99*constant || largest > 1.05*constant {
				t.Errorf("%s: the largest step is %v, that of the largest rate %v", name, largest, constant)
			}
		}
	}
	sign := must(homogenized.SignHSGD(p, schedule.Constant(1)))
	sign.Scheme = homogenized.SRA1{Step: 100}
	var bad *homogenized.StepError
	if _, err := sign.Ensemble(t.Context(), settings); !errors.As(err, &bad) || bad.Scheme != "SRA1" {
		t.Errorf("SRA1{100}: %v", err)
	}
	sign.Scheme = homogenized.ExponentialEuler{Step: 100}
	if _, err := sign.Ensemble(t.Context(), settings); err != nil {
		t.Errorf("ExponentialEuler{100}: %v", err)
	}
	// Above the largest rate the process itself diverges, and no step is blamed.
	wild := must(homogenized.HSGD(p, schedule.Constant(60)))
	wild.Scheme = homogenized.EulerMaruyama{Step: .001}
	if _, err := wild.Ensemble(t.Context(), settings); err != nil {
		t.Errorf("a process that diverges: %v", err)
	}
}

// rateFunc is a schedule given by a function.
type rateFunc func(t float64, at schedule.Position) float64

func (f rateFunc) Rate(t float64, at schedule.Position) float64 { return f(t, at) }

// TestDefaultStep holds paths at the default step to the ODE at rates where a step of 0.01
// fails, within 5% and 4.5 standard errors.
func TestDefaultStep(t *testing.T) {
	t.Parallel()
	const d = 80
	p := power(d)
	largest := must(must(odes.New(p, signsgd.SGD{}, schedule.Constant(1))).LargestRate(t.Context()))
	eta := schedule.Constant(0.5 * largest)
	sde := must(homogenized.HSGD(p, eta))
	band := run(t, sde, ensemble.Settings{Horizon: 4, Runs: 100, Seed: 1, Times: []float64{2, 4}})
	mean, se := band.Risk.Mean(), band.Risk.StdErr()
	for i, r := range solve(t, sde, band.Times) {
		if gap := math.Abs(mean[i] - r); !(gap <= 4.5*se[i]+0.05*r) || se[i] > 0.1*r {
			t.Errorf("t = %v: mean %.4g ± %.2g, ODE %.4g", band.Times[i], mean[i], se[i], r)
		}
	}
	// Where 0.01 does, it is kept: a step given as 0.01 makes the same paths.
	mild := must(homogenized.SignHSGD(p, schedule.Constant(0.3)))
	settings := ensemble.Settings{Horizon: 1, Runs: 2, Times: []float64{1}}
	byDefault := run(t, mild, settings)
	mild.Scheme = homogenized.EulerMaruyama{Step: 0.01}
	if given := run(t, mild, settings); given.Risk[0][0] != byDefault.Risk[0][0] {
		t.Errorf("the default step is not 0.01 where that is accurate")
	}
}
