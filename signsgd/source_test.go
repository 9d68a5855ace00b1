package signsgd

import (
	"errors"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// filling is a Source and a Stream whose Fill returns given values.
type filling struct {
	n   int
	err error
}

func (f filling) Open(*rand.Rand) (Stream, error)  { return f, nil }
func (f filling) Fill(_, _ []float64) (int, error) { return f.n, f.err }

// nothing is a Source without a Stream.
type nothing struct{}

func (nothing) Open(*rand.Rand) (Stream, error) { return nil, nil }

// sized is a Source that knows its size.
type sized struct {
	endless
	samples, dim int
}

func (s sized) Size() (samples, dim int) { return s.samples, s.dim }

var _ Sized = sized{}

// TestBadSources checks that a source which breaks its contract is an error.
func TestBadSources(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 1, 2)}
	for says, source := range map[string]Source{
		"Problem.Samples: Open returned no stream":                        nothing{},
		"Problem.Samples: Fill returned 65 samples: must be from 0 to 64": filling{65, nil},
		"Problem.Samples: Fill returned -1 samples":                       filling{-1, nil},
		"samples ran out at step 0":                                       filling{0, nil},
		"samples ran out at step 0, t = 0":                                filling{0, io.EOF},
		"Problem.Samples: the disk is on fire":                            filling{0, errFailing},
		"Problem.Samples has dimension 3: must be the dimension 2":        sized{endless{100}, 100, 3},
		"samples ran out at step 3, t = 1.5":                              sized{endless{100}, 3, 2},
	} {
		p.Samples = source
		_, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(0.1), ensemble.Settings{Horizon: 2, Runs: 1})
		requireError(t, err, says)
	}
	p.Samples = sized{endless{100}, -1, 2}
	if _, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(0.1), ensemble.Settings{Horizon: 2, Runs: 1}); err != nil {
		t.Errorf("a source of unknown size: %v", err)
	}
}

// TestWide checks that data of 81 columns for a problem of dimension 80 are refused by
// Problem.Validate.
func TestWide(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, ones(80)...), Samples: Data{X: count(5, 81), Y: count(5, 1)}}
	requireError(t, p.Validate(), "Problem.Samples has dimension 81: must be the dimension 80")
	p.Samples = Data{X: count(5, 80), Y: count(4, 1)}
	requireError(t, p.Validate(), "Problem.Samples: Data.Y has 4 rows")
}

// TestEnough checks that an ensemble whose data run out fails before it starts, and that
// one whose data suffice runs: 60 samples are 20 steps of a batch of 3, or 10 of 2 votes.
func TestEnough(t *testing.T) {
	t.Parallel()
	started := false
	p := Problem{Covariance: diagonal(t, 1, 1), Batch: 3, Samples: Data{X: watched{count(30, 2), &started}, Y: count(30, 1), Passes: 2}}
	for _, c := range []struct {
		o       Optimizer
		horizon float64
		says    string // "" if the data suffice
	}{
		{SignSGD{}, 10, ""},
		{SignSGD{}, 10.5, "the samples ran out at step 20, t = 10"},
		{MajorityVote{2}, 5, ""},
		{MajorityVote{2}, 5.5, "the samples ran out at step 10, t = 5"},
	} {
		started = false
		_, err := Ensemble(t.Context(), p, c.o, schedule.Constant(1e-3), ensemble.Settings{Horizon: c.horizon, Runs: 1})
		if c.says == "" && err != nil {
			t.Error(err)
		}
		if c.says != "" {
			requireError(t, err, c.says)
			var run *ensemble.RunError
			if errors.As(err, &run) || started {
				t.Errorf("a run was started: %v", err)
			}
		}
	}
	// What is recorded last counts, not the horizon.
	_, err := Ensemble(t.Context(), p, SignSGD{}, schedule.Constant(1e-3), ensemble.Settings{Horizon: 100, Runs: 1, Times: []float64{10}})
	if err != nil {
		t.Error(err)
	}
}

// watched is a table that remembers whether it was read.
type watched struct {
	table interface {
		Dims() (rows, cols int)
		Row(dst []float64, i int) error
	}
	read *bool
}

func (w watched) Dims() (rows, cols int) { return w.table.Dims() }

func (w watched) Row(dst []float64, i int) error {
	*w.read = true
	return w.table.Row(dst, i)
}

// files is a Source of streams that must be closed.
type files struct{ open *atomic.Int64 }

func (f files) Open(*rand.Rand) (Stream, error) {
	f.open.Add(1)
	return &file{endless{30}, f.open}, nil
}

type file struct {
	endless
	open *atomic.Int64
}

func (f *file) Close() error {
	f.open.Add(-1)
	return nil
}

// TestClose checks that an ensemble closes its streams, also of runs that fail, and that a
// run closes its stream once.
func TestClose(t *testing.T) {
	t.Parallel()
	open := new(atomic.Int64)
	p := Problem{Covariance: diagonal(t, 1, 2), Samples: files{open}}
	settings := ensemble.Settings{Horizon: 10, Runs: 5}
	if _, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(0.1), settings); err != nil || open.Load() != 0 {
		t.Errorf("%d streams are open, %v", open.Load(), err)
	}
	settings.Horizon = 20
	if _, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(0.1), settings); err == nil || open.Load() != 0 {
		t.Errorf("%d streams of runs that failed are open, %v", open.Load(), err)
	}
	run, err := NewRun(p, SGD{}, schedule.Constant(0.1), ensemble.NewRand(1, 0, "test"))
	if err != nil || open.Load() != 1 {
		t.Fatalf("%d streams are open, %v", open.Load(), err)
	}
	for range 2 {
		if err := run.Close(); err != nil || open.Load() != 0 {
			t.Errorf("%d streams are open, %v", open.Load(), err)
		}
	}
	requireError(t, run.Advance(t.Context(), 1), "the run is closed")
}
