package signsgd

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// calling is whatever a user gives to a problem. It calls do.
type calling struct{ do func() }

func (c calling) Rate(float64, schedule.Position) float64 { c.do(); return 0.1 }
func (c calling) Start(int) State                         { c.do(); return c }
func (c calling) Step(_, _ []float64, _ float64)          { c.do() }
func (c calling) Phi(float64) (phi, slope float64)        { return 0, 0 }
func (c calling) SecondMoment() float64                   { return 1 }
func (c calling) Rand(*rand.Rand) float64                 { c.do(); return 1 }
func (c calling) Sample([]float64, *rand.Rand)            { c.do() }

// opening is a Source that calls do.
type opening struct{ calling }

func (c opening) Open(*rand.Rand) (Stream, error) { c.do(); return streaming(c), nil }

// streaming is a Source whose stream calls do.
type streaming struct{ calling }

func (c streaming) Open(*rand.Rand) (Stream, error) { return c, nil }
func (c streaming) Fill(_, y []float64) (int, error) {
	c.do()
	return len(y), nil
}

// sampling is a covariance whose sampler is its own.
type sampling struct {
	*spectra.Diagonal
	sampler spectra.Sampler
}

func (s sampling) NewSampler() spectra.Sampler { return s.sampler }

// TestPanics springs panics and Goexit in whatever a user gives to an ensemble. Each is a
// RunError, and never the end of the process or an ensemble that lacks runs in silence.
func TestPanics(t *testing.T) {
	t.Parallel()
	good := Problem{Covariance: diagonal(t, 1, 2), Noise: noise.Normal{Sigma: 1}, Init: []float64{1, 1}}
	for name, spring := range map[string]func(){"panic": func() { panic("sprung") }, "Goexit": runtime.Goexit} {
		user := calling{spring}
		// An observer is called before the runs as well, in the goroutine of the caller.
		late := ensemble.Observer{Name: "late", Of: func(theta []float64) float64 {
			if theta[0] == 1 && theta[1] == 1 {
				spring()
			}
			return 0
		}}
		for place, change := range map[string]func(p *Problem, o *Optimizer, eta *schedule.Schedule, s *ensemble.Settings){
			"schedule":  func(_ *Problem, _ *Optimizer, eta *schedule.Schedule, _ *ensemble.Settings) { *eta = user },
			"optimizer": func(_ *Problem, o *Optimizer, _ *schedule.Schedule, _ *ensemble.Settings) { *o = user },
			"law":       func(p *Problem, _ *Optimizer, _ *schedule.Schedule, _ *ensemble.Settings) { p.Noise = user },
			"source":    func(p *Problem, _ *Optimizer, _ *schedule.Schedule, _ *ensemble.Settings) { p.Samples = opening{user} },
			"stream": func(p *Problem, _ *Optimizer, _ *schedule.Schedule, _ *ensemble.Settings) {
				p.Samples = streaming{user}
			},
			"sampler": func(p *Problem, _ *Optimizer, _ *schedule.Schedule, _ *ensemble.Settings) {
				p.Covariance = sampling{diagonal(t, 1, 2), user}
			},
			"observer": func(_ *Problem, _ *Optimizer, _ *schedule.Schedule, s *ensemble.Settings) {
				s.Observers = []ensemble.Observer{late}
			},
			"progress": func(_ *Problem, _ *Optimizer, _ *schedule.Schedule, s *ensemble.Settings) {
				s.Progress = func(int, int) { spring() }
			},
		} {
			p, o, eta, s := good, Optimizer(SGD{}), schedule.Schedule(schedule.Constant(0.1)), ensemble.Settings{Horizon: 2, Runs: 4}
			change(&p, &o, &eta, &s)
			_, err := Ensemble(t.Context(), p, o, eta, s)
			var run *ensemble.RunError
			var panicked *ensemble.PanicError
			switch {
			case !errors.As(err, &run):
				t.Errorf("%s in %s: error %v, want a RunError", name, place, err)
			case name == "Goexit":
				requireIs(t, err, ensemble.ErrGoexit)
			case !errors.As(err, &panicked) || panicked.Value != "sprung" || len(panicked.Stack) == 0:
				t.Errorf("%s in %s: error %v, want a PanicError with its stack", name, place, err)
			}
		}
	}
}

// TestObserverPanics checks that an observer which panics at the points of its
// description alone does not keep an ensemble from running, but from being resumed.
func TestObserverPanics(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 1, 2)} // starts and stays at the origin
	s := ensemble.Settings{Horizon: 2, Runs: 2, Observers: []ensemble.Observer{{Name: "zero", Of: func(theta []float64) float64 {
		if theta[0] != 0 {
			panic("not the origin")
		}
		return 1
	}}}}
	b, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(0.1), s)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ensemble.Merge(b, b)
	requireIs(t, err, ensemble.ErrNoDescription)
	requireError(t, err, `the observer "zero" panics: not the origin`)
}

