package ensemble

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
)

// TestStreams checks that no two streams are alike: of other seeds, of other names, and of
// runs that are 1, 256 or 65,536 apart.
func TestStreams(t *testing.T) {
	t.Parallel()
	seen := map[uint64]string{}
	for _, seed := range []uint64{0, 1, 256, 1 << 63} {
		for _, run := range []int{0, 1, 255, 256, 257, 65536, math.MaxInt >> 23} {
			for _, stream := range []string{"", "simulation", "sde"} {
				x := NewRand(seed, run, stream).Uint64()
				if seen[x] != "" {
					t.Errorf("seed %d, run %d, stream %q begins as another", seed, run, stream)
				}
				seen[x] = "taken"
				if NewRand(seed, run, stream).Uint64() != x {
					t.Errorf("seed %d, run %d, stream %q is not reproducible", seed, run, stream)
				}
			}
		}
	}
}

// TestStreamSetting checks that the stream of the settings replaces that of the subject.
func TestStreamSetting(t *testing.T) {
	t.Parallel()
	s := Settings{Horizon: 1, Runs: 2}
	of, other := subject(), subject()
	other.Stream = "another"
	if reflect.DeepEqual(gather(t, s, of).Risk, gather(t, s, other).Risk) {
		t.Error("two streams give the same paths")
	}
	s.Stream = "common"
	if a, b := gather(t, s, of), gather(t, s, other); !reflect.DeepEqual(a, b) {
		t.Errorf("one stream gives %v and %v", a, b)
	}
	s.Stream = "test"
	if a, b := gather(t, s, of), gather(t, Settings{Horizon: 1, Runs: 2}, of); !reflect.DeepEqual(a, b) {
		t.Error("the stream of the subject under its name is another")
	}
}

// TestWorkers checks that the number of workers is kept to and does not change the result.
func TestWorkers(t *testing.T) {
	t.Parallel()
	want := gather(t, Settings{Horizon: 1, Runs: 30}, subject())
	for _, workers := range []int{1, 3, 50} {
		var now, most atomic.Int64
		of := subject()
		start := of.Start
		of.Start = func(rng *rand.Rand) (Walk, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			w, err := start(rng)
			return &closing{Walk: w, closed: func() error { now.Add(-1); return nil }}, err
		}
		if got := gather(t, Settings{Horizon: 1, Runs: 30, Workers: workers}, of); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers change the result", workers)
		}
		if now.Load() != 0 || most.Load() > int64(workers) {
			t.Errorf("%d workers made %d walks at a time, and left %d open", workers, most.Load(), now.Load())
		}
	}
}

// closing is a walk that is closed.
type closing struct {
	Walk
	closed func() error
}

func (c *closing) Close() error { return c.closed() }

var _ io.Closer = (*closing)(nil)

// failing is a walk that fails in the end.
type failing struct{ decay }

var errFailing = errors.New("the disk is full")

func (f *failing) Advance(_ context.Context, t float64) error {
	if t > 0.5 {
		return errFailing
	}
	return nil
}

// TestErrors checks that errors of walks tell their run, also where a walk cannot be
// closed, and that a walk which fails is closed.
func TestErrors(t *testing.T) {
	t.Parallel()
	closed := false
	for name, start := range map[string]func(*rand.Rand) (Walk, error){
		"start":   func(*rand.Rand) (Walk, error) { return nil, errFailing },
		"advance": func(*rand.Rand) (Walk, error) { return &failing{}, nil },
		"close":   func(*rand.Rand) (Walk, error) { return &closing{&decay{}, func() error { return errFailing }}, nil },
		"both": func(*rand.Rand) (Walk, error) {
			return &closing{&failing{}, func() error { closed = true; return errors.New("another") }}, nil
		},
	} {
		of := subject()
		of.Start = start
		b, err := Gather(t.Context(), Settings{Horizon: 1, Runs: 1, First: 5}, of)
		var run *RunError
		if !errors.As(err, &run) || run.Run != 5 || !errors.Is(err, errFailing) || err.Error() != "ensemble: run 5: the disk is full" {
			t.Errorf("%s: error %v", name, err)
		}
		if b == nil || len(b.Runs) != 0 {
			t.Errorf("%s: band %v", name, b)
		}
	}
	if !closed {
		t.Error("the walk that failed was not closed")
	}
	of := subject()
	of.Start = func(*rand.Rand) (Walk, error) { return nil, nil }
	_, err := Gather(t.Context(), Settings{Horizon: 1, Runs: 1}, of)
	requireError(t, err, "ensemble: run 0: Subject.Start returned no walk")
	_, err = Gather(t.Context(), Settings{Horizon: 1, Runs: 1}, Subject{})
	requireError(t, err, "Subject.Start is nil")
}

