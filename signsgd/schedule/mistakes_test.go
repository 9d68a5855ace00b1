package schedule

import (
	"math"
	"strings"
	"testing"
)

// still is a position that does not move.
type still struct{}

func (still) Risk() float64        { return 1 }
func (still) Descent(bool) float64 { return 1 }

// TestMistakes makes mistakes, and checks what is said of each: an error, or a panic with
// a message of this package.
func TestMistakes(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	valid := func(s Schedule) func() error { return func() error { return Validate(s) } }
	at := func(s Schedule, at float64) func() error {
		return func() error { _, err := At(s, at, still{}); return err }
	}
	positive := func(float64) float64 { return 1 }
	for _, c := range []struct {
		says string
		do   func() error
	}{
		{"schedule: the schedule is nil", valid(nil)},
		{"schedule: the schedule is nil", at(nil, 0)},
		{"schedule: the Func is nil", valid(Func(nil))},
		{"schedule: the Func is nil", at(Func(nil), 0)},
		{"schedule: Constant is -1: must be nonnegative and finite", valid(Constant(-1))},
		{"schedule: Constant is NaN: must be nonnegative and finite", valid(Constant(nan))},
		{"schedule: Constant is +Inf: must be nonnegative and finite", valid(Constant(inf))},
		{"schedule: the learning rate is -1 at t = 2: must be nonnegative and finite", at(Constant(-1), 2)},
		{"schedule: the learning rate is NaN at t = 0", at(Func(func(float64) float64 { return nan }), 0)},
		{"schedule: Cosine.Horizon is 0: must be positive and finite", valid(Cosine{Start: 1})},
		{"schedule: Cosine.End is -1: must be nonnegative and finite", valid(Cosine{Start: 1, End: -1, Horizon: 1})},
		{"schedule: Exponential.Decay is -1: must be nonnegative and finite", valid(Exponential{Start: 1, Decay: -1})},
		{"schedule: Exponential.Start is +Inf: must be nonnegative and finite", valid(Exponential{Start: inf})},
		{"schedule: Power.Scale is 0: must be positive and finite", valid(Power{Start: 1, Exponent: 1})},
		{"schedule: Power.Exponent is -1: must be nonnegative and finite", valid(Power{Start: 1, Scale: 1, Exponent: -1})},
		{"schedule: StepDecay.Times[0] is 0: must be positive and finite", valid(StepDecay{Start: 1, Factor: 0.5, Times: []float64{0}})},
		{"schedule: StepDecay.Times[1] is 1 after 2: must increase", valid(StepDecay{Start: 1, Factor: 0.5, Times: []float64{2, 1}})},
		{"schedule: StepDecay.Factor is -0.5: must be nonnegative and finite", valid(StepDecay{Start: 1, Factor: -0.5})},
		{"schedule: WarmupStableDecay.Warmup is -1: must be nonnegative and finite", valid(WarmupStableDecay{Peak: 1, Warmup: -1})},
		{"schedule: WarmupStableDecay.Decay is +Inf: must be nonnegative and finite", valid(WarmupStableDecay{Peak: 1, Decay: inf})},
		{"schedule: Interpolated has 0 times and 0 rates: must have as many of both, at least one", valid(Interpolated{})},
		{"schedule: Interpolated has 2 times and 1 rates", valid(Interpolated{Times: []float64{0, 1}, Rates: []float64{1}})},
		{"schedule: Interpolated.Times[1] is 0: times must be nonnegative, finite and increase", valid(Interpolated{Times: []float64{0, 0}, Rates: []float64{1, 1}})},
		{"schedule: Interpolated.Times[0] is +Inf: times must be nonnegative, finite and increase", valid(Interpolated{Times: []float64{inf}, Rates: []float64{1}})},
		{"schedule: Interpolated.Rates[1] is -1: must be nonnegative and finite", valid(Interpolated{Times: []float64{0, 1}, Rates: []float64{1, -1}})},
		{"schedule: Interpolated has 0 times and 0 rates", at(Interpolated{}, 1)},
		{"schedule: Matched.Sign: the schedule is nil", valid(Matched{Gain: 1})},
		{"schedule: Matched.Gain is 0: must be positive and finite", valid(Matched{Sign: Constant(1)})},
		{"schedule: Matched.SecondMoment is +Inf: must be nonnegative and finite", valid(Matched{Sign: Constant(1), Gain: 1, SecondMoment: inf})},
		{"schedule: Matched.Sign: Constant is -1", valid(Matched{Sign: Constant(-1), Gain: 1})},
		{"schedule: Matched.Sign: the schedule is nil", at(Matched{Gain: 1}, 0)},
		{"schedule: Greedy.Drift is nil", valid(Greedy{Noise: positive})},
		{"schedule: Greedy.Noise is nil", valid(Greedy{Drift: positive})},
		{"schedule: Greedy.Drift is nil", at(Greedy{Noise: positive}, 0)},
	} {
		mistake(t, "schedule: ", c.says, c.do)
	}
}

// mistake makes a mistake, which must be an error, or panic with a string, that says so.
func mistake(t *testing.T, room, says string, do func() error) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, says) {
				t.Errorf("panics with %v, want an error or a panic that says %q", value, says)
			}
		}
	}()
	if err := do(); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}
