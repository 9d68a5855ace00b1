package plan

import (
	"math"
	"strconv"
	"strings"
)

// Point is a point of the sweep: one value of every axis.
type Point struct {
	Index int
	axes  []Axis
	at    []int // the index of its value on each axis
}

// Point returns point i. The last axis varies fastest.
func (s *Specification) Point(i int) *Point {
	p := &Point{Index: i, axes: s.Axes, at: make([]int, len(s.Axes))}
	for k := len(s.Axes) - 1; k >= 0; k-- {
		n := len(s.Axes[k].Words)
		p.at[k], i = i%n, i/n
	}
	return p
}

// Word returns the value of an axis, and "" if there is no such axis.
func (p *Point) Word(name string) string {
	for k, a := range p.axes {
		if a.Name == name {
			return a.Words[p.at[k]]
		}
	}
	return ""
}

// Number returns the value of an axis of numbers, and NaN if there is no such axis.
func (p *Point) Number(name string) float64 {
	for k, a := range p.axes {
		if a.Name == name && a.Value != nil {
			return a.Value[p.at[k]]
		}
	}
	return math.NaN()
}

// Name names the point by its values on the axes that have several, and "point" if none
// has.
func (p *Point) Name() string {
	var parts []string
	for k, a := range p.axes {
		if len(a.Words) > 1 {
			parts = append(parts, a.Name+"="+a.Words[p.at[k]])
		}
	}
	if parts == nil {
		return "point"
	}
	return strings.Join(parts, " ")
}

// key joins the values of some axes.
func (p *Point) key(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(p.Word(name))
		b.WriteByte('\n')
	}
	return b.String()
}

// formatNumber writes a number so that it is read back bit for bit.
func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
