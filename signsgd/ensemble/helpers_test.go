package ensemble

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// decay is a walk whose risk falls from a random start.
type decay struct {
	start, t float64
}

func (w *decay) Advance(ctx context.Context, t float64) error {
	w.t = t
	return ctx.Err()
}

func (w *decay) Observe(dst []float64) {
	dst[0] = w.start / (1 + w.t)
	for j := range dst[1:] {
		dst[1+j] = float64(j) - w.t
	}
}

// subject returns what makes decays.
func subject() Subject {
	return Subject{
		Stream: "test", Description: Description{Describe("rate", 1.5)},
		Start: func(rng *rand.Rand) (Walk, error) { return &decay{start: rng.ExpFloat64()}, nil },
	}
}

// gather makes an ensemble that must not fail.
func gather(t testing.TB, s Settings, of Subject) *Band {
	t.Helper()
	b, err := Gather(t.Context(), s, of)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// observer returns an observer of a name.
func observer(name string) Observer {
	return Observer{Name: name, Of: func([]float64) float64 { return 0 }}
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
