package signsgd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/floats"
)

// Walk is one run of anything that moves in t: an optimizer, or a path of an
// SDE.
type Walk interface {
	// Advance moves on to time t. An error that wraps ErrDiverged says that the
	// walk has left the finite numbers.
	Advance(ctx context.Context, t float64) error

	// Observe stores the risk, and then the value of each of the ensemble's
	// observers, in dst.
	Observe(dst []float64)
}

// Observer is a function of the iterate to be recorded beside the risk.
type Observer struct {
	Name string
	Of   func(theta []float64) float64 // called from many goroutines at once; must not keep or change theta
}

// Settings says how an ensemble is run. Horizon and Runs are required.
type Settings struct {
	Horizon float64 // end of the runs in t = k/d
	Runs    int     // number of runs
	Seed    uint64  // run i draws from a stream of its own, keyed by (Seed, i)

	// Times are when the risk is recorded: increasing, within [0, Horizon]. Nil
	// means 201 times from 0 to Horizon in equal steps. A discrete run records
	// at step ⌊t·d⌋.
	Times []float64

	// Observers are recorded at the same times.
	Observers []Observer

	// Progress, if not nil, is called after every record with the number of
	// records made and to be made in all. Calls do not overlap.
	Progress func(done, total int)
}

// Validate returns an error that names the first bad field, and nil if there is
// none.
func (s Settings) Validate() error {
	if !(s.Horizon > 0) || math.IsInf(s.Horizon, 1) {
		return fmt.Errorf("signsgd: Settings.Horizon is %v: must be positive and finite", s.Horizon)
	}
	if s.Runs < 1 {
		return fmt.Errorf("signsgd: Settings.Runs is %d: must be at least 1", s.Runs)
	}
	for i, t := range s.Times {
		if !(t >= 0 && t <= s.Horizon) {
			return fmt.Errorf("signsgd: Settings.Times[%d] is %v: must lie in [0, Horizon] = [0, %v]", i, t, s.Horizon)
		}
		if i > 0 && t <= s.Times[i-1] {
			return fmt.Errorf("signsgd: Settings.Times[%d] is %v after %v: must increase", i, t, s.Times[i-1])
		}
	}
	for i, o := range s.Observers {
		if o.Of == nil {
			return fmt.Errorf("signsgd: Settings.Observers[%d].Of is nil", i)
		}
	}
	return nil
}

// RecordTimes returns a copy of Times, or what nil stands for.
func (s Settings) RecordTimes() []float64 {
	if s.Times != nil {
		return append([]float64{}, s.Times...)
	}
	return floats.Span(make([]float64, 201), 0, s.Horizon)
}

// NewRand returns the random stream of one run of an ensemble: ChaCha8 keyed by
// the seed, the run's index and its role, so that the simulations and the SDEs of
// one seed are independent.
func NewRand(seed uint64, run int, role string) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(run))
	h := fnv.New128a()
	h.Write([]byte(role))
	copy(key[16:], h.Sum(nil))
	return rand.New(rand.NewChaCha8(key))
}

// Gather runs Settings.Runs walks on all cores and collects what they record. It
// is what every ensemble is made of. Run i is started by start with the stream
// NewRand(s.Seed, i, role), so the result does not depend on GOMAXPROCS.
//
// A run that diverges is no error: it counts as +Inf from then on. Gather stops
// at the first error of a run and when ctx ends. It then returns the error and,
// unless the settings were bad, a Band of the runs that were complete.
func Gather(ctx context.Context, s Settings, role string, start func(rng *rand.Rand) (Walk, error)) (*Band, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	g := &gatherer{settings: s, times: s.RecordTimes(), paths: make([][]float64, s.Runs)}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), s.Runs) {
		workers.Go(func() {
			for ctx.Err() == nil {
				run := int(next.Add(1)) - 1
				if run >= s.Runs {
					return
				}
				path, err := g.record(ctx, run, role, start)
				if err != nil {
					cancel(fmt.Errorf("signsgd: run %d: %w", run, err))
					return
				}
				g.paths[run] = path
			}
		})
	}
	workers.Wait()
	return g.band(), context.Cause(ctx)
}

type gatherer struct {
	settings Settings
	times    []float64
	paths    [][]float64 // one for each complete run: times × quantities

	mu   sync.Mutex // of done and the calls of Progress
	done int
}

// record makes one run and returns its path.
func (g *gatherer) record(ctx context.Context, run int, role string, start func(*rand.Rand) (Walk, error)) ([]float64, error) {
	walk, err := start(NewRand(g.settings.Seed, run, role))
	if err != nil {
		return nil, err
	}
	quantities := 1 + len(g.settings.Observers)
	path := make([]float64, len(g.times)*quantities)
	diverged := false
	for i, t := range g.times {
		row := path[i*quantities : (i+1)*quantities]
		if !diverged {
			switch err := walk.Advance(ctx, t); {
			case errors.Is(err, ErrDiverged):
				diverged = true
			case err != nil:
				return nil, err
			default:
				walk.Observe(row)
				diverged = math.IsNaN(row[0]) || math.IsInf(row[0], 0)
			}
		}
		if diverged {
			for j := range row {
				row[j] = math.Inf(1)
			}
		}
		g.progress()
	}
	return path, nil
}

func (g *gatherer) progress() {
	if g.settings.Progress == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done++
	g.settings.Progress(g.done, len(g.times)*g.settings.Runs)
}

// band collects the complete runs in their order.
func (g *gatherer) band() *Band {
	b := &Band{Times: g.times, Observed: make([]Paths, len(g.settings.Observers))}
	quantities := 1 + len(g.settings.Observers)
	for run, path := range g.paths {
		if path == nil {
			continue
		}
		b.Runs = append(b.Runs, run)
		for q := range quantities {
			row := make([]float64, len(g.times))
			for i := range row {
				row[i] = path[i*quantities+q]
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
