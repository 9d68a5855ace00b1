package data

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/riskcurves/riskcurves/signsgd/internal/file"
)

// Tabular is what has a table of numbers with a name for each column: a curve, a band. The
// values are the rows one after the other.
type Tabular interface {
	Table() (names []string, values []float64)
}

// Save writes a table to a file: by WriteCSV if the name of the file ends with .csv, and by
// WriteStructuredNPY if it ends with .npy. The file appears whole or not at all, even if the
// machine stops, and what was there before stays if there is an error. It panics if t is nil.
func Save(path string, t Tabular) error {
	var write func(w io.Writer, names []string, values []float64) error
	switch filepath.Ext(path) {
	case ".csv":
		write = WriteCSV
	case ".npy":
		write = WriteStructuredNPY
	default:
		return fmt.Errorf("data: Save: the name of the file %s must end with .csv or .npy", path)
	}
	names, values := t.Table()
	if err := file.Write(path, func(w io.Writer) error { return write(w, names, values) }); err != nil {
		return fmt.Errorf("data: Save: %w", err)
	}
	return nil
}
