package odes

import (
	"math"
	"strings"
	"testing"
)

// TestBand checks bands and the planner on curves with given variances.
func TestBand(t *testing.T) {
	t.Parallel()
	a := &Curve{Times: []float64{0, 1, 2}, Risk: []float64{1, 0.5, 0.25}, Variance: []float64{0, 0.04, 0.09}}
	b := &Curve{Times: []float64{0, 1, 2}, Risk: []float64{1, 0.6, 1.25}, Variance: []float64{0, 0.05, 0.16}}
	lo, hi, err := a.Band(0.8)
	if err != nil {
		t.Fatal(err)
	}
	const z80 = 1.2815515655446004
	for i, want := range [][2]float64{{1, 1}, {0.5 - 0.2*z80, 0.5 + 0.2*z80}, {0, 0.25 + 0.3*z80}} {
		if math.Abs(lo[i]-want[0]) > 1e-12 || math.Abs(hi[i]-want[1]) > 1e-12 {
			t.Errorf("time %d: band [%v, %v], want %v", i, lo[i], hi[i], want)
		}
	}
	runs, err := RunsNeeded(a, b, 0.95, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	// (1.959964 + 0.841621)² = 7.848880 times 0.09/0.01 and 0.25/1.
	if !math.IsInf(runs[0], 1) || runs[1] != 71 || runs[2] != 2 {
		t.Errorf("runs needed: %v, want +Inf, 71, 2", runs)
	}
	p, err := ProbabilityBelow(a, b)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.5, 0.6305586598, 0.9772498681} { // Φ(0), Φ(1/3), Φ(2)
		if math.Abs(p[i]-want) > 1e-9 {
			t.Errorf("time %d: probability %v, want %v", i, p[i], want)
		}
	}
	low, high, err := Rest{Risk: 0.25, Variance: 0.09}.Band(0.8)
	if err != nil || low != 0 || math.Abs(high-hi[2]) > 1e-15 {
		t.Errorf("band at rest: [%v, %v], %v", low, high, err)
	}
}

// TestPlannerErrors checks that errors say what is wrong.
func TestPlannerErrors(t *testing.T) {
	t.Parallel()
	a := &Curve{Times: []float64{0, 1}, Risk: []float64{1, 0.5}, Variance: []float64{0, 0.04}}
	bare := &Curve{Times: a.Times, Risk: a.Risk}
	other := &Curve{Times: []float64{0, 2}, Risk: a.Risk, Variance: a.Variance}
	short := &Curve{Times: a.Times, Risk: a.Risk, Variance: a.Variance[:1]}
	band := func(c *Curve, level float64) error { _, _, err := c.Band(level); return err }
	runs := func(a, b *Curve, level, power float64) error { _, err := RunsNeeded(a, b, level, power); return err }
	below := func(a, b *Curve) error { _, err := ProbabilityBelow(a, b); return err }
	rest := func(level float64) error { _, _, err := Rest{1, 1}.Band(level); return err }
	for _, c := range []struct {
		err  error
		says string
	}{
		{band(bare, 0.8), "System.Variance"}, {band(a, 1), "level is 1"}, {band(a, math.NaN()), "level is NaN"},
		{band(short, 0.5), "1 variances"}, {rest(0), "level is 0"},
		{runs(a, bare, 0.95, 0.8), "Variance is nil"}, {runs(a, other, 0.95, 0.8), "different Times"},
		{runs(a, a, 2, 0.8), "level is 2"}, {runs(a, a, 0.95, 0.3), "power is 0.3"}, {below(nil, a), "nil"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("want an error with %q, got %v", c.says, c.err)
		}
	}
}
