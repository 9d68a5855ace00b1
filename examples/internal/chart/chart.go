// Package chart draws the figures of the examples, all with one look: lines over
// bands in colours that colour-blind readers can tell apart.
package chart

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
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
	Solid  []vg.Length
	Dashed = []vg.Length{vg.Points(6), vg.Points(3)}
	Dotted = []vg.Length{vg.Points(1.5), vg.Points(2.5)}
)

// Chart is a figure with one pair of axes. What is added later lies above.
type Chart struct {
	Title, X, Y string // title and labels of the axes, with their units
	LogX, LogY  bool
	YMin, YMax  float64 // ends of the vertical axis where they differ, else those of the data
	Legend      Corner

	marks []mark
	dots  bool // some marks are dots, which need a margin
}

// Corner is where the legend stands.
type Corner int

const (
	TopRight Corner = iota
	TopLeft
	BottomRight
	BottomLeft
)

type mark struct {
	name   string
	plot   func(c *Chart) (plot.Plotter, error)
	thumbs plot.Thumbnailer
}

// Line adds the line through the points. Points that the axes cannot show, not
// finite or not positive on a logarithmic axis, are left out.
func (c *Chart) Line(name string, x, y []float64, col color.NRGBA, dashes []vg.Length) {
	style := draw.LineStyle{Color: col, Width: vg.Points(1.4), Dashes: dashes}
	c.marks = append(c.marks, mark{name, func(c *Chart) (plot.Plotter, error) {
		line, err := plotter.NewLine(c.visible(x, y))
		if err != nil {
			return nil, fmt.Errorf("chart: line %q: %w", name, err)
		}
		line.LineStyle = style
		return line, nil
	}, &plotter.Line{LineStyle: style}})
}

// Band adds the region between two curves.
func (c *Chart) Band(name string, x, lo, hi []float64, col color.NRGBA) {
	col.A = 0x50
	c.marks = append(c.marks, mark{name, func(c *Chart) (plot.Plotter, error) {
		outline := c.visible(x, lo)
		upper := c.visible(x, hi)
		for i := len(upper) - 1; i >= 0; i-- {
			outline = append(outline, upper[i])
		}
		region, err := plotter.NewPolygon(outline)
		if err != nil {
			return nil, fmt.Errorf("chart: band %q: %w", name, err)
		}
		region.Color, region.LineStyle.Width = col, 0
		return region, nil
	}, &plotter.Polygon{Color: col}})
}

// Points adds a dot at every point, with a bar over ±err where err is not nil. A bar
// that a logarithmic axis cannot show ends at its dot.
func (c *Chart) Points(name string, x, y, err []float64, col color.NRGBA) {
	c.dots = true
	style := draw.GlyphStyle{Color: col, Radius: vg.Points(2.4), Shape: draw.CircleGlyph{}}
	c.marks = append(c.marks, mark{name, func(c *Chart) (plot.Plotter, error) {
		dots := bars{LineStyle: draw.LineStyle{Color: col, Width: vg.Points(1)}}
		var e error
		if dots.Scatter, e = plotter.NewScatter(c.visible(x, y)); e != nil {
			return nil, fmt.Errorf("chart: points %q: %w", name, e)
		}
		dots.GlyphStyle = style
		if err == nil {
			return dots, nil
		}
		for i := range x {
			lo := y[i] - err[i]
			if c.LogY && lo <= 0 {
				lo = y[i]
			}
			if ends := c.visible([]float64{x[i], x[i]}, []float64{lo, y[i] + err[i]}); len(ends) == 2 {
				dots.ends = append(dots.ends, ends)
			}
		}
		return dots, nil
	}, &plotter.Scatter{GlyphStyle: style}})
}

// bars are dots with vertical bars.
type bars struct {
	*plotter.Scatter
	draw.LineStyle
	ends []plotter.XYs
}

// Plot draws the bars, and the dots over them.
func (b bars) Plot(canvas draw.Canvas, p *plot.Plot) {
	for _, ends := range b.ends {
		if line, err := plotter.NewLine(ends); err == nil {
			line.LineStyle = b.LineStyle
			line.Plot(canvas, p)
		}
	}
	b.Scatter.Plot(canvas, p)
}

// visible returns the points that the axes can show.
func (c *Chart) visible(x, y []float64) plotter.XYs {
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

// Save writes the chart as path.png and path.svg, making the folder if need be,
// and returns the two names.
func (c *Chart) Save(path string) ([]string, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.Title, c.X, c.Y
	p.Title.Padding = vg.Points(6)
	p.X.Label.Padding, p.Y.Label.Padding = vg.Points(3), vg.Points(3)
	p.Legend.Top = c.Legend == TopRight || c.Legend == TopLeft
	p.Legend.Left = c.Legend == TopLeft || c.Legend == BottomLeft
	p.Legend.Padding = vg.Points(2)
	p.Legend.ThumbnailWidth = vg.Points(24)
	p.Legend.XOffs, p.Legend.YOffs = vg.Points(-6), vg.Points(-6)
	if p.Legend.Left {
		p.Legend.XOffs = vg.Points(6)
	}
	if !p.Legend.Top {
		p.Legend.YOffs = vg.Points(6)
	}
	for _, style := range []*text.Style{&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle,
		&p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		style.Font.Variant = "Sans"
		style.Font.Size = vg.Points(9)
	}
	p.Title.TextStyle.Font.Size = vg.Points(11)
	p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{}, linearTicks{}
	if c.LogX {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	if c.LogY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	p.Add(plotter.NewGrid())
	for _, m := range c.marks {
		drawn, err := m.plot(c)
		if err != nil {
			return nil, err
		}
		p.Add(drawn)
		if m.name != "" {
			p.Legend.Add(m.name, m.thumbs)
		}
	}
	if c.dots {
		margin(&p.X, c.LogX)
		margin(&p.Y, c.LogY)
	}
	if c.YMin != c.YMax {
		p.Y.Min, p.Y.Max = c.YMin, c.YMax
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	names := []string{path + ".png", path + ".svg"}
	png := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
	p.Draw(draw.New(png))
	file, err := os.Create(names[0])
	if err != nil {
		return nil, err
	}
	if _, err := png.WriteTo(file); err != nil {
		file.Close()
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	return names, p.Save(width, height, names[1])
}

// margin widens the range of an axis by 3% at both ends.
func margin(axis *plot.Axis, log bool) {
	const share = 0.03
	if log {
		factor := math.Pow(axis.Max/axis.Min, share)
		axis.Min, axis.Max = axis.Min/factor, axis.Max*factor
		return
	}
	width := share * (axis.Max - axis.Min)
	axis.Min, axis.Max = axis.Min-width, axis.Max+width
}

const (
	width, height = 15 * vg.Centimeter, 10.5 * vg.Centimeter
	dpi           = 130
)
