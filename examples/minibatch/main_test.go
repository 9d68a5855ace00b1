package main

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }

// TestBatches checks what the figure shows: batches of normal noise start alike, and under
// noise ±1 single samples stall at a risk where batches of 4 go on.
func TestBatches(t *testing.T) {
	risk := func(law noise.Law, batch int, at float64) float64 {
		p, err := problem(200, law, 1)
		if err != nil {
			t.Fatal(err)
		}
		p.Batch = batch
		system, err := odes.New(p, signsgd.SignSGD{}, schedule.Constant(eta/noise.BatchFactor(batch)))
		if err != nil {
			t.Fatal(err)
		}
		curve, err := system.Solve(t.Context(), []float64{at})
		if err != nil {
			t.Fatal(err)
		}
		return curve.Risk[0]
	}
	if slow, fast := risk(noise.Normal{Sigma: 1}, 1, 1), risk(noise.Normal{Sigma: 1}, 16, 1); math.Abs(slow/fast-1) > 0.15 {
		t.Errorf("at t = 1 normal noise leaves %v for B = 1 and %v for B = 16", slow, fast)
	}
	if alone, batch := risk(noise.Rademacher{Scale: 1}, 1, 12), risk(noise.Rademacher{Scale: 1}, 4, 12); alone < 2*batch {
		t.Errorf("noise ±1 leaves %v for B = 1 and %v for B = 4", alone, batch)
	}
}
