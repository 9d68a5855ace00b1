package ensemble

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"strings"
)

// ErrDiverged is what a Walk returns, possibly wrapped, once its state is no longer
// finite.
var ErrDiverged = errors.New("the risk is not finite")

// Walk is one run on its way. It starts at t = 0. A Walk that is an io.Closer is closed
// when it has been recorded for the last time, and after an error.
type Walk interface {
	// Advance moves the walk to the time t, which never decreases from call to call. It
	// returns ErrDiverged if the state is no longer finite, and stops when ctx ends.
	Advance(ctx context.Context, t float64) error

	// Observe stores the risk in dst[0] and the values of the observers, in their
	// order, in the rest of dst.
	Observe(dst []float64)
}

// Subject is what an ensemble consists of. A package that makes walks fills it in for
// its users.
type Subject struct {
	// Stream keeps the random numbers of walks of different kinds apart; see NewRand.
	Stream string

	// Description says what the walks are, up to their random numbers and the Settings.
	// Bands are resumed and merged if their descriptions agree.
	Description Description

	// Start returns a new walk, whose random numbers come from rng. Start is called
	// from several goroutines at once.
	Start func(rng *rand.Rand) (Walk, error)
}

// NewRand returns the random numbers of one run: ChaCha8 with a key made of the seed,
// the index of the run and the name of the stream. Runs with different indices are
// independent, and so are the simulations and the SDEs of one seed, which use different
// streams.
func NewRand(seed uint64, run int, stream string) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(run))
	h := fnv.New128a()
	h.Write([]byte(stream))
	copy(key[16:], h.Sum(nil))
	return rand.New(rand.NewChaCha8(key))
}

// RunError is an error of one run of an ensemble.
type RunError struct {
	Run int // the index of the run
	Err error
}

// Error names the run.
func (e *RunError) Error() string { return fmt.Sprintf("ensemble: run %d: %s", e.Run, inner(e.Err)) }

// Unwrap returns Err.
func (e *RunError) Unwrap() error { return e.Err }

// inner returns the message of an error without the name of this package.
func inner(err error) string { return strings.TrimPrefix(err.Error(), "ensemble: ") }

// walk makes the given run from its start to its last record, calls recorded after each
// of them, and returns the records one after the other. Everything that a walk does
// happens in here.
func (g *gatherer) walk(ctx context.Context, run int, recorded func()) (path []float64, err error) {
	w, err := g.subject.Start(NewRand(g.settings.Seed, run, g.stream))
	if err != nil {
		return nil, err
	}
	if w == nil {
		return nil, errors.New("ensemble: Subject.Start returned no walk")
	}
	if c, ok := w.(io.Closer); ok {
		defer func() {
			if closed := c.Close(); err == nil {
				err = closed
			}
		}()
	}
	path = make([]float64, len(g.times)*g.quantities)
	diverged := false
	for i, t := range g.times {
		row := path[i*g.quantities : (i+1)*g.quantities]
		if !diverged {
			switch err := w.Advance(ctx, t); {
			case errors.Is(err, ErrDiverged):
				diverged = true
			case err != nil:
				return nil, err
			default:
				w.Observe(row)
				diverged = math.IsNaN(row[0]) || math.IsInf(row[0], 0)
				row[0] = max(row[0], 0) // rounding, where K is singular
			}
		}
		if diverged {
			for j := range row {
				row[j] = math.Inf(1)
			}
		}
		recorded()
	}
	return path, nil
}
