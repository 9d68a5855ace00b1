package signsgd_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// An optimizer inside another makes the same runs, bit for bit, if the outer one does
// nothing: also if it is bound to the problem, or takes several gradients in each step.
func TestWrappedRuns(t *testing.T) {
	t.Parallel()
	p, err := problem()
	if err != nil {
		t.Fatal(err)
	}
	risk := func(o signsgd.Optimizer) ensemble.Paths {
		s := ensemble.Settings{Horizon: 1, Runs: 2, Times: []float64{0.5, 1}}
		band, err := signsgd.Ensemble(t.Context(), p, o, schedule.Constant(0.5), s)
		if err != nil {
			t.Fatalf("%T: %v", o, err)
		}
		return band.Risk
	}
	for _, inner := range []signsgd.Optimizer{
		signsgd.SGD{}, signsgd.MajorityVote{Workers: 3}, signsgd.PreconditionedSGD{}, signsgd.AdamHeuristic{}, signsgd.Momentum{Beta: 0.9},
	} {
		want := risk(inner)
		for _, o := range []signsgd.Optimizer{
			signsgd.Decayed{Optimizer: inner},
			signsgd.Averaged{Optimizer: inner, Averages: []signsgd.Average{{}}},
			signsgd.Averaged{Optimizer: signsgd.Decayed{Optimizer: inner}},
		} {
			if got := risk(o); !slices.EqualFunc(got, want, slices.Equal[[]float64]) {
				t.Errorf("%T around %T: risks %v, want %v", o, inner, got, want)
			}
		}
		if decayed := risk(signsgd.Decayed{Optimizer: inner, Decay: 1}); slices.Equal(decayed[0], want[0]) {
			t.Errorf("weight decay changes nothing in runs of %T", inner)
		}
	}
}

// A softly clipped step has the direction of the gradient, and the length of its
// definition: that of SGD for small gradients, and never more than c η'.
func TestSoftClippedStep(t *testing.T) {
	t.Parallel()
	const c, rate = 2.0, 0.1
	direction := []float64{0.6, 0, -0.8}
	for _, size := range []float64{0, 1e-200, 1e-9, 1, 2, 1e9, 1e150} {
		grad, theta := make([]float64, 3), make([]float64, 3)
		floats.ScaleTo(grad, size, direction)
		signsgd.SoftClipped{Norm: c}.Start(3).Step(theta, grad, rate)
		want := rate * size / math.Hypot(1, size/c)
		for i, u := range direction {
			if math.Abs(theta[i]+want*u) > 1e-14*want {
				t.Errorf("‖g‖ = %g: θ[%d] is %g, want %g", size, i, theta[i], -want*u)
			}
		}
		if got := floats.Norm(theta, 2); got > c*rate*(1+1e-15) {
			t.Errorf("‖g‖ = %g: a step of length %g, above c η' = %g", size, got, c*rate)
		}
	}
}

// Entrywise takes the step of its function, and that of the sign where it is the sign. Its
// ensembles are known by the name alone.
func TestEntrywise(t *testing.T) {
	t.Parallel()
	grad := []float64{0, 1e-300, -2, 3, math.Inf(1)}
	step := func(o signsgd.Optimizer) []float64 {
		theta := []float64{1, 2, 3, 4, 5}
		o.Start(5).Step(theta, grad, 0.5)
		return theta
	}
	softsign := func(g float64) float64 { return g / math.Hypot(1, g) }
	for i, v := range step(signsgd.Entrywise{U: softsign})[:4] {
		if want := float64(i+1) - 0.5*softsign(grad[i]); v != want {
			t.Errorf("θ[%d] is %v, want %v", i, v, want)
		}
	}
	sign := func(g float64) float64 {
		if g == 0 {
			return 0
		}
		return math.Copysign(1, g)
	}
	if got, want := step(signsgd.Entrywise{U: sign}), step(signsgd.SignSGD{}); !slices.Equal(got, want) {
		t.Errorf("u = sign: %v, want %v", got, want)
	}
	describe := func(name string, u func(float64) float64) ensemble.Part {
		return ensemble.Describe("optimizer", signsgd.Entrywise{Name: name, U: u})
	}
	if a, b := describe("tanh", math.Tanh), describe("sign", sign); a.Text == b.Text || a.Text == "" {
		t.Errorf("two rules are %v and %v", a, b)
	}
	if p := describe("", math.Tanh); p.Text != "" || p.Reason != "set Entrywise.Name" {
		t.Errorf("without a name: %q, %q", p.Text, p.Reason)
	}
}

func TestWrappedErrors(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]signsgd.Optimizer{
		"Decayed.Decay is -1":              signsgd.Decayed{Optimizer: signsgd.SGD{}, Decay: -1},
		"Signum.Beta is 2":                 signsgd.Decayed{Optimizer: signsgd.Signum{Beta: 2}},
		"the optimizer is nil":             signsgd.Decayed{},
		"Averaged.Averages[1].Rate is -2":  signsgd.Averaged{Optimizer: signsgd.SGD{}, Averages: []signsgd.Average{{}, {Rate: -2}}},
		"Averaged.Averages[0].Rate is 100": signsgd.Averaged{Optimizer: signsgd.SGD{}, Averages: []signsgd.Average{{Rate: 100}}},
		"SoftClipped.Norm is 0":            signsgd.SoftClipped{},
		"LongMomentum.Gamma1":              signsgd.LongMomentum{Gamma1: schedule.Constant(math.NaN())},
		"AdamW.Decay is NaN":               signsgd.AdamW{Decay: math.NaN()},
	} {
		if err := signsgd.ValidateOptimizer(o, 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T%+v: %v, want %q", o, o, err, want)
		}
	}
}
