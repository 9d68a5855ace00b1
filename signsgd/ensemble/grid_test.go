package ensemble

import (
	"math"
	"slices"
	"testing"
)

// TestGrid checks that the units are all combinations, each once, with the last axis fastest.
func TestGrid(t *testing.T) {
	t.Parallel()
	g := Grid{{"rate", []float64{0.1, 1e-30}}, {"batch", []float64{1, 2, 4}}, {"d", []float64{math.Inf(1)}}}
	if g.Units() != 6 {
		t.Fatalf("%d units", g.Units())
	}
	var units [][]float64
	for unit := range 6 {
		units = append(units, g.At(unit))
	}
	if !slices.IsSortedFunc(units, func(a, b []float64) int { return slices.Compare([]float64{-a[0], a[1]}, []float64{-b[0], b[1]}) }) {
		t.Errorf("units %v: the last axis varies fastest", units)
	}
	if len(slices.CompactFunc(units, slices.Equal)) != 6 {
		t.Errorf("units %v: one is there twice", units)
	}
	if name := g.Name(5); name != "rate=1e-30 batch=4 d=+Inf" {
		t.Errorf("name %q", name)
	}
	if n := (Grid{}).Units(); n != 1 || len((Grid{}).At(0)) != 0 {
		t.Errorf("%d units without axes, want the one of no values", n)
	}
	large := Axis{"x", make([]float64, 1<<16)}
	for _, none := range []Grid{{{"rate", nil}}, {large, large, large, large}} {
		if n := none.Units(); n != 0 {
			t.Errorf("%d units, want 0", n)
		}
	}
	for _, unit := range []int{-1, 6} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("unit %d: no panic", unit)
				}
			}()
			g.At(unit)
		}()
	}
	if part := Describe("grid", g); part.Text == "" {
		t.Errorf("a grid has no description: %s", part.Reason)
	}
}
