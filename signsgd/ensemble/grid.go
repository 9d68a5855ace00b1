package ensemble

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Axis is a parameter of a sweep, with the values that it takes.
type Axis struct {
	Name   string
	Values []float64
}

// Grid is all combinations of the values of some axes, which are the units of a sweep. The
// last axis varies fastest.
//
//	grid := ensemble.Grid{{"rate", []float64{0.1, 0.3, 1}}, {"dimension", []float64{100, 200}}}
//	sweep := ensemble.Sweep{Units: grid.Units(), Name: grid.Name, …}
//
// In Do, grid.At(unit) is the rate and the dimension.
type Grid []Axis

// Units returns the number of combinations: 0 if an axis has no values, and if there are more
// than an int holds.
func (g Grid) Units() int {
	units := 1
	for _, a := range g {
		if n := len(a.Values); n == 0 || units > math.MaxInt/n {
			return 0
		}
		units *= len(a.Values)
	}
	return units
}

// At returns the value of each axis at a unit. It panics unless 0 ≤ unit < Units.
func (g Grid) At(unit int) []float64 {
	if unit < 0 || unit >= g.Units() {
		panic(fmt.Sprintf("ensemble: Grid.At: unit %d of %d", unit, g.Units()))
	}
	x := make([]float64, len(g))
	for i := len(g) - 1; i >= 0; i-- {
		n := len(g[i].Values)
		x[i], unit = g[i].Values[unit%n], unit/n
	}
	return x
}

// Name returns the names and the values of a unit, as in "rate=0.1 dimension=200". It panics
// unless 0 ≤ unit < Units.
func (g Grid) Name(unit int) string {
	var b strings.Builder
	for i, x := range g.At(unit) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(g[i].Name + "=" + strconv.FormatFloat(x, 'g', -1, 64))
	}
	return b.String()
}
