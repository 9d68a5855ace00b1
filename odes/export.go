package odes

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Columns returns the names of the columns of Table and WriteCSV: t, risk and eta.
func (c *Curve) Columns() []string { return []string{"t", "risk", "eta"} }

// Table returns the curve as a table of three columns in row-major order, one row for each
// time: t, R and η. It is the form of an array file.
func (c *Curve) Table() (rows, cols int, values []float64) {
	values = make([]float64, 0, 3*len(c.Times))
	for i, t := range c.Times {
		values = append(values, t, c.Risk[i], c.Rate[i])
	}
	return len(c.Times), 3, values
}

// WriteCSV writes the curve as comma-separated values: a line of names, and one line for
// each time. Numbers are written so that they read back unchanged; a rate that is
// undefined is NaN.
func (c *Curve) WriteCSV(w io.Writer) error {
	if w == nil {
		return errors.New("odes: WriteCSV: the writer is nil")
	}
	out := csv.NewWriter(w)
	out.Write(c.Columns()) // errors stay until Flush
	rows, cols, values := c.Table()
	record := make([]string, cols)
	for i := range rows {
		for j, v := range values[i*cols : (i+1)*cols] {
			record[j] = strconv.FormatFloat(v, 'g', -1, 64)
		}
		out.Write(record)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("odes: WriteCSV: %w", err)
	}
	return nil
}
