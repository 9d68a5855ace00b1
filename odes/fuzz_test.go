package odes_test

import (
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
		if err := c.ask(10*time.Second, func(string, time.Duration, error) {}); err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
	})
}
