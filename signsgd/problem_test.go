package signsgd

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func diagonal(t testing.TB, variances ...float64) *spectra.Diagonal {
	t.Helper()
	k, err := spectra.NewDiagonal(variances)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rotated(t testing.TB, d int) *spectra.Dense {
	t.Helper()
	lambda, err := spectra.LogSpaced(d, 0.1, 2)
	if err != nil {
		t.Fatal(err)
	}
	k, err := spectra.NewRotated(lambda, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ones(d int) []float64 {
	x := make([]float64, d)
	for i := range x {
		x[i] = 1
	}
	return x
}

// endless is a Source and a Stream of samples that are all alike, up to a number.
type endless struct{ left int }

func (e endless) Open(*rand.Rand) (Stream, error) { return &e, nil }

func (e *endless) Fill(x, y []float64) (int, error) {
	n := min(len(y), e.left)
	e.left -= n
	for i := range x[:n*len(x)/len(y)] {
		x[i] = 1
	}
	clear(y)
	if n < len(y) {
		return n, io.EOF
	}
	return n, nil
}

// failing is a Source that cannot be opened, or a Stream that cannot be read.
type failing struct{ open bool }

var errFailing = errors.New("the disk is on fire")

func (f failing) Open(*rand.Rand) (Stream, error) {
	if !f.open {
		return nil, errFailing
	}
	return f, nil
}

func (f failing) Fill(x, y []float64) (int, error) { return 0, errFailing }

// TestBadInput checks that bad input gives an error that names what is bad.
func TestBadInput(t *testing.T) {
	t.Parallel()
	good := Problem{Covariance: diagonal(t, 1, 2), Noise: noise.Normal{Sigma: 1}, Init: []float64{1, 1}}
	settings := ensemble.Settings{Horizon: 2, Runs: 2}
	with := func(change func(*Problem)) Problem { p := good; change(&p); return p }
	when := func(change func(*ensemble.Settings)) ensemble.Settings { s := settings; change(&s); return s }
	nan := math.NaN()
	for _, c := range []struct {
		what string
		p    Problem
		o    Optimizer
		eta  schedule.Schedule
		s    ensemble.Settings
		says string
		is   error
	}{
		{"covariance", with(func(p *Problem) { p.Covariance = nil }), SGD{}, schedule.Constant(1), settings, "Problem.Covariance is nil", nil},
		{"target", with(func(p *Problem) { p.Target = []float64{1} }), SGD{}, schedule.Constant(1), settings, "Problem.Target has length 1", nil},
		{"init", with(func(p *Problem) { p.Init = []float64{1, nan} }), SGD{}, schedule.Constant(1), settings, "Problem.Init[1] is NaN", nil},
		{"batch", with(func(p *Problem) { p.Batch = -1 }), SGD{}, schedule.Constant(1), settings, "Problem.Batch is -1", nil},
		{"noise", with(func(p *Problem) { p.Noise = noise.Normal{Sigma: -1} }), SGD{}, schedule.Constant(1), settings, "Normal.Sigma is -1", nil},
		{"source", with(func(p *Problem) { p.Samples = failing{} }), SGD{}, schedule.Constant(1), settings, "Problem.Samples", errFailing},
		{"stream", with(func(p *Problem) { p.Samples = failing{open: true} }), SGD{}, schedule.Constant(1), settings, "Problem.Samples", errFailing},
		{"short stream", with(func(p *Problem) { p.Samples = endless{3} }), SGD{}, schedule.Constant(0.1), settings, "samples ran out at step 3", nil},
		{"optimizer", good, nil, schedule.Constant(1), settings, "optimizer is nil", nil},
		{"schedule", good, SGD{}, nil, settings, "schedule is nil", nil},
		{"negative rate", good, SGD{}, schedule.Func(func(float64) float64 { return -1 }), settings, "learning rate is -1 at t = 0", nil},
		{"NaN rate", good, SGD{}, schedule.Func(func(t float64) float64 { return math.Sqrt(0.75 - t) }), settings, "learning rate is NaN at t = 1", nil},
		{"horizon", good, SGD{}, schedule.Constant(1), when(func(s *ensemble.Settings) { s.Horizon = 0 }), "Settings.Horizon is 0", nil},
		{"infinite horizon", good, SGD{}, schedule.Constant(1), when(func(s *ensemble.Settings) { s.Horizon = math.Inf(1) }), "Settings.Horizon is +Inf", nil},
		{"runs", good, SGD{}, schedule.Constant(1), when(func(s *ensemble.Settings) { s.Runs = 0 }), "Settings.Runs is 0", nil},
		{"late time", good, SGD{}, schedule.Constant(1), when(func(s *ensemble.Settings) { s.Times = []float64{0, 3} }), "Settings.Times[1] is 3", nil},
		{"unordered times", good, SGD{}, schedule.Constant(1), when(func(s *ensemble.Settings) { s.Times = []float64{1, 1} }), "must increase", nil},
		{"observer", good, SGD{}, schedule.Constant(1), when(func(s *ensemble.Settings) { s.Observers = []ensemble.Observer{{Name: "x"}} }), "Observers[0].Of is nil", nil},
	} {
		_, err := Ensemble(context.Background(), c.p, c.o, c.eta, c.s)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.what, err, c.says)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v is not %v", c.what, err, c.is)
		}
	}
	_, err := Ensemble(context.Background(), with(func(p *Problem) { p.Samples = failing{open: true} }), SGD{}, schedule.Constant(1), settings)
	var run *ensemble.RunError
	if !errors.As(err, &run) || run.Run < 0 || run.Run > 1 {
		t.Errorf("error %v does not tell the run", err)
	}
	silent := with(func(p *Problem) { p.Noise = noise.Density{F: func(float64) float64 { return 1 }} })
	var missing *noise.MissingError
	if _, err := Ensemble(context.Background(), silent, SGD{}, schedule.Constant(1), settings); !errors.As(err, &missing) {
		t.Errorf("noise that cannot be drawn: %v", err)
	}
	heavy := with(func(p *Problem) { p.Noise = noise.Cauchy{Scale: 1} })
	if _, err := MatchSGD(heavy, schedule.Constant(1)); !errors.Is(err, noise.ErrInfiniteVariance) {
		t.Errorf("matched schedule under Cauchy noise: %v", err)
	}
	if _, err := MatchSGD(good, nil); err == nil {
		t.Error("matched schedule of nil: no error")
	}
}

// TestDisplacement checks ν = θ − θ* and what nil stands for.
func TestDisplacement(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 1, 4), Target: []float64{1, 2}}
	if nu := p.Displacement(nil, p.Init); nu[0] != -1 || nu[1] != -2 {
		t.Errorf("ν is %v", nu)
	}
	if r := p.InitialRisk(); r != 0.5*(1+16) {
		t.Errorf("R(0) is %v", r)
	}
	if _, ok := p.Law().(noise.None); !ok || p.BatchSize() != 1 {
		t.Errorf("noise %T, batch %d by default", p.Law(), p.BatchSize())
	}
}