// values is a walk that shows given risks, and a second value.
type values []float64

func (v *values) Advance(context.Context, float64) error { return nil }

func (v *values) Observe(dst []float64) { dst[0], dst[1], *v = (*v)[0], 7, (*v)[1:] }

// TestDivergence checks that a risk which is NaN or infinite is a divergence, for good and
// of all that is recorded, and that a risk below zero is recorded as zero.
func TestDivergence(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct{ risk, want, other []float64 }{
		{[]float64{3, 2, 1}, []float64{3, 2, 1}, []float64{7, 7, 7}},
		{[]float64{3, nan, 1}, []float64{3, inf, inf}, []float64{7, inf, inf}},
		{[]float64{3, inf, 1}, []float64{3, inf, inf}, []float64{7, inf, inf}},
		{[]float64{3, -inf, 1}, []float64{3, inf, inf}, []float64{7, inf, inf}},
		{[]float64{3, -1e-20, 1}, []float64{3, 0, 1}, []float64{7, 7, 7}},
	} {
		of := Subject{Start: func(*rand.Rand) (Walk, error) { v := values(c.risk); return &v, nil }}
		b := gather(t, Settings{Horizon: 2, Runs: 1, Times: []float64{0, 1, 2}, Observers: []Observer{observer("x")}}, of)
		if !slices.Equal(b.Risk[0], c.want) || !slices.Equal(b.Observed[0][0], c.other) {
			t.Errorf("risks %v are recorded as %v, with %v", c.risk, b.Risk[0], b.Observed[0][0])
		}
	}
}

// TestSettings checks that bad settings are named, before anything is made.
func TestSettings(t *testing.T) {
	t.Parallel()
	of := subject()
	of.Start = func(*rand.Rand) (Walk, error) {
		t.Error("a walk was started")
		return nil, errFailing
	}
	for says, s := range map[string]Settings{
		"Settings.Horizon is 0":    {Runs: 1},
		"Settings.Horizon is +Inf": {Runs: 1, Horizon: math.Inf(1)},
		"Settings.Runs is 0":       {Horizon: 1},
		fmt.Sprint("Settings.Runs is ", math.MaxInt>>18, ": must be at"): {Horizon: 1, Runs: math.MaxInt >> 18},
		fmt.Sprint("Settings.Runs is ", math.MaxInt):                     {Horizon: 1, Runs: math.MaxInt, Times: []float64{1}},
		"Settings.First is -1":                                           {Horizon: 1, Runs: 2, First: -1},
		fmt.Sprint("Settings.First is ", math.MaxInt):                    {Horizon: 1, Runs: 2, First: math.MaxInt},
		"Settings.Times is empty":                                        {Horizon: 1, Runs: 1, Times: []float64{}},
		"Settings.Times[1] is 3":                                         {Horizon: 2, Runs: 1, Times: []float64{0, 3}},
		"Settings.Times[0] is NaN":                                       {Horizon: 2, Runs: 1, Times: []float64{math.NaN()}},
		"Settings.Times[1] is 1 after 1":                                 {Horizon: 2, Runs: 1, Times: []float64{1, 1}},
		"Settings.Observers[0].Of is nil":                                {Horizon: 1, Runs: 1, Observers: []Observer{{Name: "x"}}},
		"Settings.Workers is -1":                                         {Horizon: 1, Runs: 1, Workers: -1},
		"Settings.Resume holds run 2":                                    {Horizon: 1, Runs: 2, Resume: &Band{Runs: []int{2}}},
	} {
		b, err := Gather(t.Context(), s, of)
		requireError(t, err, "ensemble: "+says)
		if b != nil {
			t.Errorf("%s: there is a band", says)
		}
	}
}
