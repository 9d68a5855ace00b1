package data

import (
	"io"

	"gonum.org/v1/gonum/mat"
)

// ReadCSV reads a whole file of comma-separated numbers into memory, as OpenCSV and Load
// do. A file with one number on each line is a table of one column, and its Values are the
// numbers.
func ReadCSV(path string, header bool) (InMemory, error) {
	t, err := OpenCSV(path, header)
	if err != nil {
		return InMemory{}, err
	}
	return loadAndClose(t)
}

// ReadNPY reads a whole file in the format NPY into memory, as OpenNPY and Load do. A
// one-dimensional array is a table of one column.
func ReadNPY(path string) (InMemory, error) {
	t, err := OpenNPY(path)
	if err != nil {
		return InMemory{}, err
	}
	return loadAndClose(t)
}

// loadAndClose loads a table that was opened for reading, so that closing it loses nothing.
func loadAndClose(t interface {
	Rows
	io.Closer
}) (InMemory, error) {
	defer t.Close()
	return Load(t)
}

var _ mat.Matrix = InMemory{}

// At returns the number in row i and column j. With it a table is a mat.Matrix, and
// covariances can be made of one. It panics if there is no such row or column.
func (m InMemory) At(i, j int) float64 {
	if uint(j) >= uint(m.Cols) || uint(i) >= uint(len(m.Values)/m.Cols) {
		panic(mat.ErrIndexOutOfRange)
	}
	return m.Values[i*m.Cols+j]
}

// T returns the transpose of the table, which is read through and not copied.
func (m InMemory) T() mat.Matrix { return mat.Transpose{Matrix: m} }
