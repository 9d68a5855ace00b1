// Package chart draws the pictures of the examples, all with one look: lines over bands,
// in colours that colour-blind readers can tell apart, with text that is still readable
// in a column of 8.5 cm, and the legend below the axes, where it hides nothing.
package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of Okabe and Ito.
var (
	Black      = color.NRGBA{0x00, 0x00, 0x00, 0xff}
	Orange     = color.NRGBA{0xe6, 0x9f, 0x00, 0xff}
	SkyBlue    = color.NRGBA{0x56, 0xb4, 0xe9, 0xff}
	Green      = color.NRGBA{0x00, 0x9e, 0x73, 0xff}
	Blue       = color.NRGBA{0x00, 0x72, 0xb2, 0xff}
	Vermillion = color.NRGBA{0xd5, 0x5e, 0x00, 0xff}
	Purple     = color.NRGBA{0xcc, 0x79, 0xa7, 0xff}
)

// Dashes of lines.
var (
	Solid      []vg.Length
	Dashed     = []vg.Length{vg.Points(6), vg.Points(3)}
	Dotted     = []vg.Length{vg.Points(1.5), vg.Points(2.5)}
	DashDotted = []vg.Length{vg.Points(7), vg.Points(2.5), vg.Points(1.5), vg.Points(2.5)}
)

// The labels of axes that many charts share.
const (
	Time = "t = k/d  (steps / dimension)"
	Risk = "risk  R = ½ νᵀKν"
)

// Chart is a picture with one pair of axes. What is added later lies above.
type Chart struct {
	Title, X, Y string // title, and labels of the axes with their units
	LogX, LogY  bool

	marks []mark
}

// mark is something to be drawn, with its entry in the legend if it has a name.
type mark struct {
	name  string
	plot  plot.Plotter
	thumb plot.Thumbnailer
}

// Line adds the line through the points. Points that are not finite are left out, and so
// are points that are not positive on a logarithmic axis.
func (c *Chart) Line(name string, x, y []float64, col color.NRGBA, dashes []vg.Length) {
	line := &plotter.Line{XYs: c.visible(x, y), LineStyle: draw.LineStyle{Color: col, Width: vg.Points(1.4), Dashes: dashes}}
	c.add(name, line, line, len(line.XYs))
}

// Band adds the region between two curves, through which what is below it can be seen.
func (c *Chart) Band(name string, x, lo, hi []float64, col color.NRGBA) {
	col.A = 0x50
	c.region(name, x, lo, hi, col)
}

// Region adds the region between two curves, in the same colour as Band, but hiding what is
// below it.
func (c *Chart) Region(name string, x, lo, hi []float64, col color.NRGBA) {
	for _, v := range []*uint8{&col.R, &col.G, &col.B} {
		*v = 0xff - uint8(0x50*(0xff-int(*v))/0xff)
	}
	c.region(name, x, lo, hi, col)
}

func (c *Chart) region(name string, x, lo, hi []float64, col color.NRGBA) {
	outline, upper := c.visible(x, lo), c.visible(x, hi)
	for i := len(upper) - 1; i >= 0; i-- {
		outline = append(outline, upper[i])
	}
	region := &plotter.Polygon{XYs: []plotter.XYs{outline}, Color: col}
	c.add(name, region, region, len(outline))
}

// Bounds adds the two curves that bound a region, as dotted lines.
func (c *Chart) Bounds(name string, x, lo, hi []float64, col color.NRGBA) {
	c.Line(name, x, lo, col, Dotted)
	c.Line("", x, hi, col, Dotted)
}

// Points adds a dot at every point, with a bar over ±err where err is not nil. A bar
// that a logarithmic axis cannot show ends at its dot.
func (c *Chart) Points(name string, x, y, err []float64, col color.NRGBA) {
	scatter := &plotter.Scatter{XYs: c.visible(x, y), GlyphStyle: draw.GlyphStyle{Color: col, Radius: vg.Points(2.4), Shape: draw.CircleGlyph{}}}
	for i := range err {
		lo := y[i] - err[i]
		if c.LogY && lo <= 0 {
			lo = y[i]
		}
		c.Line("", []float64{x[i], x[i]}, []float64{lo, y[i] + err[i]}, col, Solid)
	}
	c.add(name, scatter, scatter, len(scatter.XYs))
}

// Dots adds a dot at about a dozen of the points of a curve.
func (c *Chart) Dots(name string, x, y []float64, col color.NRGBA) {
	var few, at []float64
	for i := 0; i < len(x); i += max(len(x)/12, 1) {
		few, at = append(few, x[i]), append(at, y[i])
	}
	c.Points(name, few, at, nil, col)
}

// add adds a mark of n points. One without points is only an entry in the legend.
func (c *Chart) add(name string, p plot.Plotter, thumb plot.Thumbnailer, n int) {
	if n == 0 {
		p = nil
	}
	c.marks = append(c.marks, mark{name, p, thumb})
}

// visible returns the points that the axes can show.
func (c *Chart) visible(x, y []float64) plotter.XYs {
	if len(x) != len(y) {
		panic(fmt.Sprintf("chart: %d abscissas of %d ordinates", len(x), len(y)))
	}
	show := func(v float64, log bool) bool {
		return !math.IsNaN(v) && !math.IsInf(v, 0) && (v > 0 || !log)
	}
	var points plotter.XYs
	for i := range x {
		if show(x[i], c.LogX) && show(y[i], c.LogY) {
			points = append(points, plotter.XY{X: x[i], Y: y[i]})
		}
	}
	return points
}
