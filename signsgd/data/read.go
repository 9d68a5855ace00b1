package data

import (
	"context"
	"io"

	"gonum.org/v1/gonum/mat"
)

// ReadCSV reads a whole file of comma-separated numbers into memory, as OpenCSV and Load
// do. A file with one number on each line is a table of one column, and its Values are the
// numbers. It fails when ctx ends.
func ReadCSV(ctx context.Context, path string, header bool) (InMemory, error) {
	t, err := OpenCSV(ctx, path, header)
	if err != nil {
		return InMemory{}, err
	}
	return loadAndClose(ctx, t)
}

// ReadNPY reads a whole file in the format NPY into memory, as OpenNPY and Load do. A
// one-dimensional array is a table of one column. It fails when ctx ends.
func ReadNPY(ctx context.Context, path string) (InMemory, error) {
	t, err := OpenNPY(ctx, path)
	if err != nil {
		return InMemory{}, err
	}
	return loadAndClose(ctx, t)
}

// loadAndClose loads a table that was opened for reading, so that closing it loses nothing.
func loadAndClose(ctx context.Context, t interface {
	Rows
	io.Closer
}) (InMemory, error) {
	defer t.Close()
	return Load(ctx, t)
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
