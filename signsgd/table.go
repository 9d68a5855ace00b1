package signsgd

import "fmt"

// Table is a table of numbers in rows, as in a file of data. It is safe for
// concurrent use. Package data reads tables from files.
type Table interface {
	// Dims returns the number of rows and of columns.
	Dims() (rows, cols int)

	// Row stores row i in dst, of length cols.
	Row(dst []float64, i int) error
}

// Memory is a Table of rows of one length, the first row first, that lie one after
// the other in a slice. It retains the slice, which must not be changed.
type Memory struct {
	Cols   int
	Values []float64
}

// Dims returns the number of rows and of columns. It panics unless Cols divides the
// length of Values.
func (m Memory) Dims() (rows, cols int) {
	if m.Cols < 1 || len(m.Values)%m.Cols != 0 {
		panic(fmt.Sprintf("signsgd: Memory: %d values in rows of %d", len(m.Values), m.Cols))
	}
	return len(m.Values) / m.Cols, m.Cols
}

// Row stores row i in dst. It returns no error.
func (m Memory) Row(dst []float64, i int) error {
	copy(dst[:m.Cols], m.Values[i*m.Cols:(i+1)*m.Cols])
	return nil
}
