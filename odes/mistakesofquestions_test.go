package odes_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/odes/frontier"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestMistakesOfQuestions asks systems and curves what is wrong.
func TestMistakesOfQuestions(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	b := newBad()
	ctx := t.Context()
	over, cancel := context.WithCancel(ctx)
	cancel()
	broken := *b.system
	broken.Tolerance = 2
	silent := must(odes.NewFromModes(b.modes, b.sign, b.rate))
	centred := must(odes.NewFromLimit(b.p, must(homogenized.WeakSignSGD(b.p)), b.rate))
	quiet := must(odes.NewFromModes(spectra.Modes{Basis: spectra.Plain, Dim: 1, Lambda: []float64{1}, Risk: []float64{1}},
		homogenized.Limit{Drift: constant(1, 0)}, b.rate))
	none := must(odes.NewFromLimit(b.p, b.sign, schedule.Constant(0)))
	moved := must(b.system.WithStart([]float64{1, 2}))
	atTarget := must(b.system.WithInitialRisk(0))
	wild := func(drift, gain homogenized.Coefficient) *odes.System {
		return must(odes.NewFromLimit(b.p, b.limit(func(l *homogenized.Limit) { l.Drift, l.Noise[0].Gain, l.Name = drift, gain, "" }), b.rate))
	}
	solve := func(s *odes.System, times ...float64) func() error {
		return func() error { return second(s.Solve(ctx, times)) }
	}
	best := func(s *odes.System, horizon float64) func() error {
		return func() error { return third(s.BestConstant(ctx, horizon)) }
	}
	reach := func(level, horizon float64) func() error {
		return func() error { return second(b.system.TimeToReach(ctx, level, horizon)) }
	}
	quadratic := func(s *odes.System, forms ...mat.Symmetric) func() error {
		return func() error { return second(s.Quadratic(ctx, []float64{1}, forms...)) }
	}
	g := mat.NewSymDense(2, []float64{1, 0, 0, 1})
	variance := func(s *odes.System, o odes.VarianceSettings, times ...float64) func() error {
		return func() error { return second(s.Variance(ctx, times, o)) }
	}
	plan := func(s *odes.System, b *odes.Batches, budget odes.Budget) func() error {
		return func() error { return second(s.OptimalBatches(ctx, b, budget)) }
	}
	batches := must(odes.NewBatches(b.p, signsgd.SignSGD{}, 4))
	front := func(models []frontier.Model, compute ...float64) func() error {
		return func() error { return second(frontier.New(ctx, models, compute, frontier.Settings{})) }
	}
	model := frontier.Model{System: b.system, Rates: []float64{0.1, 0.2}}
	bare := *b.curve
	bare.Variance = nil
	shifted := *b.curve
	shifted.Times = []float64{0, 2}
	sensitivity := must(b.system.Sensitivity(ctx, 1))
	makeMistakes(t, "odes: ", []mistake{
		{"odes: times is empty", solve(b.system)},
		{"odes: times[0] is -1: must be nonnegative and finite", solve(b.system, -1)},
		{"odes: times[1] is NaN: must be nonnegative and finite", solve(b.system, 0, nan)},
		{"odes: times[0] is +Inf: must be nonnegative and finite", solve(b.system, inf)},
		{"odes: times[1] is 0 after 1: times must not decrease", solve(b.system, 1, 0)},
		{"homogenized: Limit.Drift is nil", solve(&odes.System{}, 1)},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", solve(&broken, 1)},
		{"odes: Limit.Drift gives -1 at risk 1.5, t = 0: must be nonnegative and finite", solve(wild(constant(-1, 0), constant(1, 0)), 1)},
		{"odes: Limit.Drift gives NaN at risk 1.5, t = 0: must be nonnegative and finite", solve(wild(constant(nan, 0), constant(1, 0)), 1)},
		{"odes: Limit.Drift gives the slope +Inf at risk 1.5, t = 0: must be finite", solve(wild(constant(1, inf), constant(1, 0)), 1)},
		{"odes: Limit.Noise[0].Gain gives +Inf at risk 1.5, t = 0: must be nonnegative and finite", solve(wild(constant(1, 0), constant(inf, 0)), 1)},
		{"odes: Limit.Noise[0].Gain gives the slope NaN at risk 1.5, t = 0: must be finite", solve(wild(constant(1, 0), constant(1, nan)), 1)},
		{"schedule: the learning rate is NaN at t = 0: must be nonnegative and finite", solve(b.system.WithRate(rateFunc(func(float64, schedule.Position) float64 { return nan })), 1)},
		{"schedule: the learning rate is -0.006861116997060268 at t = 0.5068611169970603: must be nonnegative and finite", solve(b.system.WithRate(rateFunc(func(t float64, _ schedule.Position) float64 { return 0.5 - t })), 1)},
		{"context canceled", func() error { return second(b.system.Solve(over, []float64{1})) }},
		{"odes: horizon is 0: must be positive and finite", best(b.system, 0)},
		{"odes: horizon is -1: must be positive and finite", best(b.system, -1)},
		{"odes: horizon is NaN: must be positive and finite", best(b.system, nan)},
		{"odes: horizon is +Inf: must be positive and finite", best(b.system, inf)},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", best(&broken, 1)},
		{"odes: BestConstant: a limit without noise has no best rate: the risk falls the faster the larger it is", best(quiet, 1)},
		{"context canceled", func() error { return third(b.system.BestConstant(over, 1)) }},
		{"odes: the learning rate is 0 in the end, so the risk has no limit that the system decides", func() error { return second(none.LimitRisk(ctx)) }},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", func() error { return second(broken.LimitRisk(ctx)) }},
		{"context canceled", func() error { return second(b.system.LimitRisk(over)) }},
		{"context canceled", func() error { return second(b.coupled.LimitRisk(over)) }},
		{"odes: no stationary risk: the limit risk is 0", func() error { return second(quiet.LocalRate(ctx)) }},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", func() error { return second(broken.LocalRate(ctx)) }},
		{"context canceled", func() error { return second(b.system.LocalRate(over)) }},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", func() error { return second(broken.LargestRate(ctx)) }},
		{"context canceled", func() error { return second(b.system.LargestRate(over)) }},
		{"odes: Linearize: the limit is coupled: Linearize is known for limits of one vector only", func() error { return second(b.coupled.Linearize(ctx)) }},
		{"odes: the learning rate is 0 in the end, so the risk has no limit that the system decides", func() error { return second(none.Linearize(ctx)) }},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", func() error { return second(broken.MeanSquareRate()) }},
		{"odes: level is -1: must be nonnegative", reach(-1, 1)},
		{"odes: level is NaN: must be nonnegative", reach(nan, 1)},
		{"odes: horizon is 0: must be positive and finite", reach(0.1, 0)},
		{"odes: horizon is +Inf: must be positive and finite", reach(0.1, inf)},
		{"context canceled", func() error { return second(b.system.TimeToReach(over, 0.1, 1)) }},
		{"odes: horizon is -1: must be positive and finite", func() error { return second(b.system.Validity(ctx, -1)) }},
		{"odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", func() error { return second(broken.Validity(ctx, 1)) }},
		{"odes: Quadratic: forms[0] must be a symmetric 2×2 matrix", quadratic(b.system, nil)},
		{"odes: Quadratic: forms[0] must be a symmetric 2×2 matrix", quadratic(b.system, mat.NewSymDense(3, nil))},
		{"odes: Quadratic: forms[0] is NaN at (0, 1): must be finite", quadratic(b.system, mat.NewSymDense(2, []float64{1, nan, nan, 1}))},
		{"odes: Quadratic: the system was made of modes, without the covariance: use New or NewFromLimit", quadratic(silent, g)},
		{"odes: Quadratic: WithStart gives the risks of the modes, not a start θ_0: use WithInitialRisk, or New with", quadratic(moved, g)},
		{"odes: Quadratic: Limit.Centred is not supported", quadratic(centred, g)},
		{"odes: Quadratic: the limit is coupled: Quadratic is known for limits of one vector only", quadratic(b.coupled, g)},
		{"odes: times is empty", variance(b.system, odes.VarianceSettings{})},
		{"odes: times[0] is NaN: must be nonnegative and finite", variance(b.system, odes.VarianceSettings{}, nan)},
		{"odes: Variance: Limit.Centred is not supported: the limit of signSGD has runs with the same variance", variance(centred, odes.VarianceSettings{}, 1)},
		{"odes: Variance: Limit.Coupling is not supported: the variance is known for limits of one vector alone", variance(b.coupled, odes.VarianceSettings{}, 1)},
		{"odes: Variance: VarianceSettings.Spread has the dimension 3: must be 2", variance(wild(constant(1, 0), constant(1, 0)), odes.VarianceSettings{Spread: must(spectra.NewIsotropic(3, 1))}, 1)},
		{"odes: Variance: Limit.Fluctuation is nil, so the variance of the optimizer's runs is not known: take the", variance(quiet, odes.VarianceSettings{}, 1)},
		{"odes: the learning rate is 0 in the end, so the risk has no limit that the system decides", func() error { return second(none.LimitVariance(ctx, odes.VarianceSettings{})) }},
		{"odes: LimitVariance: the limit is coupled: LimitVariance is known for limits of one vector only", func() error { return second(b.coupled.LimitVariance(ctx, odes.VarianceSettings{})) }},
		{"odes: horizon is 0: must be positive and finite", func() error { return third(b.system.Optimal(ctx, 0)) }},
		{"odes: horizon is +Inf: must be positive and finite", func() error { return third(b.system.Optimal(ctx, inf)) }},
		{"odes: Optimal: Limit.Centred is not supported", func() error { return third(centred.Optimal(ctx, 1)) }},
		{"odes: Optimal: the limit is coupled: Optimal is known for limits of one vector only", func() error { return third(b.coupled.Optimal(ctx, 1)) }},
		{"odes: BestConstant: a limit without noise has no best rate: the risk falls the faster the larger it is", func() error { return third(quiet.Optimal(ctx, 1)) }},
		{"odes: horizon is -1: must be positive and finite", func() error { return second(b.system.Sensitivity(ctx, -1)) }},
		{"odes: Sensitivity: Limit.Centred is not supported", func() error { return second(centred.Sensitivity(ctx, 1)) }},
		{"odes: Sensitivity: the limit is coupled: Sensitivity is known for limits of one vector only", func() error { return second(b.coupled.Sensitivity(ctx, 1)) }},
		{"odes: Sensitivity.Knots: times must increase, and be at least one", func() error { return second(sensitivity.Knots(nil)) }},
		{"odes: Sensitivity.Knots: times must increase, and be at least one", func() error { return second(sensitivity.Knots([]float64{1, 0})) }},
		{"odes: Sensitivity.Limit: 2 gains: the limit has 1 terms of noise", func() error { return second(sensitivity.Limit(constant(1, 0), constant(1, 0), constant(1, 0))) }},
		{"odes: Sensitivity.Between: gap is 0: must be finite and not 0", func() error { return second(sensitivity.Between(b.sign, b.sign, 0)) }},
		{"odes: Sensitivity.Between: the limits differ in their basis or in their terms of noise", func() error { return second(sensitivity.Between(b.sign, must(homogenized.SGD(b.p)), 1)) }},
		{"odes: NewBatches: largest is 0: must be at least 1", func() error { return second(odes.NewBatches(b.p, signsgd.SignSGD{}, 0)) }},
		{"signsgd: the optimizer is nil", func() error { return second(odes.NewBatches(b.p, nil, 4)) }},
		{"signsgd: Problem.Covariance is nil", func() error { return second(odes.NewBatches(signsgd.Problem{}, signsgd.SignSGD{}, 4)) }},
		{"odes: Batches.At: batch is 0: must be at least 1 and at most 4", func() error { return second(batches.At(0)) }},
		{"odes: Batches.At: batch is 5: must be at least 1 and at most 4", func() error { return second(batches.At(5)) }},
		{"odes: Batches.At: batch is NaN: must be at least 1 and at most 4", func() error { return second(batches.At(nan)) }},
		{"odes: OptimalBatches: batches is nil", plan(b.system, nil, odes.Budget{Steps: 1})},
		{"odes: OptimalBatches: Budget has neither Steps nor Samples", plan(b.system, batches, odes.Budget{})},
		{"odes: OptimalBatches: Budget.Steps is -1: must be nonnegative and finite", plan(b.system, batches, odes.Budget{Steps: -1})},
		{"odes: OptimalBatches: Budget.Samples is +Inf: must be nonnegative and finite", plan(b.system, batches, odes.Budget{Samples: inf})},
		{"odes: OptimalBatches: the system starts at risk 0", plan(atTarget, batches, odes.Budget{Steps: 1})},
		{"frontier: there are no models", front(nil, 1)},
		{"frontier: models[0].System is nil", front([]frontier.Model{{Rates: []float64{1}}}, 1)},
		{"frontier: models[0].Rates is empty", front([]frontier.Model{{System: b.system}}, 1)},
		{"frontier: models[0].Rates[0] is -1: must be positive and finite", front([]frontier.Model{{System: b.system, Rates: []float64{-1}}}, 1)},
		{"frontier: models[0].Rates[1] is 1: must exceed the one before, 2", front([]frontier.Model{{System: b.system, Rates: []float64{2, 1}}}, 1)},
		{"frontier: models[0].Irreducible is -1: must be nonnegative and finite", front([]frontier.Model{{System: b.system, Rates: []float64{1}, Irreducible: -1}}, 1)},
		{"frontier: models[0].Batch is -1: must be positive, or 0 for that of the problem", front([]frontier.Model{{System: b.system, Rates: []float64{1}, Batch: -1}}, 1)},
		{"frontier: compute is empty", front([]frontier.Model{model})},
		{"frontier: compute[0] is NaN: must be positive and finite", front([]frontier.Model{model}, nan)},
		{"frontier: compute[1] is 1: must exceed the one before, 2", front([]frontier.Model{model}, 2, 1)},
		{"frontier: models[0].System: odes: System.Tolerance is 2: must lie in [1e-14, 1), or be 0 for the default", front([]frontier.Model{{System: &broken, Rates: []float64{1}}}, 1)},
		{"odes: Compare: there are no optimizers", func() error { return second(odes.Compare(ctx, b.p, 1)) }},
		{"odes: horizon is 0: must be positive and finite", func() error { return second(odes.Compare(ctx, b.p, 0, signsgd.SGD{})) }},
		{"signsgd: Problem.Covariance is nil", func() error { return second(odes.Compare(ctx, signsgd.Problem{}, 1, signsgd.SGD{})) }},
		{"odes: RunsNeeded: the curve is nil", func() error { return second(odes.RunsNeeded(nil, b.curve, 0.95, 0.9)) }},
		{"odes: RunsNeeded: Curve.Variance is nil: make the curve with System.Variance", func() error { return second(odes.RunsNeeded(b.curve, &bare, 0.95, 0.9)) }},
		{"odes: RunsNeeded: the curves have different Times", func() error { return second(odes.RunsNeeded(b.curve, &shifted, 0.95, 0.9)) }},
		{"odes: RunsNeeded: level is 1: must lie in (0, 1)", func() error { return second(odes.RunsNeeded(b.curve, b.curve, 1, 0.9)) }},
		{"odes: RunsNeeded: power is 0.1: must lie in [0.5, 1)", func() error { return second(odes.RunsNeeded(b.curve, b.curve, 0.95, 0.1)) }},
		{"odes: ProbabilityBelow: the curve is nil", func() error { return second(odes.ProbabilityBelow(b.curve, nil)) }},
		{"odes: Curve.Band: level is 0: must lie in (0, 1)", func() error { return third(b.curve.Band(0)) }},
		{"odes: Curve.Band: level is NaN: must lie in (0, 1)", func() error { return third(b.curve.Band(nan)) }},
		{"odes: Curve.Band: Curve.Variance is nil: make the curve with System.Variance", func() error { return third(bare.Band(0.5)) }},
		{"odes: Rest.Band: level is 1: must lie in (0, 1)", func() error { return third(odes.Rest{Risk: 1, Variance: 1}.Band(1)) }},
		{"odes: Sweep.Systems is 0: must be at least 1", func() error { return swept(ctx, odes.Sweep{}) }},
		{"odes: Sweep.System is nil", func() error { return swept(ctx, odes.Sweep{Systems: 1}) }},
		{"odes: Sweep.Workers is -1: must be positive, or 0 for GOMAXPROCS", func() error {
			return swept(ctx, odes.Sweep{Systems: 1, Workers: -1, System: func(int) (*odes.System, []float64, error) { return nil, nil, nil }})
		}},
		{"odes: Sweep.System returned no system", func() error {
			return swept(ctx, odes.Sweep{Systems: 1, System: func(int) (*odes.System, []float64, error) { return nil, nil, nil }})
		}},
		{"odes: times is empty", func() error {
			return swept(ctx, odes.Sweep{Systems: 1, System: func(int) (*odes.System, []float64, error) { return b.system, nil, nil }})
		}},
		{"panic: of a user", func() error {
			return swept(ctx, odes.Sweep{Systems: 1, System: func(int) (*odes.System, []float64, error) { panic("of a user") }})
		}},
	})
}

// swept returns the first error of a sweep.
func swept(ctx context.Context, s odes.Sweep) error {
	for solution, err := range s.Solve(ctx) {
		if err != nil {
			return err
		}
		if solution.Err != nil {
			return solution.Err
		}
	}
	return nil
}

// constant returns a coefficient that is the same at every risk.
func constant(value, slope float64) homogenized.Coefficient {
	return func(float64) (float64, float64) { return value, slope }
}
