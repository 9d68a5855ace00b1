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

// Table is a table of numbers with a name over each column.
type Table struct {
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
	for _, name := range t.Names {
		fmt.Fprintf(tw, "%s\t", name)
	}
	fmt.Fprintln(tw)
	for i := 0; i < len(t.Columns[0]); i += stride {
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
	w.Write(t.Names)
	row := make([]string, len(t.Columns))
	for i := range t.Columns[0] {
		for j, column := range t.Columns {
			row[j] = strconv.FormatFloat(column[i], 'g', -1, 64)
		}
		w.Write(row)
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	return buffer.Flush()
}
