package cli

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// Print writes every stride-th row to w, to four digits.
func (t *Table) Print(w io.Writer, stride int) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	if t.Labels != nil {
		fmt.Fprintf(tw, "%s\t", t.Head)
	}
	for _, name := range t.Names {
		fmt.Fprintf(tw, "%s\t", name)
	}
	fmt.Fprintln(tw)
	for i := 0; i < len(t.Columns[0]); i += stride {
		if t.Labels != nil {
			fmt.Fprintf(tw, "%s\t", t.Labels[i])
		}
		for _, column := range t.Columns {
			fmt.Fprintf(tw, "%.4g\t", column[i])
		}
		fmt.Fprintln(tw)
	}
	return tw.Flush()
}

// SaveCSV writes the whole table as a CSV file, numbers in full precision, making
// the folder if need be.
func (t *Table) SaveCSV(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := file.Close(); err == nil {
			err = e
		}
	}()
	buffer := bufio.NewWriter(file)
	w := csv.NewWriter(buffer)
	var row []string
	if t.Labels != nil {
		row = append(row, t.Head)
	}
	w.Write(append(row, t.Names...))
	for i := range t.Columns[0] {
		row = row[:0]
		if t.Labels != nil {
			row = append(row, t.Labels[i])
		}
		for _, column := range t.Columns {
			row = append(row, strconv.FormatFloat(column[i], 'g', -1, 64))
		}
		w.Write(row)
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	return buffer.Flush()
}
