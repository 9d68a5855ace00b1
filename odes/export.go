package odes

import (
	"errors"
	"fmt"
	"io"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/data"
)

// Columns returns the names of the columns of Table, WriteCSV and WriteNPY: t, risk and
// eta, then variance if the curve has one, and for a coupled limit the names of the further
// vectors but θ*, whose column is their R_aa, and of the scalars.
func (c *Curve) Columns() []string {
	names, _ := c.columns()
	return names
}

// columns returns the columns with their names.
func (c *Curve) columns() (names []string, columns [][]float64) {
	names, columns = []string{"t", "risk", "eta"}, [][]float64{c.Times, c.Risk, c.Rate}
	if c.Variance != nil {
		names, columns = append(names, "variance"), append(columns, c.Variance)
	}
	if c.coupling == nil {
		return names, columns
	}
	for _, v := range c.coupling.Vectors[1:] {
		if v.Start != homogenized.Target {
			names, columns = append(names, v.Name), append(columns, c.Overlap(v.Name, v.Name))
		}
	}
	for _, z := range c.coupling.Scalars {
		names, columns = append(names, z.Name), append(columns, c.Scalar(z.Name))
	}
	return names, columns
}

// Table returns the curve as a table in row-major order: a row for each time, whose columns
// Columns names. It is the form of an array file.
func (c *Curve) Table() (rows, cols int, values []float64) {
	_, columns := c.columns()
	values = make([]float64, 0, len(columns)*len(c.Times))
	for i := range c.Times {
		for _, column := range columns {
			values = append(values, column[i])
		}
	}
	return len(c.Times), len(columns), values
}

// WriteCSV writes the curve as comma-separated values: a line of names, and one line for
// each time. Numbers are written so that they read back unchanged; a rate that is
// undefined is NaN.
func (c *Curve) WriteCSV(w io.Writer) error { return c.write("WriteCSV", data.WriteCSV, w) }

// WriteNPY writes the curve as a structured array of NumPy, see data.WriteStructuredNPY:
// a = numpy.load(file) has the columns a["t"], a["risk"] and so on.
func (c *Curve) WriteNPY(w io.Writer) error { return c.write("WriteNPY", data.WriteStructuredNPY, w) }

func (c *Curve) write(method string, table func(w io.Writer, names []string, values []float64) error, w io.Writer) error {
	if w == nil {
		return errors.New("odes: " + method + ": the writer is nil")
	}
	_, _, values := c.Table()
	if err := table(w, c.Columns(), values); err != nil {
		return fmt.Errorf("odes: %s: %w", method, err)
	}
	return nil
}

// Len returns the number of Times. With XY it makes a Curve a plotter.XYer of gonum/plot.
func (c *Curve) Len() int { return len(c.Times) }

// XY returns the time i and the risk then.
func (c *Curve) XY(i int) (t, risk float64) { return c.Times[i], c.Risk[i] }
