package odes_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// mistake is something wrong that a user does, and what must be said of it.
type mistake struct {
	says string
	do   func() error
}

// makeMistakes makes the mistakes. Each must be an error, or a panic with a message of the room,
// that says what is wrong.
func makeMistakes(t *testing.T, room string, mistakes []mistake) {
	t.Helper()
	for _, m := range mistakes {
		func() {
			defer func() {
				if value := recover(); value != nil {
					if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, m.says) {
						t.Errorf("panics with %v, want an error or a panic that says %q", value, m.says)
					}
				}
			}()
			if err := m.do(); err == nil || !strings.Contains(err.Error(), m.says) || m.says == "" {
				t.Errorf("error %v, want one that says %q", err, m.says)
			}
		}()
	}
}

// second returns the error of a call with one result.
func second[T any](_ T, err error) error { return err }

// third returns the error of a call with two results.
func third[T, U any](_ T, _ U, err error) error { return err }

// bad holds what the tables of mistakes have in common.
type bad struct {
	p       signsgd.Problem
	sign    homogenized.Limit // of signSGD on p
	rate    schedule.Schedule
	system  *odes.System // of signSGD on p
	modes   spectra.Modes
	curve   *odes.Curve
	coupled *odes.System
}

func newBad() bad {
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{1, 2})), Noise: noise.Normal{Sigma: 1}, Init: []float64{1, 1}}
	b := bad{p: p, rate: schedule.Constant(0.5), sign: must(homogenized.SignSGD(p))}
	b.system = must(odes.New(p, signsgd.SignSGD{}, b.rate))
	b.modes = b.system.Modes
	b.curve = must(b.system.Variance(context.Background(), []float64{0, 1}, odes.VarianceSettings{}))
	b.coupled = must(odes.NewFromLimit(p, must(homogenized.AverageOf(b.sign, homogenized.Averaging{})), b.rate))
	return b
}

// limit returns the limit of signSGD with a change.
func (b bad) limit(change func(l *homogenized.Limit)) homogenized.Limit {
	l := b.sign
	l.Noise = append([]homogenized.Term{}, l.Noise...)
	change(&l)
	return l
}

// changed returns the modes with a change.
func (b bad) changed(change func(m *spectra.Modes)) func() error {
	m := b.modes
	m.Lambda, m.Risk = append([]float64{}, m.Lambda...), append([]float64{}, m.Risk...)
	m.Weights = [][]float64{append([]float64{}, m.Weights[0]...)}
	change(&m)
	return func() error { return second(odes.NewFromModes(m, b.sign, b.rate)) }
}

