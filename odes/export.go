package odes

import "github.com/riskcurves/riskcurves/homogenized"

// Table returns the curve as a table of numbers with a name for each column: "t", "risk"
// and "eta". A curve of System.Variance adds "variance" and "bias", if they are known. A
// coupled limit adds R_aa of its further vectors and the scalars, under the names that
// ensembles of its paths use. There is a row for each time. The values are the rows one
// after the other. A rate that is undefined is NaN. data.Save writes the table to a file:
//
//	err := data.Save("curve.csv", curve)
func (c *Curve) Table() (names []string, values []float64) {
	names = []string{"t", "risk", "eta"}
	columns := [][]float64{c.Times, c.Risk, c.Rate}
	add := func(name string, column []float64) {
		names, columns = append(names, name), append(columns, column)
	}
	if c.Variance != nil {
		add("variance", c.Variance)
	}
	if c.Bias != nil {
		add("bias", c.Bias)
	}
	if c.coupling != nil {
		for _, v := range c.coupling.Vectors[1:] {
			if v.Start != homogenized.Target {
				add(v.Name, c.Overlap(v.Name, v.Name))
			}
		}
		for _, z := range c.coupling.Scalars {
			add(z.Name, c.Scalar(z.Name))
		}
	}
	values = make([]float64, 0, len(columns)*len(c.Times))
	for i := range c.Times {
		for _, column := range columns {
			values = append(values, column[i])
		}
	}
	return names, values
}

// Len returns the number of Times. With XY it makes a curve a plotter.XYer of gonum/plot,
// so that plotter.NewLine draws it.
func (c *Curve) Len() int { return len(c.Times) }

// XY returns the time and the risk at the index i of Times.
func (c *Curve) XY(i int) (t, risk float64) { return c.Times[i], c.Risk[i] }
