package homogenized_test

import (
	"errors"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// unformed is a covariance whose eigenvectors cannot be formed.
type unformed struct{ spectra.Structured }

func (u unformed) Modes(basis spectra.Basis, nu []float64, f ...spectra.Shape) (spectra.Modes, error) {
	m, err := u.Structured.Modes(basis, nu, f...)
	m.Vectors, m.Kind = nil, spectra.Unformed
	return m, err
}

// TestFramesAgree compares paths in the modes with those of ν itself: equal up to
// rounding without noise, and with noise equal in the mean, the spread and ⟨R⟩, within
// 4.5 standard errors.
func TestFramesAgree(t *testing.T) {
	t.Parallel()
	const d, runs = 12, 1500
	for name, p := range problems(t, d) {
		for _, limit := range []homogenized.Limit{must(homogenized.SignSGD(p)), must(homogenized.SGD(p))} {
			for _, scheme := range []homogenized.Scheme{homogenized.EulerMaruyama{Step: 0.05}, homogenized.SRA1{Step: 0.05}} {
				other := p
				other.Covariance = unformed{p.Covariance.(spectra.Structured)}
				quiet := limit
				quiet.Noise = nil
				settings := ensemble.Settings{Horizon: 2, Runs: 1, Times: []float64{0, 1, 2}}
				// The rate asks for all that a position knows.
				a := run(t, homogenized.SDE{Problem: p, Limit: quiet, Rate: asksDescent{}, Scheme: scheme}, settings)
				b := run(t, homogenized.SDE{Problem: other, Limit: quiet, Rate: asksDescent{}, Scheme: scheme}, settings)
				for i, r := range a.Risk[0] {
					if math.Abs(b.Risk[0][i]/r-1) > 1e-9 {
						t.Errorf("%s, %v, %T: risk %v in the modes, %v in ν", name, limit.Basis, scheme, r, b.Risk[0][i])
					}
				}
				if _, additive := scheme.(homogenized.SRA1); additive && limit.Basis == spectra.Plain {
					continue
				}
				settings = ensemble.Settings{Horizon: 1, Runs: runs, Times: []float64{1}}
				sde := homogenized.SDE{Problem: p, Limit: limit, Rate: schedule.Constant(0.5), Scheme: scheme, Variation: true}
				a = run(t, sde, settings)
				sde.Problem = other
				settings.Seed = 1
				b = run(t, sde, settings)
				same := func(what string, x, y, xErr, yErr float64) {
					if math.Abs(x-y) > 4.5*math.Hypot(xErr, yErr) {
						t.Errorf("%s, %v, %T: %s is %.4g in the modes, %.4g in ν", name, limit.Basis, scheme, what, x, y)
					}
				}
				same("mean", a.Risk.Mean()[0], b.Risk.Mean()[0], a.Risk.StdErr()[0], b.Risk.StdErr()[0])
				same("⟨R⟩", a.Observed[0].Mean()[0], b.Observed[0].Mean()[0], a.Observed[0].StdErr()[0], b.Observed[0].StdErr()[0])
				x, xErr := logDeviation(end(a.Risk))
				y, yErr := logDeviation(end(b.Risk))
				same("log spread", x, y, xErr, yErr)
			}
		}
	}
}

// asksDescent is a schedule that uses all a position knows, in both bases.
type asksDescent struct{}

func (asksDescent) Rate(t float64, at schedule.Position) float64 {
	return 0.1 + 0.1*at.Descent(false)/(at.Descent(true)+at.Risk())
}

// jump is a schedule that jumps at t = 0.35.
type jump struct{}

func (jump) Rate(t float64, _ schedule.Position) float64 {
	if t < 0.35 {
		return 0.1
	}
	return 2
}

func (jump) Breaks() []float64 { return []float64{0.35} }

// TestBreaks checks that steps end at the breaks of a schedule: without noise a step
// across the jump would be seen as an error of the first order, which is absent from
// the second-order schemes.
func TestBreaks(t *testing.T) {
	t.Parallel()
	p := problems(t, 12)["dense"]
	limit := must(homogenized.SignSGD(p))
	limit.Noise = nil
	settings := ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{1}}
	sde := homogenized.SDE{Problem: p, Limit: limit, Rate: jump{}}
	want := solve(t, sde, settings.Times)[0]
	for _, scheme := range []homogenized.Scheme{homogenized.SRA1{Step: 0.1}, homogenized.ExponentialEuler{Step: 0.1}} {
		sde.Scheme = scheme
		if got := run(t, sde, settings).Risk[0][0]; math.Abs(got/want-1) > 2e-3 {
			t.Errorf("%T: risk %v, ODE %v", scheme, got, want)
		}
	}
}