// TestMistakesOfSystems makes systems of what is wrong.
func TestMistakesOfSystems(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	b := newBad()
	of := func(change func(p *signsgd.Problem)) func() error {
		return func() error { p := b.p; change(&p); return second(odes.New(p, signsgd.SignSGD{}, b.rate)) }
	}
	with := func(o signsgd.Optimizer, eta schedule.Schedule) func() error {
		return func() error { return second(odes.New(b.p, o, eta)) }
	}
	from := func(change func(l *homogenized.Limit)) func() error {
		return func() error { return second(odes.NewFromLimit(b.p, b.limit(change), b.rate)) }
	}
	field := func(change func(s *odes.System)) func() error {
		return func() error { s := *b.system; change(&s); return s.Validate() }
	}
	k := mat.NewSymDense(2, []float64{2, 1, 1, 2})
	phi := constant(0.5, 0)
	signODE := func(kbar mat.Matrix, k mat.Symmetric, phi homogenized.Coefficient, nu []float64, eta schedule.Schedule) func() error {
		return func() error { return second(odes.SignODE(kbar, k, phi, nu, eta)) }
	}
	vanilla := func(k mat.Symmetric, v2 float64, nu []float64, eta schedule.Schedule) func() error {
		return func() error { return second(odes.VanillaODE(k, v2, nu, eta)) }
	}
	nu := []float64{1, 1}
	makeMistakes(t, "odes: ", []mistake{
		{"signsgd: Problem.Covariance is nil", of(func(p *signsgd.Problem) { p.Covariance = nil })},
		{"signsgd: Problem.Init has length 1: must be the dimension 2", of(func(p *signsgd.Problem) { p.Init = []float64{1} })},
		{"signsgd: Problem.Init[1] is NaN: must be finite", of(func(p *signsgd.Problem) { p.Init = []float64{1, nan} })},
		{"the numbers of K or of nu are too large", of(func(p *signsgd.Problem) { p.Init = []float64{1e200, 1} })},
		{"must be at most 1e+250", of(func(p *signsgd.Problem) { p.Init = []float64{1e130, 1} })},
		{"signsgd: Problem.Target[0] is +Inf: must be finite", of(func(p *signsgd.Problem) { p.Target = []float64{inf, 1} })},
		{"signsgd: Problem.Batch is -2: must be positive, or 0 for 1", of(func(p *signsgd.Problem) { p.Batch = -2 })},
		{"signsgd: Problem.Noise: noise: Normal.Sigma is NaN: must be nonnegative and finite", of(func(p *signsgd.Problem) { p.Noise = noise.Normal{Sigma: nan} })},
		{"odes: Problem.Covariance of type odes_test.sampledOnly has no modes: it must be spectra.Structured;", of(func(p *signsgd.Problem) { p.Covariance = sampledOnly{p.Covariance} })},
		{"signsgd: the optimizer is nil", with(nil, b.rate)},
		{"odes: System.Rate is nil", with(signsgd.SignSGD{}, nil)},
		{"schedule: Constant is -1: must be nonnegative and finite", with(signsgd.SignSGD{}, schedule.Constant(-1))},
		{"schedule: Constant is NaN: must be nonnegative and finite", with(signsgd.SignSGD{}, schedule.Constant(nan))},
		{"schedule: Cosine.Horizon is 0: must be positive and finite", with(signsgd.SignSGD{}, schedule.Cosine{Start: 1})},
		{"signsgd: Signum.Beta is 1: must lie in [0, 1)", with(signsgd.Signum{Beta: 1}, b.rate)},
		{"homogenized: signsgd.Signum has no known limit: Beta is 0.99999, a memory of 1e+05 steps: must be at most", with(signsgd.Signum{Beta: 0.99999}, b.rate)},
		{"signsgd: the schedule's Matched.SecondMoment is 9: must be 1, that of the problem", with(signsgd.SGD{}, schedule.Matched{Sign: b.rate, SecondMoment: 9, Gain: 1})},
		{"homogenized: SGD has no limit: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)", func() error {
			p := b.p
			p.Noise = noise.Cauchy{Scale: 1}
			return second(odes.New(p, signsgd.SGD{}, b.rate))
		}},
		{"homogenized: Limit.Drift is nil", from(func(l *homogenized.Limit) { l.Drift = nil })},
		{"homogenized: Limit.Noise[0].Gain is nil", from(func(l *homogenized.Limit) { l.Noise[0].Gain = nil })},
		{"homogenized: Limit.Basis is Basis(7): must be spectra.Plain or spectra.Preconditioned", from(func(l *homogenized.Limit) { l.Basis = 7 })},
		{"homogenized: Limit.Centred is set: must not be beside a Coupling", from(func(l *homogenized.Limit) { l.Centred, l.Coupling = true, b.coupled.Limit.Coupling })},
		{"homogenized: Coupling has 0 vectors: must have 1 to 8", from(func(l *homogenized.Limit) { l.Coupling = &homogenized.Coupling{} })},
		{"homogenized: the limit was taken at batch 1, but Problem.Batch is 3: take it anew with Of", func() error { p := b.p; p.Batch = 3; return second(odes.NewFromLimit(p, b.sign, b.rate)) }},
		{"homogenized: the limit was taken under the noise Normal(μ=0, σ=1), but Problem.Noise is Normal(μ=0, σ=2):", func() error {
			p := b.p
			p.Noise = noise.Normal{Sigma: 2}
			return second(odes.NewFromLimit(p, b.sign, b.rate))
		}},
		{"homogenized: Limit.Drift is nil", func() error { return second(odes.NewFromLimit(b.p, homogenized.Limit{}, b.rate)) }},
		{"odes: System.Modes: spectra: Modes.Lambda has length 0: must be Modes.Dim, 2, if Kind is Coordinates", b.changed(func(m *spectra.Modes) { m.Lambda, m.Risk, m.Weights[0] = nil, nil, nil })},
		{"odes: System.Modes: spectra: Modes.Lambda[1] is NaN: must be nonnegative and finite", b.changed(func(m *spectra.Modes) { m.Lambda[1] = nan })},
		{"odes: System.Modes: spectra: Modes.Lambda[1] is -1: must be nonnegative and finite", b.changed(func(m *spectra.Modes) { m.Lambda[1] = -1 })},
		{"odes: System.Modes.Lambda[1] is 1e+280: must be at most 1e+250", b.changed(func(m *spectra.Modes) { m.Lambda[1] = 1e280 })},
		{"odes: System.Modes: spectra: Modes.Risk[0] is -1: must be nonnegative and finite", b.changed(func(m *spectra.Modes) { m.Risk[0] = -1 })},
		{"odes: System.Modes: spectra: Modes.Risk[0] is +Inf: must be nonnegative and finite", b.changed(func(m *spectra.Modes) { m.Risk[0] = inf })},
		{"odes: System.Modes.Risk[0] is 1e+260: must be at most 1e+250", b.changed(func(m *spectra.Modes) { m.Risk[0] = 1e260 })},
		{"odes: System.Modes: spectra: Modes.Risk has length 1: must be that of Lambda, 2", b.changed(func(m *spectra.Modes) { m.Risk = m.Risk[:1] })},
		{"odes: System.Modes: spectra: Modes.Noise has length 1: must be that of Weights, 0", b.changed(func(m *spectra.Modes) { m.Weights = nil })},
		{"odes: System.Modes: spectra: Modes.Weights[0] has length 1: must be that of Lambda, 2", b.changed(func(m *spectra.Modes) { m.Weights[0] = m.Weights[0][:1] })},
		{"odes: System.Modes.Weights[0][1] is 1e+299: must be at most 1e+250", b.changed(func(m *spectra.Modes) { m.Weights[0][1] = 1e299 })},
		{"odes: System.Modes: spectra: Modes.Weights[0][1] is NaN: must be nonnegative and finite", b.changed(func(m *spectra.Modes) { m.Weights[0][1] = nan })},
		{"odes: System.Modes: spectra: Modes.Dim is 0: must be at least 1", b.changed(func(m *spectra.Modes) { m.Dim = 0 })},
		{"odes: System.Modes are in the Plain basis: must be in that of the limit, Preconditioned", b.changed(func(m *spectra.Modes) { m.Basis = spectra.Plain })},
		{"odes: System.Modes.Weights[0] are of another shape of noise than Limit.Noise[0]: ask for the modes with", b.changed(func(m *spectra.Modes) { m.Noise = []spectra.Shape{{}} })},
		{"odes: System.Modes has 0 rows of weights: must have one for each of the 1 terms of Limit.Noise", b.changed(func(m *spectra.Modes) { m.Noise, m.Weights = nil, nil })},
		{"odes: System.Modes: spectra: Modes.Dim is 0: must be at least 1", func() error { return second(odes.NewFromModes(spectra.Modes{}, b.sign, b.rate)) }},
		{"odes: System.Rate is nil", func() error { return second(odes.NewFromModes(b.modes, b.sign, nil)) }},
		{"homogenized: Limit.Drift is nil", func() error { return second(odes.Isotropic(homogenized.Limit{}, 1, b.rate)) }},
		{"odes: Isotropic: risk is -1: must be nonnegative and at most 1e+250", func() error { return second(odes.Isotropic(b.sign, -1, b.rate)) }},
		{"odes: Isotropic: risk is NaN: must be nonnegative and at most 1e+250", func() error { return second(odes.Isotropic(b.sign, nan, b.rate)) }},
		{"odes: Isotropic: risk is +Inf: must be nonnegative and at most 1e+250", func() error { return second(odes.Isotropic(b.sign, inf, b.rate)) }},
		{"odes: System.Rate is nil", func() error { return second(odes.Isotropic(b.sign, 1, nil)) }},
		{"odes: Isotropic: Limit.Centred keeps the dimension in the equation: use NewFromLimit", func() error {
			return second(odes.Isotropic(b.limit(func(l *homogenized.Limit) { l.Centred = true }), 1, b.rate))
		}},
		{"spectra: K is nil", signODE(nil, nil, phi, nu, b.rate)},
		{"homogenized: SignSGDWith: phi is nil", signODE(nil, k, nil, nu, b.rate)},
		{"odes: nu has length 0: must be the dimension 2", signODE(nil, k, phi, nil, b.rate)},
		{"odes: nu has length 3: must be the dimension 2", signODE(nil, k, phi, []float64{1, 2, 3}, b.rate)},
		{"odes: nu[1] is NaN: must be finite", signODE(nil, k, phi, []float64{1, nan}, b.rate)},
		{"odes: System.Rate is nil", signODE(nil, k, phi, nu, nil)},
		{"odes: kbar is 3×3: must be 2×2 like k", signODE(mat.NewDense(3, 3, nil), k, phi, nu, b.rate)},
		{"odes: kbar[0,0] is 0: D⁻¹K has 1.414213562373095 there", signODE(mat.NewDense(2, 2, nil), k, phi, nu, b.rate)},
		{"spectra: K[0,1] is NaN and K[1,0] is NaN: must be finite", signODE(nil, mat.NewSymDense(2, []float64{1, nan, nan, 1}), phi, nu, b.rate)},
		{"spectra: K has the eigenvalue -1 beside 3: K is not positive semidefinite", signODE(nil, mat.NewSymDense(2, []float64{1, 2, 2, 1}), phi, nu, b.rate)},
		{"spectra: K[0,0] is 0: the diagonal must be positive and finite", signODE(nil, mat.NewSymDense(2, []float64{0, 0, 0, 1}), phi, nu, b.rate)},
		{"spectra: K is nil", vanilla(nil, 1, nu, b.rate)},
		{"homogenized: SGDWith: secondMoment is -1: must be nonnegative", vanilla(k, -1, nu, b.rate)},
		{"homogenized: SGD has no limit: noise: the second moment E ε² is infinite", vanilla(k, inf, nu, b.rate)},
		{"homogenized: SGDWith: secondMoment is NaN: must be nonnegative", vanilla(k, nan, nu, b.rate)},
		{"odes: nu has length 1: must be the dimension 2", vanilla(k, 1, []float64{1}, b.rate)},
		{"odes: System.Rate is nil", vanilla(k, 1, nu, nil)},
		{"odes: System.Tolerance is -1: must lie in [1e-14, 1), or be 0 for the default", field(func(s *odes.System) { s.Tolerance = -1 })},
		{"odes: System.Tolerance is 1: must lie in [1e-14, 1), or be 0 for the default", field(func(s *odes.System) { s.Tolerance = 1 })},
		{"odes: System.Tolerance is 1e-15: must lie in [1e-14, 1), or be 0 for the default", field(func(s *odes.System) { s.Tolerance = 1e-15 })},
		{"odes: System.Tolerance is NaN: must lie in [1e-14, 1), or be 0 for the default", field(func(s *odes.System) { s.Tolerance = nan })},
		{"odes: System.Floor is -1: must be nonnegative and at most 1e+250", field(func(s *odes.System) { s.Floor = -1 })},
		{"odes: System.Floor is +Inf: must be nonnegative and at most 1e+250", field(func(s *odes.System) { s.Floor = inf })},
		{"odes: System.Rate is nil", field(func(s *odes.System) { s.Rate = nil })},
		{"homogenized: Limit.Drift is nil", (&odes.System{}).Validate},
		{"odes: System.Rate is nil", func() error { return b.system.WithRate(nil).Validate() }},
		{"schedule: Constant is +Inf: must be nonnegative and finite", func() error { return b.system.WithRate(schedule.Constant(inf)).Validate() }},
		{"homogenized: Limit.Drift is nil", func() error { return second(b.system.WithLimit(homogenized.Limit{})) }},
		{"odes: System.Modes are in the Preconditioned basis: must be in that of the limit, Plain", func() error { return second(b.system.WithLimit(must(homogenized.SGD(b.p)))) }},
		{"odes: WithStart: risks has length 0: must be the number of modes, 2", func() error { return second(b.system.WithStart(nil)) }},
		{"odes: WithStart: risks has length 1: must be the number of modes, 2", func() error { return second(b.system.WithStart([]float64{1})) }},
		{"odes: WithStart: risks[1] is -1: must be nonnegative and at most 1e+250", func() error { return second(b.system.WithStart([]float64{1, -1})) }},
		{"odes: WithStart: risks[1] is +Inf: must be nonnegative and at most 1e+250", func() error { return second(b.system.WithStart([]float64{1, inf})) }},
		{"odes: WithInitialRisk: risk is -1: must be nonnegative and at most 1e+250", func() error { return second(b.system.WithInitialRisk(-1)) }},
		{"odes: WithInitialRisk: risk is NaN: must be nonnegative and at most 1e+250", func() error { return second(b.system.WithInitialRisk(nan)) }},
		{"odes: WithInitialRisk: risk is 1e+260: must be nonnegative and at most 1e+250", func() error { return second(b.system.WithInitialRisk(1e260)) }},
		{"odes: WithInitialRisk: the system starts at risk 0, which no scale changes", func() error { return second(must(b.system.WithInitialRisk(0)).WithInitialRisk(1)) }},
		{"signsgd: the optimizer is nil", func() error { return second(new(odes.Shared).System(b.p, nil, b.rate)) }},
		{"signsgd: Problem.Covariance is nil", func() error { return second(new(odes.Shared).System(signsgd.Problem{}, signsgd.SignSGD{}, b.rate)) }},
		{"homogenized: Limit.Drift is nil", func() error { return second(new(odes.Shared).FromLimit(b.p, homogenized.Limit{}, b.rate)) }},
		{"odes: Shared.Keep is -1: must be at least 1, or 0 for the default", func() error {
			return second((&odes.Shared{Keep: -1}).System(b.p, signsgd.SignSGD{}, b.rate))
		}},
		{"odes: Shared.Keep is -2: must be at least 1, or 0 for the default", func() error {
			return second((&odes.Shared{Keep: -2}).FromLimit(b.p, b.sign, b.rate))
		}},
	})
}

// sampledOnly is a covariance without structure.
type sampledOnly struct{ spectra.Covariance }
