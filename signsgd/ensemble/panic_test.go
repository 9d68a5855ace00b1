package ensemble

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

// trap is a decay that calls do at a record.
type trap struct {
	decay
	advance, observe func()
}

func (w *trap) Advance(ctx context.Context, t float64) error {
	if w.advance != nil && t > 0.5 {
		w.advance()
	}
	return w.decay.Advance(ctx, t)
}

func (w *trap) Observe(dst []float64) {
	if w.observe != nil {
		w.observe()
	}
	w.decay.Observe(dst)
}

var errTrap = errors.New("sprung")

// TestPanics springs panics and Goexit in whatever an ensemble calls. Each is a RunError
// of the run in which it happened, with the stack; the runs that were complete are
// returned, and a later call makes the others.
func TestPanics(t *testing.T) {
	t.Parallel()
	const bad, runs = 5, 12
	for name, spring := range map[string]func(){"panic": func() { panic(errTrap) }, "Goexit": runtime.Goexit} {
		for place, set := range map[string]func(s *Settings, of *Subject){
			"Start": func(_ *Settings, of *Subject) {
				start, n := of.Start, 0
				of.Start = func(rng *rand.Rand) (Walk, error) {
					if n++; n > bad {
						spring()
					}
					return start(rng)
				}
			},
			"Advance": func(_ *Settings, of *Subject) {
				n := 0
				of.Start = func(rng *rand.Rand) (Walk, error) {
					w := &trap{decay: decay{start: rng.ExpFloat64()}}
					if n++; n > bad {
						w.advance = spring
					}
					return w, nil
				}
			},
			"Observe": func(_ *Settings, of *Subject) {
				n := 0
				of.Start = func(rng *rand.Rand) (Walk, error) {
					w := &trap{decay: decay{start: rng.ExpFloat64()}}
					if n++; n > bad {
						w.observe = spring
					}
					return w, nil
				}
			},
			"Progress": func(s *Settings, _ *Subject) {
				s.Progress = func(done, total int) {
					if done == 3*bad+1 {
						spring()
					}
				}
			},
		} {
			s := Settings{Horizon: 1, Runs: runs, Times: []float64{0, 0.5, 1}, Workers: 1}
			whole := gather(t, s, subject())
			of := subject()
			set(&s, &of)
			part, err := Gather(t.Context(), s, of)
			var run *RunError
			if !errors.As(err, &run) || run.Run != bad {
				t.Errorf("%s in %s: error %v, want a RunError of run %d", name, place, err, bad)
				continue
			}
			var panicked *PanicError
			switch {
			case name == "Goexit":
				requireIs(t, err, ErrGoexit)
			case !errors.As(err, &panicked):
				t.Errorf("%s in %s: error %v, want a PanicError", name, place, err)
			default:
				requireIs(t, err, errTrap)
				requireError(t, err, "panic_test.go") // the stack
			}
			if part == nil || len(part.Runs) != bad {
				t.Errorf("%s in %s: returned %v, want the first %d runs", name, place, part, bad)
				continue
			}
			s.Progress, s.Resume = nil, part
			resumed := gather(t, s, subject())
			for i := range whole.Risk {
				for j, r := range whole.Risk[i] {
					if resumed.Risk[i][j] != r {
						t.Errorf("%s in %s: resumed run %d has the risk %v, want %v", name, place, i, resumed.Risk[i][j], r)
					}
				}
			}
		}
	}
}

// TestPanicsInAll springs a panic in every run on many workers: Gather returns.
func TestPanicsInAll(t *testing.T) {
	t.Parallel()
	of := subject()
	of.Start = func(*rand.Rand) (Walk, error) { panic("every one") }
	s := Settings{Horizon: 1, Runs: 100, Workers: 8}
	b, err := Gather(t.Context(), s, of)
	requireError(t, err, "panic: every one")
	if b == nil || len(b.Runs) != 0 {
		t.Errorf("returned %v, want a Band without runs", b)
	}
}

// TestDescribePanics describes a value whose method Describe panics.
func TestDescribePanics(t *testing.T) {
	t.Parallel()
	part := Describe("schedule", describer(func() string { panic("no words") }))
	if part.Text != "" || !strings.Contains(part.Reason, "no words") {
		t.Errorf("part %+v, want no text and the panic as the reason", part)
	}
}

type describer func() string

func (d describer) Describe() string { return d() }

// TestContext cancels an ensemble of walks that never end by themselves.
func TestContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	of := subject()
	of.Start = func(*rand.Rand) (Walk, error) { return endless{}, nil }
	_, err := Gather(ctx, Settings{Horizon: 1, Runs: 4}, of)
	requireIs(t, err, context.DeadlineExceeded)
}

type endless struct{}

func (endless) Advance(ctx context.Context, t float64) error {
	<-ctx.Done()
	return ctx.Err()
}

func (endless) Observe([]float64) {}
