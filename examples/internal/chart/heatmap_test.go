package chart

import (
	"bytes"
	"math"
	"testing"
)

// TestHeatMap draws heat maps with values that cannot be shown, of one cell and of none.
func TestHeatMap(t *testing.T) {
	t.Parallel()
	for _, z := range [][][]float64{{{1, 10}, {math.NaN(), 100}, {math.Inf(1), 0}}, {{2, 2}, {2, 2}, {2, 2}}, {{0, 0}, {0, 0}, {0, 0}}} {
		c := &Chart{Title: "heat", X: "x", Y: "y", LogX: true}
		c.HeatMap("R =", []float64{1, 2, 5}, []float64{0, 1}, z, true)
		var b bytes.Buffer
		if err := c.Write(&b, "svg"); err != nil || b.Len() == 0 {
			t.Errorf("%v: %v", z, err)
		}
	}
	lo, hi := edges([]float64{1, 10, 100}, true)
	if math.Abs(lo[0]-math.Sqrt(0.1)) > 1e-12 || lo[1] != hi[0] || lo[2] != hi[1] || math.Abs(hi[2]-math.Sqrt(1e5)) > 1e-9 {
		t.Errorf("edges %v and %v", lo, hi)
	}
	if dark, light := viridis(0), viridis(1); dark.R != 68 || light.G != 231 {
		t.Errorf("ends of the scale: %v and %v", dark, light)
	}
}
