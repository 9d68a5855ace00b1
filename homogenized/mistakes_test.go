package homogenized_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// mistake is something wrong that a user does, and what must be said of it.
type mistake struct {
	says string
	do   func() error
}

// makeMistakes makes the mistakes. Each must be an error, or a panic with a message of this
// package, that says what is wrong.
func makeMistakes(t *testing.T, mistakes []mistake) {
	t.Helper()
	for _, m := range mistakes {
		func() {
			defer func() {
				if value := recover(); value != nil {
					if text, ok := value.(string); !ok || !strings.HasPrefix(text, "homogenized: ") || !strings.Contains(text, m.says) {
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

// of returns the error of a call with one result.
func of[T any](_ T, err error) error { return err }

// constant returns a coefficient that is the same at every risk.
func constant(value, slope float64) homogenized.Coefficient {
	return func(float64) (float64, float64) { return value, slope }
}

// mistaken returns a problem of dimension 2 and the limit of signSGD on it.
func mistaken() (signsgd.Problem, homogenized.Limit) {
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{1, 2})), Noise: noise.Normal{Sigma: 1}, Init: []float64{1, 1}}
	return p, must(homogenized.SignSGD(p))
}

// TestMistakesOfLimits takes limits of what is wrong.
func TestMistakesOfLimits(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	good, sign := mistaken()
	equal := good
	equal.Covariance = must(spectra.NewIsotropic(2, 1))
	heavy := good
	heavy.Noise = noise.Cauchy{Scale: 1}
	batches := equal
	batches.Batch = 2
	optimizer := func(p signsgd.Problem, o signsgd.Optimizer) func() error {
		return func() error { return of(homogenized.Of(p, o)) }
	}
	limit := func(change func(l *homogenized.Limit)) func() error {
		l := sign
		l.Noise = append([]homogenized.Term{}, l.Noise...)
		change(&l)
		return func() error { return homogenized.CheckLimit(l) }
	}
	coupling := func(change func(c *homogenized.Coupling)) func() error {
		c := homogenized.Coupling{
			Vectors: []homogenized.Vector{{Name: "ν", Start: homogenized.Displacement}, {Name: "y"}},
			Scalars: []homogenized.Scalar{{Name: "v"}},
			Flow:    func(*homogenized.Flow, *homogenized.State) {},
		}
		change(&c)
		return c.Validate
	}
	entrywise := func(p signsgd.Problem, u func(g float64) float64) func() error {
		return func() error { return of(homogenized.Entrywise(p, u)) }
	}
	var bad signsgd.Problem
	average := func(l homogenized.Limit, a homogenized.Averaging) func() error {
		return func() error { return of(homogenized.AverageOf(l, a)) }
	}
	weak := must(homogenized.WeakSignSGD(good))
	makeMistakes(t, []mistake{
		{"signsgd: Problem.Covariance is nil", optimizer(bad, signsgd.SignSGD{})},
		{"signsgd: the optimizer is nil", optimizer(good, nil)},
		{"homogenized: *signsgd.SGD has no known limit: it is a pointer: pass the value", optimizer(good, &signsgd.SGD{})},
		{"signsgd: Signum.Beta is 1: must lie in [0, 1)", optimizer(good, signsgd.Signum{Beta: 1})},
		{"signsgd: Signum.Beta is NaN: must lie in [0, 1)", optimizer(good, signsgd.Signum{Beta: nan})},
		{"homogenized: signsgd.Signum has no known limit: Beta is 0.9, a memory of 10 steps: must be at most d/10 =", optimizer(good, signsgd.Signum{Beta: 0.9})},
		{"homogenized: signsgd.Lion has no known limit: Beta2 is 0.99, a memory of 100 steps: must be at most d/10 =", optimizer(good, signsgd.Lion{Beta1: 0.9, Beta2: 0.99})},
		{"homogenized: signsgd.RMSProp has no known limit: it remembers more squares of gradients than ShortAdam is", optimizer(good, signsgd.RMSProp{Beta: 0.999})},
		{"homogenized: signsgd.Adam has no known limit: Epsilon = 1 is not small against D_i √v, which falls to 1: the", optimizer(good, signsgd.Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1})},
		{"homogenized: signsgd.PreconditionedSGD has no known limit: Scale[1] is not the multiple of the standard", optimizer(good, signsgd.PreconditionedSGD{Scale: []float64{1, 3}})},
		{"signsgd: PreconditionedSGD.Scale has length 1: must be the dimension 2", optimizer(good, signsgd.PreconditionedSGD{Scale: []float64{1}})},
		{"homogenized: signsgd.AdamHeuristic has no known limit: its Scale and MeanSquare are the user's own; the zero", optimizer(good, signsgd.AdamHeuristic{Scale: []float64{1, 1}, MeanSquare: func(_, _ []float64) float64 { return 1 }})},
		{"signsgd: Clipped.Norm is -1: must be positive and finite", optimizer(good, signsgd.Clipped{Norm: -1})},
		{"signsgd: MajorityVote.Workers is 0: must be at least 1, and at most 1073741823 in dimension 2", optimizer(good, signsgd.MajorityVote{})},
		{"homogenized: SGD has no limit: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)", optimizer(heavy, signsgd.SGD{})},
		{"homogenized: preconditioned SGD has no limit: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)", optimizer(heavy, signsgd.PreconditionedSGD{})},
		{"signsgd: AdamHeuristic: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)", optimizer(heavy, signsgd.AdamHeuristic{})},
		{"homogenized: Clipped: Problem.Batch is 2: must be 1, since the norm of a mean of gradients is not that of one", optimizer(batches, signsgd.Clipped{Norm: 1})},
		{"signsgd: Problem.Covariance is nil", func() error { return of(homogenized.SignSGD(bad)) }},
		{"signsgd: Problem.Covariance is nil", func() error { return of(homogenized.SGD(bad)) }},
		{"homogenized: WeakSignSGD: Problem.Batch is 2: must be 1", func() error { return of(homogenized.WeakSignSGD(batches)) }},
		{"homogenized: SignSGDWith: phi is nil", func() error { return of(homogenized.SignSGDWith(nil)) }},
		{"homogenized: SGDWith: secondMoment is -1: must be nonnegative", func() error { return of(homogenized.SGDWith(-1, 1)) }},
		{"homogenized: SGDWith: secondMoment is NaN: must be nonnegative", func() error { return of(homogenized.SGDWith(nan, 1)) }},
		{"homogenized: SGD has no limit: noise: the second moment E ε² is infinite", func() error { return of(homogenized.SGDWith(inf, 1)) }},
		{"homogenized: SGDWith: batch is 0: must be at least 1", func() error { return of(homogenized.SGDWith(1, 0)) }},
		{"homogenized: Clipped: norm is 0: must be positive and finite", func() error { return of(homogenized.Clipped(good, 0)) }},
		{"homogenized: Clipped: norm is NaN: must be positive and finite", func() error { return of(homogenized.Clipped(good, nan)) }},
		{"homogenized: SoftClipped: norm is +Inf: must be positive and finite", func() error { return of(homogenized.SoftClipped(good, inf)) }},
		{"homogenized: SoftClipped: Problem.Batch is 2: must be 1, since the norm of a mean of gradients is not that of", func() error { return of(homogenized.SoftClipped(batches, 1)) }},
		{"homogenized: MajorityVote: signsgd: MajorityVote.Workers is 0: must be at least 1, and at most 1073741823 in", func() error { return of(homogenized.MajorityVote(good, 0)) }},
		{"homogenized: Momentum: signsgd: Momentum.Beta is 1: must lie in [0, 1)", func() error { return of(homogenized.Momentum(good, 1)) }},
		{"homogenized: Momentum: signsgd: Momentum.Beta is -0.1: must lie in [0, 1)", func() error { return of(homogenized.Momentum(good, -0.1)) }},
		{"homogenized: Signum: signsgd: Signum.Beta is NaN: must lie in [0, 1)", func() error { return of(homogenized.Signum(good, nan)) }},
		{"homogenized: Lion: signsgd: Lion.Beta2 is 1: must lie in [0, 1)", func() error { return of(homogenized.Lion(good, 0.9, 1)) }},
		{"homogenized: Lion: signsgd: Lion.Beta1 is 2: must lie in [0, 1)", func() error { return of(homogenized.Lion(good, 2, 0.9)) }},
		{"homogenized: RMSProp: signsgd: RMSProp.Beta is 1: must lie in [0, 1)", func() error { return of(homogenized.RMSProp(good, 1)) }},
		{"homogenized: ShortAdam: signsgd: Adam.Beta2 is 1: must lie in [0, 1)", func() error { return of(homogenized.ShortAdam(good, 0.9, 1)) }},
		{"homogenized: ShortAdam: Beta1² is 0.81: must be less than Beta2 = 0.5, for which the limit is computed", func() error { return of(homogenized.ShortAdam(good, 0.9, 0.5)) }},
		{"homogenized: SlowAdam: gamma is 0: must be positive and finite", func() error { return of(homogenized.SlowAdam(good, 0, homogenized.Corrected)) }},
		{"homogenized: SlowAdam: gamma is +Inf: must be positive and finite", func() error { return of(homogenized.SlowAdam(good, inf, homogenized.Corrected)) }},
		{"homogenized: SlowAdam: bias is Bias(7): must be Corrected, Warm or Uncorrected", func() error { return of(homogenized.SlowAdam(good, 1, 7)) }},
		{"homogenized: SlowAdam: Bias is Uncorrected: without the correction the first steps are of order √(d/k) and", func() error { return of(homogenized.SlowAdam(good, 1, homogenized.Uncorrected)) }},
		{"homogenized: preconditioned SGD has no limit: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)", func() error { return of(homogenized.SlowAdam(heavy, 1, homogenized.Corrected)) }},
		{"homogenized: LongAdam: gamma1 is NaN: must be positive and finite", func() error { return of(homogenized.LongAdam(good, nan, 1, homogenized.Corrected)) }},
		{"homogenized: LongAdam: gamma2 is -1: must be positive and finite", func() error { return of(homogenized.LongAdam(good, 1, -1, homogenized.Corrected)) }},
		{"homogenized: LongAdam: bias is Bias(-1): must be Corrected, Warm or Uncorrected", func() error { return of(homogenized.LongAdam(good, 1, 1, -1)) }},
		{"homogenized: RidgeSGD: lambda is -1: must be nonnegative", func() error { return of(homogenized.RidgeSGD(good, -1)) }},
		{"homogenized: RidgeSGD: lambda is NaN: must be nonnegative", func() error { return of(homogenized.RidgeSGD(good, nan)) }},
		{"homogenized: SGD has no limit: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)", func() error { return of(homogenized.RidgeSGD(heavy, 1)) }},
		{"homogenized: DecayOf: w is nil", func() error { return of(homogenized.DecayOf(sign, nil)) }},
		{"homogenized: Limit.Drift is nil", func() error { return of(homogenized.DecayOf(homogenized.Limit{}, homogenized.Fixed(1))) }},
		{"homogenized: weak approximation of signSGD: Limit.Centred has no coupled limit", func() error { return of(homogenized.DecayOf(weak, homogenized.Fixed(1))) }},
		{"homogenized: Averaging.Start is -1: must be nonnegative and finite", average(sign, homogenized.Averaging{Start: -1})},
		{"homogenized: Averaging.Start is +Inf: must be nonnegative and finite", average(sign, homogenized.Averaging{Start: inf})},
		{`homogenized: Coupling.Vectors[1].Name is "ν", which another vector has`, average(sign, homogenized.Averaging{Name: "ν"})},
		{`homogenized: Coupling.Vectors[2].Name is "average", which another vector has`, average(must(homogenized.AverageOf(sign, homogenized.Averaging{})), homogenized.Averaging{})},
		{"homogenized: Limit.Drift is nil", average(homogenized.Limit{}, homogenized.Averaging{})},
		{"homogenized: weak approximation of signSGD: Limit.Centred has no coupled limit", average(weak, homogenized.Averaging{})},
		{`homogenized: MomentumOf: the limit of signSGD, with "average" of the mean from t = 0 is coupled: take the`, func() error {
			return of(homogenized.MomentumOf(must(homogenized.AverageOf(sign, homogenized.Averaging{})), homogenized.LongMomentum{}))
		}},
		{"homogenized: Limit.Drift is nil", func() error { return of(homogenized.MomentumOf(homogenized.Limit{}, homogenized.LongMomentum{})) }},
		{"homogenized: Entrywise: u is nil", entrywise(equal, nil)},
		{"signsgd: Problem.Covariance is nil", entrywise(bad, math.Tanh)},
		{"homogenized: Entrywise: the coordinates of x have the standard deviations 1 and, at 1, 1.4142135623730951:", entrywise(good, math.Tanh)},
		{"homogenized: Entrywise: Problem.Batch is 2: must be 1", entrywise(batches, math.Tanh)},
		{"homogenized: Entrywise: u is 1.000000000001 at 1e-12 and 0.999999999999 at -1e-12: must be odd and finite", entrywise(equal, math.Exp)},
		{"homogenized: Entrywise: u is NaN at 1e-12 and NaN at -1e-12: must be odd and finite", entrywise(equal, func(g float64) float64 { return nan })},
		{"homogenized: Entrywise: u is +Inf at 1e-12 and -Inf at -1e-12: must be odd and finite", entrywise(equal, func(g float64) float64 { return 1 / g * inf })},
		{"homogenized: Entrywise: u is 0 everywhere", entrywise(equal, func(g float64) float64 { return 0 })},
		{"homogenized: Entrywise: u grows and there is no limit: noise: the second moment E ε² is infinite", entrywise(signsgd.Problem{Covariance: equal.Covariance, Noise: noise.Cauchy{Scale: 1}}, func(g float64) float64 { return g })},
		{"homogenized: Entrywise: the density of residuals under the noise StudentsT(μ=0, σ=1, ν=3) is not known: fit a", entrywise(signsgd.Problem{Covariance: equal.Covariance, Noise: noise.StudentsT{Sigma: 1, Nu: 3}}, math.Tanh)},
		{"homogenized: Differentiate of nil", func() error { homogenized.Differentiate(nil); return nil }},
		{"homogenized: Limit.Drift is nil", limit(func(l *homogenized.Limit) { l.Drift = nil })},
		{"homogenized: Limit.Basis is Basis(-1): must be spectra.Plain or spectra.Preconditioned", limit(func(l *homogenized.Limit) { l.Basis = -1 })},
		{"homogenized: Limit.Noise[0].Gain is nil", limit(func(l *homogenized.Limit) { l.Noise[0].Gain = nil })},
		{"homogenized: Limit.Drift is -1 at risk 1e-12: must be nonnegative and finite", limit(func(l *homogenized.Limit) { l.Drift = constant(-1, 0) })},
		{"homogenized: Limit.Drift is NaN at risk 1e-12: must be nonnegative and finite", limit(func(l *homogenized.Limit) { l.Drift = constant(nan, 0) })},
		{"homogenized: Limit.Drift has the slope 1 at risk 1.778279410038923e-05: its values have 0 there", limit(func(l *homogenized.Limit) { l.Drift = constant(1, 1) })},
		{"homogenized: Limit.Noise[0].Gain is +Inf at risk 1e-12: must be nonnegative and finite", limit(func(l *homogenized.Limit) { l.Noise[0].Gain = constant(inf, 0) })},
		{"homogenized: Limit.Noise[0].Gain has the slope NaN at risk 1e-12: must be finite", limit(func(l *homogenized.Limit) { l.Noise[0].Gain = constant(1, nan) })},
		{"homogenized: Limit.Noise[0].Shape.Odd: it is 1 at 0: must be odd", limit(func(l *homogenized.Limit) { l.Noise[0].Shape.Odd = math.Exp })},
		{"homogenized: Limit.Noise[0].Shape.Odd: it is 0.03125 at 0.03125 and 0.03125 at -0.03125: must be odd and", limit(func(l *homogenized.Limit) { l.Noise[0].Shape.Odd = math.Abs })},
		{"homogenized: Limit.Noise[0].Shape.Odd: it is 0 at 1: must be positive and finite", limit(func(l *homogenized.Limit) { l.Noise[0].Shape.Odd = func(float64) float64 { return 0 } })},
		{"homogenized: Limit.Noise[0].Shape.Odd: it is +Inf at 1: must be positive and finite", limit(func(l *homogenized.Limit) { l.Noise[0].Shape.Odd = math.Atanh })},
		{"homogenized: Coupling has 0 vectors: must have 1 to 8", limit(func(l *homogenized.Limit) { l.Coupling = new(homogenized.Coupling) })},
		{"homogenized: Coupling has 0 vectors: must have 1 to 8", coupling(func(c *homogenized.Coupling) { c.Vectors = nil })},
		{"homogenized: Coupling has 9 vectors: must have 1 to 8", coupling(func(c *homogenized.Coupling) { c.Vectors = make([]homogenized.Vector, 9) })},
		{"homogenized: Coupling has 5 scalars: must have at most 4", coupling(func(c *homogenized.Coupling) { c.Scalars = make([]homogenized.Scalar, 5) })},
		{"homogenized: Coupling.Flow is nil", coupling(func(c *homogenized.Coupling) { c.Flow = nil })},
		{"homogenized: Coupling.Vectors[0].Start is Zero: must be Displacement, since the first vector is ν", coupling(func(c *homogenized.Coupling) { c.Vectors[0].Start = homogenized.Zero })},
		{"homogenized: Coupling.Vectors[1].Start is Start(9): must be Zero, Displacement or Target", coupling(func(c *homogenized.Coupling) { c.Vectors[1].Start = 9 })},
		{`homogenized: Coupling.Vectors[1].Name is "ν", which another vector has`, coupling(func(c *homogenized.Coupling) { c.Vectors[1].Name = "ν" })},
		{`homogenized: Coupling.Scalars[1].Name is "v", which another scalar has`, coupling(func(c *homogenized.Coupling) { c.Scalars = append(c.Scalars, c.Scalars[0]) })},
		{"homogenized: Coupling.Breaks[0] is 0: must be positive and finite", coupling(func(c *homogenized.Coupling) { c.Breaks = []float64{0} })},
		{"homogenized: Coupling.Breaks[1] is NaN: must be positive and finite", coupling(func(c *homogenized.Coupling) { c.Breaks = []float64{1, nan} })},
		{"signsgd: Problem.Covariance is nil", func() error { return sign.ValidateFor(bad) }},
		{"homogenized: the limit was taken at batch 1, but Problem.Batch is 2: take it anew with Of", func() error { return sign.ValidateFor(batches) }},
		{"homogenized: the limit was taken under the noise Normal(μ=0, σ=1), but Problem.Noise is Cauchy(μ=0, γ=1):", func() error { return sign.ValidateFor(heavy) }},
		{"homogenized: the limit was taken with another covariance than Problem.Covariance: take it anew with Of", func() error { return must(homogenized.Clipped(good, 1)).ValidateFor(equal) }},
	})
}

// TestMistakesOfSDEs integrates what is wrong.
func TestMistakesOfSDEs(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	good, sign := mistaken()
	rate, once := schedule.Constant(0.5), ensemble.Settings{Horizon: 1, Runs: 1}
	ctx := t.Context()
	over, cancel := context.WithCancel(ctx)
	cancel()
	sde := homogenized.SDE{Problem: good, Limit: sign, Rate: rate}
	run := func(change func(s *homogenized.SDE, settings *ensemble.Settings)) func() error {
		s, settings := sde, once
		s.Limit.Noise = append([]homogenized.Term{}, s.Limit.Noise...)
		change(&s, &settings)
		return func() error { return of(s.Ensemble(ctx, settings)) }
	}
	scheme := func(c homogenized.Scheme) func() error {
		return run(func(s *homogenized.SDE, _ *ensemble.Settings) { s.Scheme = c })
	}
	coupled := sde
	coupled.Limit = must(homogenized.AverageOf(sign, homogenized.Averaging{}))
	weak := sde
	weak.Limit = must(homogenized.WeakSignSGD(good))
	sgd := sde
	sgd.Limit = must(homogenized.SGD(good))
	with := func(s homogenized.SDE, c homogenized.Scheme) func() error {
		s.Scheme = c
		return func() error { return of(s.Ensemble(ctx, once)) }
	}
	sampled := good
	sampled.Covariance = sampledOnly{good.Covariance}
	makeMistakes(t, []mistake{
		{"signsgd: the optimizer is nil", func() error { return of(homogenized.New(good, nil, rate)) }},
		{"homogenized: SDE.Rate is nil", func() error { return of(homogenized.New(good, signsgd.SGD{}, nil)) }},
		{"schedule: Constant is NaN: must be nonnegative and finite", func() error { return of(homogenized.New(good, signsgd.SGD{}, schedule.Constant(nan))) }},
		{"signsgd: Problem.Covariance is nil", func() error { return of(homogenized.SignHSGD(signsgd.Problem{}, rate)) }},
		{"schedule: Constant is -1: must be nonnegative and finite", func() error { return of(homogenized.HSGD(good, schedule.Constant(-1))) }},
		{"signsgd: Problem.Covariance is nil", (homogenized.SDE{}).Validate},
		{"homogenized: SDE.Rate is nil", (homogenized.SDE{Problem: good, Limit: sign}).Validate},
		{"ensemble: Settings.Horizon is 0: must be positive and finite", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Horizon = 0 })},
		{"ensemble: Settings.Horizon is +Inf: must be positive and finite", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Horizon = inf })},
		{"ensemble: Settings.Runs is 0: must be at least 1", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Runs = 0 })},
		{"ensemble: Settings.Runs is 1073741824: must be at most 85471985 with 201 times and 0 observers", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Runs = 1 << 30 })},
		{"ensemble: Settings.Times is empty: must have at least one time, or be nil for 201 of them", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Times = []float64{} })},
		{"ensemble: Settings.Times[0] is 2: must lie in [0, Horizon] = [0, 1]", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Times = []float64{2} })},
		{"ensemble: Settings.Observers[0].Of is nil", run(func(_ *homogenized.SDE, s *ensemble.Settings) { s.Observers = []ensemble.Observer{{Name: "x"}} })},
		{"homogenized: Problem.Covariance of type homogenized_test.sampledOnly cannot give the noise of a limit: it", run(func(s *homogenized.SDE, _ *ensemble.Settings) { s.Problem = sampled })},
		{"homogenized: the limit was taken at batch 1, but Problem.Batch is 5: take it anew with Of", run(func(s *homogenized.SDE, _ *ensemble.Settings) { s.Problem.Batch = 5 })},
		{"ensemble: run 0: homogenized: t = 0: Limit.Drift is -1 at risk 1.5: must be nonnegative and finite", run(func(s *homogenized.SDE, _ *ensemble.Settings) { s.Limit.Drift = constant(-1, 0) })},
		{"ensemble: run 0: homogenized: t = 0: Limit.Drift is NaN at risk 1.5: must be nonnegative and finite", run(func(s *homogenized.SDE, _ *ensemble.Settings) { s.Limit.Drift = constant(nan, 0) })},
		{"ensemble: run 0: homogenized: t = 0: Limit.Noise[0].Gain is +Inf at risk 1.5: must be nonnegative and finite", run(func(s *homogenized.SDE, _ *ensemble.Settings) { s.Limit.Noise[0].Gain = constant(inf, 0) })},
		{"ensemble: run 0: panic: of a user", run(func(_ *homogenized.SDE, s *ensemble.Settings) {
			s.Observers = []ensemble.Observer{{Name: "x", Of: func([]float64) float64 { panic("of a user") }}}
		})},
		{"ensemble: run 0: homogenized: t = 0.505: schedule: the learning rate is -0.0050000000000000044 at t = 0.505:", run(func(s *homogenized.SDE, _ *ensemble.Settings) {
			s.Rate = schedule.Func(func(t float64) float64 { return 0.5 - t })
		})},
		{"homogenized: EulerMaruyama.Step is -1: must be positive and finite, or 0 for the default", scheme(homogenized.EulerMaruyama{Step: -1})},
		{"homogenized: EulerMaruyama.Step is NaN: must be positive and finite, or 0 for the default", scheme(homogenized.EulerMaruyama{Step: nan})},
		{"homogenized: EulerMaruyama.Step is 1e-20: must be at least Horizon/1.125899906842624e+15 =", scheme(homogenized.EulerMaruyama{Step: 1e-20})},
		{"homogenized: EulerMaruyama.Step is 1e+09: must be below 5.619, the largest step that is stable in mean square", scheme(homogenized.EulerMaruyama{Step: 1e9})},
		{"homogenized: SRA1.Step is +Inf: must be positive and finite, or 0 for the default", scheme(homogenized.SRA1{Step: inf})},
		{"homogenized: ExponentialEuler.Step is -1: must be positive and finite, or 0 for the default", scheme(homogenized.ExponentialEuler{Step: -1})},
		{"homogenized: ExponentialEuler.Step is 1e-20: must be at least Horizon/1.125899906842624e+15 =", scheme(homogenized.ExponentialEuler{Step: 1e-20})},
		{"homogenized: SRA1 needs additive noise: Limit.Noise[0].Gain has slope 2 at risk 0.001, must be constant", with(sgd, homogenized.SRA1{})},
		{"homogenized: SRA1 needs additive noise: that of a Centred limit depends on the path; EulerMaruyama draws it", with(weak, homogenized.SRA1{})},
		{"homogenized: ExponentialEuler cannot draw the noise of a Centred limit; EulerMaruyama does", with(weak, homogenized.ExponentialEuler{})},
		{"context canceled", func() error { return of(sde.Ensemble(over, once)) }},
		{"ensemble: Settings.Horizon is 0: must be positive and finite", func() error { return of(sde.Pairs(ctx, ensemble.Settings{})) }},
		{"context canceled", func() error { return of(sde.Pairs(over, once)) }},
		{"homogenized: Pairs: the limit is coupled: only Ensemble integrates it", func() error { return of(coupled.Pairs(ctx, once)) }},
		{"homogenized: horizon is 0: must be positive and finite", func() error { return of(sde.LargestStep(ctx, 0)) }},
		{"homogenized: horizon is NaN: must be positive and finite", func() error { return of(sde.LargestStep(ctx, nan)) }},
		{"context canceled", func() error { return of(sde.LargestStep(over, 1)) }},
		{"homogenized: LargestStep: the stability of a coupled limit is not known", func() error { return of(coupled.LargestStep(ctx, 1)) }},
		{"signsgd: Problem.Covariance is nil", func() error { return of((homogenized.SDE{}).LargestStep(ctx, 1)) }},
	})
}

// sampledOnly is a covariance without structure.
type sampledOnly struct{ spectra.Covariance }