// TestTypedErrors checks what errors carry.
func TestTypedErrors(t *testing.T) {
	t.Parallel()
	p := falling(t, 5)
	try := func(change func(*homogenized.SDE)) error {
		sde := must(homogenized.SignHSGD(p, schedule.Constant(0.5)))
		change(&sde)
		_, err := sde.Ensemble(t.Context(), ensemble.Settings{Horizon: 2, Runs: 3})
		return err
	}
	for _, step := range []float64{-1, math.NaN(), math.Inf(1), 1e-300} {
		for _, scheme := range []homogenized.Scheme{homogenized.EulerMaruyama{Step: step}, homogenized.SRA1{Step: step}, homogenized.ExponentialEuler{Step: step}} {
			var bad *homogenized.StepError
			if err := try(func(s *homogenized.SDE) { s.Scheme = scheme }); !errors.As(err, &bad) || !(bad.Step == step || math.IsNaN(step)) {
				t.Errorf("%#v: error %v", scheme, err)
			}
		}
	}
	late := func(value float64) homogenized.Coefficient {
		return func(risk float64) (float64, float64) {
			if risk < 0.9*p.InitialRisk() {
				return value, 0
			}
			return 1, 0
		}
	}
	for _, value := range []float64{-1, math.NaN(), math.Inf(1)} {
		for name, change := range map[string]func(*homogenized.SDE){
			"Drift":         func(s *homogenized.SDE) { s.Limit.Drift = late(value) },
			"Noise[0].Gain": func(s *homogenized.SDE) { s.Limit.Noise[0].Gain = late(value) },
		} {
			for _, scheme := range []homogenized.Scheme{homogenized.EulerMaruyama{Step: 0.1}, homogenized.SRA1{Step: 0.1}, homogenized.ExponentialEuler{Step: 0.1}} {
				var where *homogenized.PathError
				var what *homogenized.CoefficientError
				err := try(func(s *homogenized.SDE) { s.Scheme = scheme; change(s) })
				if !errors.As(err, &where) || !errors.As(err, &what) {
					t.Errorf("%T, %s %v: error %v", scheme, name, value, err)
					continue
				}
				if what.Name != name || !(where.Time > 0 && where.Time < 2) || !(what.Risk < 0.9*p.InitialRisk()) {
					t.Errorf("%T, %s %v: %+v at %+v", scheme, name, value, what, where)
				}
			}
		}
	}
	// SRA1 has no use for noise that depends on the path, and the exponential scheme
	// none for modes without vectors.
	if err := try(func(s *homogenized.SDE) { s.Limit, s.Scheme = must(homogenized.SGD(p)), homogenized.SRA1{Step: 0.1} }); err == nil {
		t.Error("SRA1 takes multiplicative noise")
	}
	if err := try(func(s *homogenized.SDE) {
		s.Problem.Covariance, s.Scheme = unformed{p.Covariance.(spectra.Structured)}, homogenized.ExponentialEuler{Step: 0.1}
	}); err == nil {
		t.Error("Exponential does without eigenvectors")
	}
}

// TestDivergence checks that a run whose risk leaves the finite numbers counts as +Inf
// from then on, and is no error.
func TestDivergence(t *testing.T) {
	t.Parallel()
	p := falling(t, 5)
	sde := must(homogenized.HSGD(p, schedule.Constant(1e3)))
	sde.Variation = true
	band := run(t, sde, ensemble.Settings{Horizon: 10, Runs: 3})
	if n := band.Risk.Diverged(); n != 3 {
		t.Errorf("%d of 3 runs diverged", n)
	}
	if band.Risk[0][0] != p.InitialRisk() || !math.IsInf(band.Observed[0][2][200], 1) {
		t.Errorf("risk starts at %v, ⟨R⟩ ends at %v", band.Risk[0][0], band.Observed[0][2][200])
	}
	c, err := sde.Pairs(t.Context(), ensemble.Settings{Horizon: 10, Runs: 3})
	if err != nil || c.Coarse.Risk.Diverged() != 3 || c.Fine.Risk.Diverged() != 3 {
		t.Errorf("coupled: %v", err)
	}
}
