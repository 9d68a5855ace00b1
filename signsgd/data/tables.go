package data

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
)

var errNil = errors.New("data: the table is nil")

// dims returns the numbers of rows and columns of a table, or an error for one that is bad.
func dims(t Rows) (rows, cols int, err error) {
	if t == nil {
		return 0, 0, errNil
	}
	if v, ok := t.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			return 0, 0, err
		}
	}
	rows, cols = t.Dims()
	if rows < 0 || cols < 1 {
		return 0, 0, fmt.Errorf("data: a table of %d×%d numbers: must have columns", rows, cols)
	}
	return rows, cols, nil
}

// Columns returns the table of the given columns of t, in the given order. It serves to
// take the samples or the labels from a file that holds both. It retains t.
func Columns(t Rows, columns ...int) (Rows, error) {
	rows, cols, err := dims(t)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		if c < 0 || c >= cols {
			return nil, fmt.Errorf("data: column %d: must lie in [0, %d)", c, cols)
		}
	}
	if len(columns) == 0 {
		return nil, errors.New("data: no columns are named: must be at least one")
	}
	s := &selection{table: t, rows: rows, columns: slices.Clone(columns)}
	s.scratch.New = func() any {
		row := make([]float64, cols)
		return &row
	}
	return s, nil
}

// Split returns a table of samples and labels as two: x has all columns of t except the
// one of the given index, in their order, and y has that one. It retains t.
func Split(t Rows, label int) (x, y Rows, err error) {
	if y, err = Columns(t, label); err != nil {
		return nil, nil, err
	}
	_, cols := t.Dims()
	var others []int
	for c := range cols {
		if c != label {
			others = append(others, c)
		}
	}
	x, err = Columns(t, others...)
	return x, y, err
}

// selection is some columns of a table.
type selection struct {
	table   Rows
	rows    int
	columns []int
	scratch sync.Pool // of *[]float64, whole rows
}

func (s *selection) Dims() (rows, cols int) { return s.rows, len(s.columns) }

func (s *selection) Row(dst []float64, i int) error {
	row := s.scratch.Get().(*[]float64)
	defer s.scratch.Put(row)
	if err := s.table.Row(*row, i); err != nil {
		return err
	}
	for j, c := range s.columns {
		dst[j] = (*row)[c]
	}
	return nil
}

// maxLoaded is the largest table that Load reads: 512 gigabytes.
const maxLoaded = 1 << 36

// Load reads a whole table into memory, which takes 8 bytes a number. Tables of more than
// 2³⁶ numbers are an error. Load fails when ctx ends, which it sees between rows.
func Load(ctx context.Context, t Rows) (InMemory, error) {
	rows, cols, err := dims(t)
	if err != nil {
		return InMemory{}, err
	}
	if int64(rows) > maxLoaded/int64(cols) || rows > math.MaxInt/cols {
		return InMemory{}, fmt.Errorf("data: a table of %d×%d numbers is too large for memory", rows, cols)
	}
	m := InMemory{Cols: cols, Values: make([]float64, rows*cols)}
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return InMemory{}, fmt.Errorf("data: Load: row %d of %d: %w", i, rows, err)
		}
		if err := t.Row(m.Values[i*cols:(i+1)*cols], i); err != nil {
			return InMemory{}, err
		}
	}
	return m, nil
}