// TestWithInitialRisk checks that the start moves on its line through the target to the
// given risk.
func TestWithInitialRisk(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: rotated(t, 4), Target: []float64{1, 0, -1, 2}, Init: []float64{3, 1, 0, 2}}
	for _, risk := range []float64{0, 1e-12, 0.3, 7, 1e10} {
		q, err := p.WithInitialRisk(risk)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.InitialRisk(); math.Abs(got-risk) > 1e-9*risk+1e-28 {
			t.Errorf("the risk is %v, want %v", got, risk)
		}
		s := (q.Init[0] - 1) / 2
		for i, want := range []float64{1 + 2*s, s, -1 + s, 2} {
			if math.Abs(q.Init[i]-want) > 1e-12*max(1, s) {
				t.Errorf("the start is %v, off the line", q.Init)
			}
		}
	}
	if p.Init[0] != 3 {
		t.Error("the problem itself has changed")
	}
	flat, err := spectra.NewDense(mat.NewSymDense(2, []float64{1, 1, 1, 1}))
	if err != nil {
		t.Fatal(err)
	}
	if q, err := (Problem{Covariance: diagonal(t, 2), Init: ones(1)}).WithInitialRisk(4); err != nil || q.Init[0] != 2 {
		t.Errorf("start %v, %v, want 2", q.Init, err)
	}
	if q, err := (Problem{Covariance: diagonal(t, 2, 6)}).WithInitialRisk(16); err != nil || !slices.Equal(q.Init, []float64{2, 2}) {
		t.Errorf("without Init and Target: start %v, %v, want 2 and 2", q.Init, err)
	}
	for says, c := range map[string]struct {
		p    Problem
		risk float64
	}{
		"scaled: set an Init that is not":  {Problem{Covariance: diagonal(t, 1), Init: ones(1), Target: ones(1)}, 1},
		"R(θ_0) is 0: must be positive":    {Problem{Covariance: flat, Init: []float64{1, -1}}, 1},
		"R(θ_0) is +Inf":                   {Problem{Covariance: diagonal(t, 1), Init: []float64{1e200}}, 1},
		"the risk is -1: must be":          {p, -1},
		"the risk is NaN":                  {p, math.NaN()},
		"the risk is +Inf":                 {p, math.Inf(1)},
		"Covariance is nil":                {Problem{}, 1},
		"Problem.Init[0] is +Inf: must be": {Problem{Covariance: diagonal(t, 1e-320), Init: ones(1)}, math.MaxFloat64},
	} {
		_, err := c.p.WithInitialRisk(c.risk)
		requireError(t, err, says)
	}
}

// requireError fails unless err is there and says something.
func requireError(t testing.TB, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}

// requireIs fails unless err wraps target.
func requireIs(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("error %v, want %v", err, target)
	}
}
