package chart

import (
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Sizes of the picture. The legend adds to its height.
const (
	width, height = 12 * vg.Centimeter, 8.5 * vg.Centimeter
	border        = 8  // points around everything
	size          = 10 // of the text, in points
	label         = 16 // height of the label of an axis, in points
	dpi           = 170
)

// Formats are the formats that Write knows, which are also the endings of their files.
var Formats = []string{"png", "svg", "pdf"}

// Write draws the chart in one of the Formats.
func (c *Chart) Write(w io.Writer, format string) error {
	p, err := c.plot()
	if err != nil {
		return err
	}
	l := c.legend(p.Legend.TextStyle)
	h := height + l.height()
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	switch format {
	case "png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, h), vgimg.UseDPI(dpi))}
	case "svg":
		canvas = vgsvg.New(width, h)
	case "pdf":
		canvas = outlined{vgpdf.New(width, h)}
	default:
		return fmt.Errorf("chart: format %q: must be one of %v", format, Formats)
	}
	area := draw.Crop(draw.New(canvas), border, -border, border, -border)
	l.draw(draw.Crop(area, 0, 0, 0, l.height()-area.Size().Y))
	axes := draw.Crop(area, label+6, 0, l.height()+label, 0)
	p.Draw(axes)
	c.labels(p, area, axes)
	_, err = canvas.WriteTo(w)
	return err
}

// labels writes the labels of the axes. Those of package plot are not used: they take
// room that they do not need.
func (c *Chart) labels(p *plot.Plot, area, axes draw.Canvas) {
	data := p.DataCanvas(axes)
	style := p.Legend.TextStyle
	style.XAlign, style.YAlign = text.XCenter, text.YCenter
	area.FillText(style, vg.Point{X: data.Center().X, Y: axes.Min.Y - label/2}, c.X)
	style.Rotation = math.Pi / 2
	area.FillText(style, vg.Point{X: area.Min.X + label/2, Y: data.Center().Y}, c.Y)
}

// writable checks that the font has all characters of the chart: others, such as ⁻, would be
// left out without a word, which turns 10⁻⁴ into 10⁴.
func (c *Chart) writable(f font.Font) error {
	texts := []string{c.Title, c.X, c.Y}
	for _, m := range c.marks {
		texts = append(texts, m.name)
	}
	face := font.DefaultCache.Lookup(f, f.Size).Face
	for _, text := range texts {
		for _, r := range text {
			if glyph, err := face.GlyphIndex(nil, r); err != nil || glyph == 0 {
				return fmt.Errorf("chart: the font has no %q, of %q: %v", r, text, err)
			}
		}
	}
	return nil
}

// plot returns the axes with everything on them but their labels.
func (c *Chart) plot() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = c.Title
	p.Title.Padding = vg.Points(6)
	for _, style := range []*text.Style{&p.Title.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		style.Font.Variant = "Sans"
		style.Font.Size = vg.Points(size)
	}
	p.Add(plotter.NewGrid())
	if err := c.writable(p.Legend.TextStyle.Font); err != nil {
		return nil, err
	}
	empty := true
	for _, m := range c.marks {
		if m.plot != nil {
			p.Add(m.plot)
			empty = false
		}
	}
	if empty {
		return nil, fmt.Errorf("chart: %q has no points that its axes can show", c.Title)
	}
	for axis, log := range map[*plot.Axis]bool{&p.X: c.LogX, &p.Y: c.LogY} {
		axis.Tick.Marker = linearTicks{}
		if log {
			axis.Scale, axis.Tick.Marker = plot.LogScale{}, logTicks{}
			axis.Min, axis.Max = outward(axis.Min, axis.Max)
		}
	}
	return p, nil
}
