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

// RunError is an error of one run of an ensemble.
type RunError struct {
	Run int // its index
	Err error
}

func (e *RunError) Error() string { return fmt.Sprintf("signsgd: run %d: %v", e.Run, e.Err) }

// Unwrap returns Err.
func (e *RunError) Unwrap() error { return e.Err }

// Gather runs Settings.Runs walks on all cores and collects what they record. It
// is what every ensemble is made of. Run i is started by start with the stream
// NewRand(s.Seed, i, role), so the result depends on neither GOMAXPROCS, nor shards,
// nor resumptions. One more walk is started, for the fingerprint of the ensemble.
//
// A run that diverges is no error: it counts as +Inf from then on. Gather stops
// at the first error of a run and when ctx ends. It then returns the error and,
// unless the settings were bad, a Band of the runs that were complete.
func Gather(ctx context.Context, s Settings, role string, start func(rng *rand.Rand) (Walk, error)) (*Band, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	g := &gatherer{settings: s, times: s.RecordTimes(), role: role, start: start, paths: make([][]float64, s.Runs)}
	var err error
	if g.fingerprint, err = g.probe(); err != nil {
		return nil, err
	}
	if err := g.resume(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), s.Runs) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= s.Runs {
					return
				}
				if g.paths[i] != nil {
					continue
				}
				path, err := g.record(ctx, s.First+i)
				if err != nil {
					cancel(&RunError{Run: s.First + i, Err: err})
					return
				}
				g.paths[i] = path
			}
		})
	}
	workers.Wait()
	return g.band(), context.Cause(ctx)
}

type gatherer struct {
	settings    Settings
	times       []float64
	role        string
	start       func(rng *rand.Rand) (Walk, error)
	fingerprint string
	paths       [][]float64 // one for each complete run: times × quantities

	mu          sync.Mutex // of done and the calls of Progress
	done, total int        // records
}

// quantities returns how many numbers a record has.
func (g *gatherer) quantities() int { return 1 + len(g.settings.Observers) }

// resume takes over the runs that were made before.
func (g *gatherer) resume() error {
	have := 0
	if b := g.settings.Resume; b != nil {
		if err := b.validate("Settings.Resume: "); err != nil {
			return err
		}
		if b.Fingerprint != g.fingerprint {
			return fmt.Errorf("signsgd: Settings.Resume: %w", ErrDifferentEnsemble)
		}
		have = len(b.Runs)
		for i, run := range b.Runs {
			path := make([]float64, 0, len(g.times)*g.quantities())
			for j := range g.times {
				path = append(path, b.Risk[i][j])
				for _, o := range b.Observed {
					path = append(path, o[i][j])
				}
			}
			g.paths[run-g.settings.First] = path
		}
	}
	g.total = len(g.times) * (g.settings.Runs - have)
	return nil
}

// record makes one run and returns its path.
func (g *gatherer) record(ctx context.Context, run int) ([]float64, error) {
	walk, err := g.start(NewRand(g.settings.Seed, run, g.role))
	if err != nil {
		return nil, err
	}
	quantities := g.quantities()
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
	g.settings.Progress(g.done, g.total)
}

// band collects the complete runs in their order.
func (g *gatherer) band() *Band {
	b := &Band{Times: g.times, Observed: make([]Paths, len(g.settings.Observers)), Fingerprint: g.fingerprint}
	quantities := g.quantities()
	for i, path := range g.paths {
		if path == nil {
			continue
		}
		b.Runs = append(b.Runs, g.settings.First+i)
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
