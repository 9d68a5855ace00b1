package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// HeatMap adds a cell around every pair of x and y, which increase, in the colour of the
// value z[i][j] at x[i] and y[j]: from dark for the least to light for the largest, in
// equal ratios if log is true. A value that is not finite leaves its cell grey, and so does
// one that is not positive if log is true. The legend has five values, with the name
// before the first.
func (c *Chart) HeatMap(name string, x, y []float64, z [][]float64, log bool) {
	scale := func(v float64) float64 {
		if log {
			return math.Log(v)
		}
		return v
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, column := range z {
		for _, v := range column {
			if v = scale(v); !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	share := func(v float64) float64 {
		if hi > lo {
			return (scale(v) - lo) / (hi - lo)
		}
		return 0.5
	}
	left, right := edges(x, c.LogX)
	low, high := edges(y, c.LogY)
	for i := range x {
		for j := range y {
			shade := color.NRGBA{0xc8, 0xc8, 0xc8, 0xff}
			if v := scale(z[i][j]); !math.IsNaN(v) && !math.IsInf(v, 0) {
				shade = viridis(share(z[i][j]))
			}
			corners := plotter.XYs{{X: left[i], Y: low[j]}, {X: right[i], Y: low[j]}, {X: right[i], Y: high[j]}, {X: left[i], Y: high[j]}}
			cell := &plotter.Polygon{XYs: []plotter.XYs{corners}, Color: shade, LineStyle: draw.LineStyle{Color: shade, Width: vg.Points(0.3)}}
			c.add("", cell, cell, len(corners))
		}
	}
	if !(lo <= hi) {
		return
	}
	for k := range 5 {
		v := lo + (hi-lo)*float64(k)/4
		if log {
			v = math.Exp(v)
		}
		label := fmt.Sprintf("%.2g", v)
		if k == 0 {
			label = name + " " + label
		}
		c.add(minus(label), nil, &plotter.Polygon{Color: viridis(float64(k) / 4)}, 0)
		if hi == lo {
			return
		}
	}
}

// edges returns the ends of the cells around the values, halfway between them.
func edges(x []float64, log bool) (lo, hi []float64) {
	lo, hi = make([]float64, len(x)), make([]float64, len(x))
	between := func(a, b float64) float64 { return (a + b) / 2 }
	beyond := func(a, b float64) float64 { return a + (a-b)/2 }
	if log {
		between = func(a, b float64) float64 { return math.Sqrt(a * b) }
		beyond = func(a, b float64) float64 { return a * math.Sqrt(a/b) }
	}
	for i, v := range x {
		last := len(x) - 1
		switch {
		case last == 0:
			lo[i], hi[i] = between(v, v*0.5), between(v, v*2)
			if v == 0 {
				lo[i], hi[i] = -1, 1
			}
			continue
		case i == 0:
			lo[i] = beyond(v, x[1])
		default:
			lo[i] = between(x[i-1], v)
		}
		if i == last {
			hi[i] = beyond(v, x[i-1])
		} else {
			hi[i] = between(v, x[i+1])
		}
	}
	return lo, hi
}

// viridis returns the colour at a share from 0 to 1 of the scale of that name, which
// grows lighter evenly, for colour-blind readers too, and in print.
func viridis(share float64) color.NRGBA {
	steps := [][3]float64{
		{68, 1, 84}, {72, 40, 120}, {62, 74, 137}, {49, 104, 142}, {38, 130, 142}, {31, 158, 137},
		{53, 183, 121}, {109, 205, 89}, {180, 222, 44}, {253, 231, 37},
	}
	at := min(max(share, 0), 1) * float64(len(steps)-1)
	k := min(int(at), len(steps)-2)
	part := at - float64(k)
	var v [3]uint8
	for i := range v {
		v[i] = uint8(math.Round(steps[k][i] + part*(steps[k+1][i]-steps[k][i])))
	}
	return color.NRGBA{v[0], v[1], v[2], 0xff}
}