// numbers is a Source of samples of given numbers.
type numbers struct{ x, y float64 }

func (n numbers) Open(*rand.Rand) (Stream, error) { return n, nil }
func (n numbers) Fill(x, y []float64) (int, error) {
	for i := range x {
		x[i] = n.x
	}
	for i := range y {
		y[i] = n.y
	}
	return len(y), nil
}

// Sample makes numbers a Sampler.
func (n numbers) Sample(dst []float64, _ *rand.Rand) { n.Fill(dst, nil) }

// TestSamplesNotFinite checks that samples which are not finite are an error that says
// where they come from, and that a divergence on finite samples is none.
func TestSamplesNotFinite(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	d := diagonal(t, 1, 2)
	for _, c := range []struct {
		says string
		p    Problem
	}{
		{"Problem.Samples: a sample of step 0 has x[0] = NaN: must be finite", Problem{Covariance: d, Samples: numbers{nan, 0}}},
		{"Problem.Samples: a sample of step 0 has x[0] = +Inf: must be finite", Problem{Covariance: d, Samples: numbers{inf, 1}}},
		{"Problem.Samples: a sample of step 0 has the label NaN: must be finite", Problem{Covariance: d, Samples: numbers{1, nan}}},
		{"Problem.Samples: a sample of step 0 has the label -Inf: must be finite", Problem{Covariance: d, Samples: numbers{1, -inf}}},
		{"Problem.Covariance: a sample of its Sampler of step 0 has x[0] = NaN", Problem{Covariance: sampling{d, numbers{nan, 0}}}},
		{"signsgd: Problem.Noise: the law Mute draws NaN", Problem{Covariance: d, Noise: mute{noise.Normal{Sigma: 1}}}},
		{"Problem.Samples: a sample of step 0 has the label NaN: must be finite", Problem{Covariance: d, Samples: Data{X: count(4, 2), Y: count(4, 1), Noise: mute{noise.Normal{Sigma: 1}}}}},
	} {
		for _, o := range []Optimizer{SGD{}, SignSGD{}, Adam{Beta1: 0.9, Beta2: 0.99}} {
			_, err := Ensemble(t.Context(), c.p, o, schedule.Constant(0.1), ensemble.Settings{Horizon: 2, Runs: 1})
			requireError(t, err, c.says)
			if errors.Is(err, ensemble.ErrDiverged) {
				t.Errorf("%v counts as a divergence", err)
			}
		}
	}
	p := Problem{Covariance: d, Init: []float64{1, 1}}
	b, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(1e300), ensemble.Settings{Horizon: 20, Runs: 1})
	if err != nil || b.Risk.Diverged() != 1 {
		t.Errorf("a rate of 1e300: error %v, want a run that diverges", err)
	}
}

// mute is a law that draws NaN.
type mute struct{ noise.Normal }

func (mute) Rand(*rand.Rand) float64 { return math.NaN() }
func (mute) String() string          { return "Mute" }

// manyGradients is SGD that asks for so many gradients.
type manyGradients struct {
	SGD
	n int
}

func (m manyGradients) Gradients() int { return m.n }

// TestSizes checks that numbers which would take all memory, or none, are refused before
// anything is allocated, and that a step of 2^40 samples obeys its context.
func TestSizes(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, ones(100)...)}
	for _, n := range []int{-1, 0, 1 << 30, math.MaxInt} {
		_, err := Ensemble(t.Context(), p, manyGradients{n: n}, schedule.Constant(0.1), ensemble.Settings{Horizon: 1, Runs: 1})
		requireError(t, err, "Gradients returns ")
	}
	p.Batch = math.MaxInt
	for _, source := range []Source{nil, numbers{1, 1}} {
		p.Samples = source
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := Ensemble(ctx, p, SignSGD{}, schedule.Constant(0.1), ensemble.Settings{Horizon: 1, Runs: 1})
		requireIs(t, err, context.DeadlineExceeded)
	}
	for says, k := range map[string]spectra.Covariance{
		"Problem.Covariance: spectra: *spectra.Isotropic has the dimension 0": &spectra.Isotropic{},
		"Problem.Covariance: spectra: the covariance is nil":                  (*spectra.Dense)(nil),
	} {
		requireError(t, Problem{Covariance: k}.Validate(), says)
	}
}
