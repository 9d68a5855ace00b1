package odes_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// FuzzSystem asks systems from random numbers everything: every question has an answer
// that is a number, or an error by name.
func FuzzSystem(f *testing.F) {
	f.Add(uint64(1))
	f.Add(uint64(2))
	f.Fuzz(func(t *testing.T, seed uint64) {
		c := newRandomCase(rand.New(rand.NewPCG(17, seed)))
		if c.err != nil {
			return
		}
		if err := c.ask(context.Background(), func(what string, took time.Duration) {
			if took > 10*time.Second {
				t.Errorf("%s takes %v: %s", what, took, c.text)
			}
		}); err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
	})
}
