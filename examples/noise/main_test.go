package main

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/noise"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }

// TestVariance checks that the curves of a panel are comparable.
func TestVariance(t *testing.T) {
	for _, p := range panels {
		for _, c := range p.curves {
			if v2 := c.law.SecondMoment(); math.Abs(v2-1) > 1e-12 {
				t.Errorf("%s: E ε² = %v", c.name, v2)
			}
			if err := noise.Validate(c.law); err != nil {
				t.Error(err)
			}
		}
	}
}
