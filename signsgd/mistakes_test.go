package signsgd

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestMistakes makes mistakes, and checks what is said of each: an error, or a panic with
// a message of this package.
func TestMistakes(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	rng := rand.New(rand.NewPCG(1, 2))
	good := Problem{Covariance: diagonal(t, 1, 2), Noise: noise.Normal{Sigma: 1}, Init: []float64{1, 1}}
	rate, once := schedule.Constant(0.1), ensemble.Settings{Horizon: 1, Runs: 1}
	problem := func(change func(p *Problem)) func() error {
		return func() error { p := good; change(&p); return p.Validate() }
	}
	run := func(p Problem, o Optimizer, eta schedule.Schedule, rng *rand.Rand) func() error {
		return func() error { _, err := NewRun(p, o, eta, rng); return err }
	}
	optimizer := func(o Optimizer) func() error { return run(good, o, rate, rng) }
	samples := func(s Source) func() error { return problem(func(p *Problem) { p.Samples = s }) }
	call := func(f func()) func() error { return func() error { f(); return nil } }
	x, y := count(6, 2), count(6, 1)
	for _, c := range []struct {
		says string
		do   func() error
	}{
		{"signsgd: Problem.Covariance is nil", Problem{}.Validate},
		{"signsgd: Problem.Dim: Covariance is nil", call(func() { Problem{}.Dim() })},
		{"signsgd: Problem.Dim: Covariance is nil", call(func() { Problem{}.InitialRisk() })},
		{"signsgd: Problem.Dim: Covariance is nil", call(func() { Problem{}.Displacement(nil, nil) })},
		{"signsgd: Problem.Dim: Covariance is nil", call(func() { Problem{}.Description() })},
		{"signsgd: Problem.Target has length 1: must be the dimension 2", problem(func(p *Problem) { p.Target = []float64{1} })},
		{"signsgd: Problem.Init[1] is +Inf: must be finite", problem(func(p *Problem) { p.Init = []float64{1, inf} })},
		{"signsgd: Problem.Batch is -1: must be positive, or 0 for 1", problem(func(p *Problem) { p.Batch = -1 })},
		{"signsgd: Problem.Noise: noise: Normal.Sigma is -1", problem(func(p *Problem) { p.Noise = noise.Normal{Sigma: -1} })},
		{"signsgd: Problem.Displacement: theta has length 1, want 2", call(func() { good.Displacement(nil, []float64{1}) })},
		{"signsgd: WithInitialRisk: the risk is -1: must be nonnegative and finite", func() error { _, err := good.WithInitialRisk(-1); return err }},
		{"signsgd: WithInitialRisk: the risk is NaN: must be nonnegative and finite", func() error { _, err := good.WithInitialRisk(nan); return err }},
		{"signsgd: WithInitialRisk: R(θ_0) is 0: must be positive and finite to be scaled", func() error { p := good; p.Init = []float64{1e-200, 0}; _, err := p.WithInitialRisk(1); return err }},
		{"signsgd: Problem.Covariance is nil", func() error { _, err := Problem{}.WithInitialRisk(1); return err }},
		{"signsgd: the optimizer is nil", optimizer(nil)},
		{"signsgd: Entrywise.U is nil: must be a function", optimizer(Entrywise{Name: "u"})},
		{"signsgd: NewRun: rng is nil", run(good, SGD{}, rate, nil)},
		{"schedule: the schedule is nil", run(good, SGD{}, nil, rng)},
		{"schedule: Constant is -1: must be nonnegative and finite", run(good, SGD{}, schedule.Constant(-1), rng)},
		{"signsgd: the schedule's Matched.SecondMoment is 5: must be 1, that of the problem", run(good, SGD{}, schedule.Matched{Sign: rate, SecondMoment: 5, Gain: 1}, rng)},
		{"signsgd: the schedule's Matched.Gain is 3: must be 1, that of the problem", run(good, SGD{}, schedule.Matched{Sign: rate, SecondMoment: 1, Gain: 3}, rng)},
		{"signsgd: Signum.Beta is 1: must lie in [0, 1)", optimizer(Signum{Beta: 1})},
		{"signsgd: Lion.Beta2 is -0.5: must lie in [0, 1)", optimizer(Lion{Beta2: -0.5})},
		{"signsgd: Momentum.Beta is NaN: must lie in [0, 1)", optimizer(Momentum{Beta: nan})},
		{"signsgd: Clipped.Norm is 0: must be positive and finite", optimizer(Clipped{})},
		{"signsgd: PreconditionedSGD.Scale has length 1: must be the dimension 2", optimizer(PreconditionedSGD{Scale: []float64{1}})},
		{"signsgd: PreconditionedSGD.Scale[1] is 0: must be positive and finite", optimizer(PreconditionedSGD{Scale: []float64{1, 0}})},
		{"signsgd: RMSProp.Beta is 1: must lie in [0, 1)", optimizer(RMSProp{Beta: 1})},
		{"signsgd: RMSProp.Epsilon is -1: must be nonnegative and finite", optimizer(RMSProp{Epsilon: -1})},
		{"signsgd: Adam.Beta1 is 2: must lie in [0, 1)", optimizer(Adam{Beta1: 2})},
		{"signsgd: Adam.Beta2 is NaN: must lie in [0, 1)", optimizer(Adam{Beta2: nan})},
		{"signsgd: MajorityVote.Workers is 0: must be at least 1, and at most", optimizer(MajorityVote{})},
		{"signsgd: MajorityVote.Workers is 2147483647: must be at least 1, and at most", optimizer(MajorityVote{Workers: math.MaxInt32})},
		{"signsgd: AdamHeuristic.Scale has length 1: must be the dimension 2", optimizer(AdamHeuristic{Scale: []float64{1}})},
		{"signsgd: AdamHeuristic: noise: the second moment E ε² is infinite", run(Problem{Covariance: good.Covariance, Noise: noise.Cauchy{Scale: 1}}, AdamHeuristic{}, rate, rng)},
		{"signsgd: AdamHeuristic.MeanSquare is nil", func() error { return ValidateOptimizer(AdamHeuristic{}, 2) }},
		{"Start returns a nil State", optimizer(stateless{})},
		{"signsgd: Data.X is nil", Data{}.Validate},
		{"signsgd: Problem.Samples: Data.X is nil", samples(Data{})},
		{"signsgd: Problem.Samples: Data.Y and Data.Target are nil: one must give the labels", samples(Data{X: x})},
		{"signsgd: Problem.Samples: Data.Y and Data.Target are given: one must be nil", samples(Data{X: x, Y: y, Target: []float64{1, 1}})},
		{"signsgd: Problem.Samples: Data.Y has 5 rows and 1 columns: must have 6 and 1", samples(Data{X: x, Y: count(5, 1)})},
		{"signsgd: Problem.Samples: Data.Target has length 1: must be 2, the columns of X", samples(Data{X: x, Target: []float64{1}})},
		{"signsgd: Problem.Samples: Data.Passes is -1: must be positive, or 0 for 1", samples(Data{X: x, Y: y, Passes: -1})},
		{"signsgd: Problem.Samples: Data.Noise: noise: Normal.Sigma is -1", samples(Data{X: x, Y: y, Noise: noise.Normal{Sigma: -1}})},
		{"Data.X: data: InMemory holds 3 values in rows of 2: must be whole rows", samples(Data{X: data.InMemory{Cols: 2, Values: make([]float64, 3)}, Y: y})},
		{"signsgd: Data.X is nil", call(func() { Data{}.Size() })},
		{"signsgd: Data.X: row 1, column 0 is NaN: must be finite", func() error {
			_, err := LeastSquares(t.Context(), data.InMemory{Cols: 1, Values: []float64{1, nan}}, count(2, 1))
			return err
		}},
		{"signsgd: LeastSquares: x and y must not be nil", func() error { _, err := LeastSquares(t.Context(), nil, y); return err }},
		{"context canceled", func() error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := LeastSquares(ctx, x, y)
			return err
		}},
		{"signsgd: Fit.Moments is nil", func() error { _, err := new(Fit).Problem(nil); return err }},
		{"signsgd: Problem.Covariance is nil", func() error { _, err := ObserveSquare(Problem{}); return err }},
		{"signsgd: ObserveQuadratic: g is nil", func() error { _, err := ObserveQuadratic(good, "g", nil); return err }},
		{"signsgd: ObserveQuadratic: g is 3×3: must be 2×2", func() error { _, err := ObserveQuadratic(good, "g", mat.NewDense(3, 3, nil)); return err }},
		{"basis is Basis(3): must be Plain or Preconditioned", func() error { _, err := ObserveModes(good, spectra.Basis(3)); return err }},
		{"signsgd: Problem.Covariance is nil", func() error { _, err := MatchSGD(Problem{}, rate); return err }},
		{"schedule: the schedule is nil", func() error { _, err := MatchSGD(good, nil); return err }},
		{"signsgd: t = 1e+300 is 2e+300 steps: must be fewer than 2^62", func() error {
			r, err := NewRun(good, SGD{}, rate, rng)
			if err != nil {
				return err
			}
			return r.Advance(t.Context(), 1e300)
		}},
		{"is NaN steps: must be fewer than 2^62", func() error {
			r, err := NewRun(good, SGD{}, rate, rng)
			if err != nil {
				return err
			}
			return r.Advance(t.Context(), nan)
		}},
		{"ensemble: Settings.Runs is 0: must be at least 1", func() error {
			_, err := Ensemble(t.Context(), good, SGD{}, rate, ensemble.Settings{Horizon: 1})
			return err
		}},
		{"signsgd: the samples ran out at step 1, t = 0.5", func() error {
			p := good
			p.Samples = Data{X: count(1, 2), Y: count(1, 1)}
			_, err := Ensemble(t.Context(), p, SGD{}, rate, once)
			return err
		}},
	} {
		mistake(t, "signsgd: ", c.says, c.do)
	}
}

// mistake makes a mistake, which must be an error, or panic with a string, that says so.
// No message names the room twice.
func mistake(t *testing.T, room, says string, do func() error) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, says) {
				t.Errorf("panics with %v, want an error or a panic that says %q", value, says)
			}
		}
	}()
	err := do()
	if err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	} else if strings.Count(err.Error(), room) > 1 {
		t.Errorf("error %v names the room twice", err)
	}
}
