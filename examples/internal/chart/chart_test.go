package chart

import (
	"math"
	"strings"
	"testing"
)

// TestWrite draws a chart with everything in it in every format.
func TestWrite(t *testing.T) {
	c := &Chart{Title: "Title with μ, σ², φ, ∞, η, d^{−½}, βᵀ, gridᵝ, β₂", X: Time, Y: Risk, LogX: true, LogY: true}
	x, y := []float64{0.03, 1, 30, 2e5}, []float64{0, 1, math.Inf(1), 13}
	c.Band("band", x, y, y, Blue)
	c.Line("line", x, y, Black, DashDotted)
	c.Points("points", x, y, []float64{1, 2, 1, 1}, Green)
	c.Bounds("bounds", x, y, y, Orange)
	for format, start := range map[string]string{"png": "\x89PNG", "svg": "<?xml", "pdf": "%PDF"} {
		var b strings.Builder
		if err := c.Write(&b, format); err != nil || !strings.HasPrefix(b.String(), start) {
			t.Errorf("%s: %v, starts with %.10q", format, err, b.String())
		}
	}
	if err := c.Write(&strings.Builder{}, "gif"); err == nil {
		t.Error("gif: no error")
	}
	c.Title = "10⁻⁴"
	if err := c.Write(&strings.Builder{}, "png"); err == nil || !strings.Contains(err.Error(), "⁻") {
		t.Errorf("a character that the font lacks: %v", err)
	}
	empty := &Chart{LogY: true}
	empty.Line("zero", []float64{1}, []float64{0}, Black, Solid)
	if err := empty.Write(&strings.Builder{}, "png"); err == nil {
		t.Error("no points: no error")
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		log    bool
		lo, hi float64
		want   string
	}{
		{false, 0, 100, "0 20 40 60 80 100"},
		{false, -0.05, 1, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{false, 0, 5, "0 1 2 3 4 5"},
		{false, 0, 0.002, "0.0000 0.0005 0.0010 0.0015 0.0020"},
		{true, 1, 1000, "1 10 100 1000"},
		{true, 0.04, 20, "0.04 0.1 1 10 20"},
		{true, 1.3, 60, "1 2 5 10 20 60"},
		{true, 0.02, 0.08, "0.02 0.03 0.04 0.05 0.06 0.07 0.08"},
		{true, 3e-5, 1, "3e−5 1e−4 0.001 0.01 0.1 1"},
		{true, 1e-20, 1e4, "1e−20 1e−18 1e−15 1e−12 1e−9 1e−6 0.001 1 10000"},
	} {
		ticks := linearTicks{}.Ticks(c.lo, c.hi)
		if c.log {
			ticks = logTicks{}.Ticks(outward(c.lo, c.hi))
		}
		var got []string
		for _, tick := range ticks {
			if tick.Label != "" {
				got = append(got, tick.Label)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("log %v from %g to %g: %s, want %s", c.log, c.lo, c.hi, strings.Join(got, " "), c.want)
		}
	}
}
