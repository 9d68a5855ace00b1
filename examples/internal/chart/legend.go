package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// legend stands below the axes, in as many columns as its names allow.
type legend struct {
	style   text.Style
	names   []string
	thumbs  []plot.Thumbnailer
	rows    int
	columns []vg.Length // width of each
}

// Sizes in the legend, in points.
const (
	thumb = 24 // width of the sample of a line
	gap   = 5  // between the sample and its name
	line  = 14 // from one entry to the next
	space = 8  // above the legend
)

func (c *Chart) legend(style text.Style) legend {
	l := legend{style: style}
	l.style.YAlign = text.YCenter
	for _, m := range c.marks {
		if m.name != "" {
			l.names, l.thumbs = append(l.names, m.name), append(l.thumbs, m.thumb)
		}
	}
	for l.rows = (len(l.names) + 2) / 3; ; l.rows++ {
		l.columns = nil
		total := vg.Length(0)
		for i, name := range l.names {
			if i%l.rows == 0 {
				l.columns = append(l.columns, 0)
			}
			last := &l.columns[len(l.columns)-1]
			before := *last
			*last = max(before, thumb+4*gap+style.Width(name))
			total += *last - before
		}
		if total <= width-2*border || len(l.columns) <= 1 {
			return l
		}
	}
}

func (l legend) height() vg.Length {
	if l.rows == 0 {
		return 0
	}
	return vg.Length(l.rows)*line + space
}

// draw draws the entries, column by column.
func (l legend) draw(c draw.Canvas) {
	x := (c.Min.X + c.Max.X) / 2
	for _, w := range l.columns {
		x -= w / 2
	}
	for i, name := range l.names {
		y := c.Max.Y - space - vg.Length(i%l.rows)*line
		sample := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: x, Y: y - line + 3}, Max: vg.Point{X: x + thumb, Y: y - 3},
		}}
		l.thumbs[i].Thumbnail(&sample)
		c.FillText(l.style, vg.Point{X: x + thumb + gap, Y: y - line/2}, name)
		if (i+1)%l.rows == 0 {
			x += l.columns[i/l.rows]
		}
	}
}
