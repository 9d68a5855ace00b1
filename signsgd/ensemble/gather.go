package ensemble

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Gather makes Settings.Runs walks of the subject, several at a time, and collects what
// they record. Run i draws from NewRand(s.Seed, i, stream), where stream is s.Stream or
// else of.Stream, so the result depends neither on the number of workers, nor on how the
// runs are divided into shards, nor on interruptions.
//
// A run that diverges is no error: it counts as +Inf from then on. Gather stops at the
// first error of a run, which it returns as a *RunError, and when ctx ends. A panic in what
// the run calls, Progress included, is such an error and wraps a *PanicError; so is a call
// of runtime.Goexit, which wraps ErrGoexit. Together with such an error Gather returns a
// Band of the runs that were complete, which can be resumed. If the settings are bad the
// Band is nil.
func Gather(ctx context.Context, s Settings, of Subject) (*Band, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if of.Start == nil {
		return nil, errors.New("ensemble: Subject.Start is nil")
	}
	g := newGatherer(s, of)
	if err := g.resume(); err != nil {
		return nil, err
	}
	workers := s.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(workers, s.Runs) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= s.Runs {
					return
				}
				run := s.First + i
				if g.resumed[run] {
					continue
				}
				g.keep(ctx, run, cancel)
			}
		})
	}
	group.Wait()
	return g.band(), context.Cause(ctx)
}

// keep makes a run and keeps its path, or calls cancel with a *RunError. It does so also
// if the run does not return.
func (g *gatherer) keep(ctx context.Context, run int, cancel context.CancelCauseFunc) {
	var path []float64
	err := ErrGoexit
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
		if err != nil {
			cancel(&RunError{Run: run, Err: err})
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.paths[run] = path
	}()
	path, err = g.walk(ctx, run, g.recorded)
}

// gatherer is a call of Gather on its way.
type gatherer struct {
	settings   Settings
	subject    Subject
	stream     string
	times      []float64
	names      []string // of the observers
	quantities int      // numbers in a record: the risk and the observers
	resumed    map[int]bool
	total      int // records to be made

	mu    sync.Mutex        // of what follows and of the calls of Progress
	paths map[int][]float64 // of each complete run: records one after the other
	done  int               // records made
}

func newGatherer(s Settings, of Subject) *gatherer {
	g := &gatherer{
		settings: s, subject: of, stream: s.Stream, times: s.RecordTimes(), names: make([]string, len(s.Observers)),
		quantities: 1 + len(s.Observers), resumed: map[int]bool{}, paths: map[int][]float64{},
	}
	if g.stream == "" {
		g.stream = of.Stream
	}
	for i, o := range s.Observers {
		g.names[i] = o.Name
	}
	return g
}

// empty returns the Band without runs.
func (g *gatherer) empty() *Band {
	description := slices.Clone(g.subject.Description)
	if len(description) == 0 {
		description = Description{{Name: "subject", Reason: "set Subject.Description"}}
	}
	return &Band{
		Times: g.times, Names: g.names, Observed: make([]Paths, len(g.names)),
		Description: append(description,
			Part{Name: "seed", Text: strconv.FormatUint(g.settings.Seed, 10)},
			Part{Name: "stream", Text: strconv.Quote(g.stream)},
			Describe("horizon", g.settings.Horizon),
			Digest("times", fmt.Sprintf("%d times", len(g.times)), g.times),
			Describe("observers", g.names)),
	}
}

// resume takes over the runs that were made before.
func (g *gatherer) resume() error {
	if b := g.settings.Resume; b != nil {
		if err := b.validate(); err != nil {
			return fmt.Errorf("ensemble: Settings.Resume: %s", inner(err))
		}
		if err := same(b, g.empty()); err != nil {
			return fmt.Errorf("ensemble: Settings.Resume: %w", err)
		}
		for i, run := range b.Runs {
			path := make([]float64, 0, len(g.times)*g.quantities)
			for j := range g.times {
				path = append(path, b.Risk[i][j])
				for _, o := range b.Observed {
					path = append(path, o[i][j])
				}
			}
			g.paths[run], g.resumed[run] = path, true
		}
	}
	g.total = len(g.times) * (g.settings.Runs - len(g.resumed))
	return nil
}

// recorded counts a record.
func (g *gatherer) recorded() {
	if g.settings.Progress == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done++
	g.settings.Progress(g.done, g.total)
}

// band collects the complete runs in their order.
func (g *gatherer) band() *Band {
	b := g.empty()
	for _, run := range slices.Sorted(maps.Keys(g.paths)) {
		path := g.paths[run]
		b.Runs = append(b.Runs, run)
		for q := range g.quantities {
			row := make([]float64, len(g.times))
			for i := range row {
				row[i] = path[i*g.quantities+q]
			}
			if q == 0 {
				b.Risk = append(b.Risk, row)
			} else {
				b.Observed[q-1] = append(b.Observed[q-1], row)
			}
		}
	}
	return b
}
