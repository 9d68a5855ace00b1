package signsgd

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestSteps compares three steps of SGD with plain loops over data in their order: in
// batches of 3, with labels of a model, and with a rate that depends on time.
func TestSteps(t *testing.T) {
	t.Parallel()
	const d, batch = 2, 3
	target := []float64{2, -1}
	x := count(3*batch, d)
	p := Problem{
		Covariance: diagonal(t, 1, 1), Target: target, Init: []float64{0.5, 3}, Batch: batch,
		Samples: Data{X: x, Target: target, InOrder: true},
	}
	rate := func(t float64) float64 { return 1e-3 * (1 + t) }
	run, err := NewRun(p, SGD{}, schedule.Func(rate), ensemble.NewRand(1, 0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Advance(t.Context(), 1.5); err != nil {
		t.Fatal(err)
	}
	theta := []float64{0.5, 3}
	for k := range 3 {
		var g [d]float64
		for j := range batch {
			row := x.Values[(k*batch+j)*d : (k*batch+j+1)*d]
			residual := row[0]*(theta[0]-target[0]) + row[1]*(theta[1]-target[1])
			g[0] += residual * row[0] / batch
			g[1] += residual * row[1] / batch
		}
		eta := rate(float64(k) / d)
		theta[0] -= eta / d * g[0]
		theta[1] -= eta / d * g[1]
	}
	if run.Steps() != 3 || floats.Distance(run.Theta(), theta, math.Inf(1)) > 1e-15*10 {
		t.Errorf("after %d steps θ is %v, want %v", run.Steps(), run.Theta(), theta)
	}
}

// TestLabels checks the labels of the model and of Data: y − ⟨x, θ*⟩ is the noise, which
// lies in [1, 2], or nothing.
func TestLabels(t *testing.T) {
	t.Parallel()
	target := []float64{2, -1, 0.5}
	uniform := noise.Uniform{Min: 1, Max: 2}
	x := count(40, 3)
	for name, s := range map[string]struct {
		stream func() (Stream, error)
		noise  bool
	}{
		"model": {func() (Stream, error) {
			return newStream(Problem{Covariance: rotated(t, 3), Target: target, Noise: uniform}, ensemble.NewRand(1, 0, "test"))
		}, true},
		"model without noise": {func() (Stream, error) {
			return newStream(Problem{Covariance: rotated(t, 3), Target: target}, ensemble.NewRand(1, 0, "test"))
		}, false},
		"data": {func() (Stream, error) {
			return Data{X: x, Target: target, Noise: uniform}.Open(ensemble.NewRand(1, 0, "test"))
		}, true},
		"data without noise": {func() (Stream, error) {
			return Data{X: x, Target: target}.Open(ensemble.NewRand(1, 0, "test"))
		}, false},
	} {
		stream, err := s.stream()
		if err != nil {
			t.Fatal(err)
		}
		x, y := make([]float64, 3*40), make([]float64, 40)
		if n, err := stream.Fill(x, y); n != 40 || err != nil {
			t.Fatalf("%s: %d samples, %v", name, n, err)
		}
		for i, label := range y {
			rest := label - floats.Dot(x[3*i:3*i+3], target)
			if s.noise && !(rest >= 1-1e-12 && rest <= 2+1e-12) || !s.noise && math.Abs(rest) > 1e-13 {
				t.Errorf("%s: the label differs by %v from the model", name, rest)
			}
		}
	}
}

// TestStepsUntil checks that every t = k/d, however it is rounded, is the time of step k,
// and that nothing before is.
func TestStepsUntil(t *testing.T) {
	t.Parallel()
	rounded := 0
	for d := 1; d <= 120; d++ {
		for k := range 5 * d {
			at := float64(k) / float64(d)
			if int(at*float64(d)) != k {
				rounded++
			}
			if got, err := stepsUntil(at, d); got != k || err != nil {
				t.Errorf("d = %d: the time %v is that of step %d, %v, want %d", d, at, got, err, k)
			}
			if got, err := stepsUntil((float64(k)+0.999999)/float64(d), d); got != k || err != nil {
				t.Errorf("d = %d: just before step %d there are %d steps, %v", d, k+1, got, err)
			}
		}
	}
	if rounded == 0 {
		t.Error("no time was rounded down")
	}
	for _, at := range []float64{1e300, math.Inf(1), math.NaN()} {
		_, err := stepsUntil(at, 10)
		requireError(t, err, "must be fewer than 2^62")
	}
	p := Problem{Covariance: diagonal(t, ones(10)...)}
	_, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(1), ensemble.Settings{Horizon: 1e18, Runs: 1})
	requireError(t, err, "1e+19 steps: must be fewer than 2^62")
}

// TestTinyGradients checks that Adam and RMSProp without ε take the step of signSGD where
// the square of a gradient underflows.
func TestTinyGradients(t *testing.T) {
	t.Parallel()
	for _, o := range []Optimizer{Adam{}, RMSProp{}, Adam{Beta1: 0.9, Beta2: 0.999}} {
		theta := ones(4)
		state := o.Start(4)
		state.Step(theta, []float64{1e-170, -1e-300, 0, 1e-320}, 0.25)
		for i, want := range []float64{0.75, 1.25, 1, 0.75} {
			if math.Abs(theta[i]-want) > 1e-15 {
				t.Errorf("%+v: θ[%d] goes to %v, want %v", o, i, theta[i], want)
			}
		}
	}
	theta := ones(4)
	Adam{}.Start(4).Step(theta, []float64{1e-150, -1e-150, 1e150, -1e150}, 0.25)
	for i, want := range []float64{0.75, 1.25, 0.75, 1.25} {
		if math.Abs(theta[i]-want) > 1e-15 {
			t.Errorf("at the ends of the range θ[%d] goes to %v, want %v", i, theta[i], want)
		}
	}
}

// TestVoteBound checks both ends of what MajorityVote accepts.
func TestVoteBound(t *testing.T) {
	t.Parallel()
	for _, dim := range []int{1, 2, 1000} {
		most := math.MaxInt32 / dim
		if err := (MajorityVote{most}).Validate(dim); err != nil {
			t.Error(err)
		}
		if err := (MajorityVote{most + 1}).Validate(dim); err == nil {
			t.Errorf("%d workers in dimension %d: no error", most+1, dim)
		}
	}
}
