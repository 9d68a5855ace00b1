package data

import "fmt"

// Rows is a table of numbers that is read row by row, as from a file of data. It is safe
// for concurrent use.
type Rows interface {
	// Dims returns the number of rows and of columns.
	Dims() (rows, cols int)

	// Row stores row i in dst, of length cols.
	Row(dst []float64, i int) error
}

// InMemory holds rows of one length, one after the other in a slice. It retains the
// slice, which must not be changed.
type InMemory struct {
	Cols   int
	Values []float64
}

var _ Rows = InMemory{}

// Validate returns an error unless Cols is positive and divides the length of Values.
func (m InMemory) Validate() error {
	if m.Cols < 1 || len(m.Values)%m.Cols != 0 {
		return fmt.Errorf("data: InMemory holds %d values in rows of %d: must be whole rows", len(m.Values), m.Cols)
	}
	return nil
}

// Dims returns the number of rows and of columns. It panics if Validate returns an error.
func (m InMemory) Dims() (rows, cols int) {
	if err := m.Validate(); err != nil {
		panic(err.Error())
	}
	return len(m.Values) / m.Cols, m.Cols
}

// Row stores row i in dst, of length Cols, and returns no error. It panics if there is no
// such row.
func (m InMemory) Row(dst []float64, i int) error {
	if m.Cols < 1 || uint(i) >= uint(len(m.Values)/m.Cols) || len(dst) != m.Cols {
		panic(fmt.Sprintf("data: InMemory.Row: row %d into %d places: holds %d values in rows of %d", i, len(dst), len(m.Values), m.Cols))
	}
	copy(dst, m.Values[i*m.Cols:(i+1)*m.Cols])
	return nil
}
