package program

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// Table is a table of numbers with a name over each column, and words in front of
// its rows if it has Labels.
type Table struct {
	Head    string // over the labels
	Labels  []string
	Names   []string
	Columns [][]float64
}

// Add appends a column. All columns have one length.
func (t *Table) Add(name string, column []float64) {
	t.Names = append(t.Names, name)
	t.Columns = append(t.Columns, column)
}

// AddRow appends a number to each of the columns, which it makes for the first row.
func (t *Table) AddRow(label string, row ...float64) {
	t.Labels = append(t.Labels, label)
	if t.Columns == nil {
		t.Columns = make([][]float64, len(row))
	}
	for j, v := range row {
		t.Columns[j] = append(t.Columns[j], v)
	}
}

// row returns the fields of a row, in the given format.
func (t *Table) row(i int, format func(float64) string) []string {
	var fields []string
	if t.Labels != nil {
		fields = append(fields, t.Labels[i])
	}
	for _, column := range t.Columns {
		fields = append(fields, format(column[i]))
	}
	return fields
}

func (t *Table) head() []string {
	if t.Labels != nil {
		return append([]string{t.Head}, t.Names...)
	}
	return t.Names
}

// print writes every stride-th row, to four digits.
func (t *Table) print(w io.Writer, stride int) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(fields []string) {
		for _, field := range fields {
			fmt.Fprintf(tw, "%s\t", field)
		}
		fmt.Fprintln(tw)
	}
	line(t.head())
	for i := 0; i < len(t.Columns[0]); i += stride {
		line(t.row(i, func(v float64) string { return fmt.Sprintf("%.4g", v) }))
	}
	tw.Flush()
}

// writeCSV writes the whole table, numbers in full precision.
func (t *Table) writeCSV(w io.Writer) error {
	lines := csv.NewWriter(w)
	lines.Write(t.head())
	for i := range t.Columns[0] {
		lines.Write(t.row(i, func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }))
	}
	lines.Flush()
	return lines.Error()
}
