package main

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }

// TestPoints checks the published exponents where the phases meet: at β = ½ and at β = α
// the formulas of both sides agree.
func TestPoints(t *testing.T) {
	for _, at := range [][2]float64{{1, 0.5}, {0.8, 0.5}, {1, 1}, {1.5, 1.5}} {
		below, above := newPoint("", at[0], math.Nextafter(at[1], 0)), newPoint("", at[0], at[1])
		if math.Abs(below.loss-above.loss) > 1e-12 || math.Abs(below.size-above.size) > 1e-12 {
			t.Errorf("%v: %+v, %+v", at, below, above)
		}
	}
}
