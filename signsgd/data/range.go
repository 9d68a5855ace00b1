package data

import "fmt"

// Range returns the table of the rows first, …, last−1 of t. It retains t.
//
// It serves to fit a problem on one part of the data and to run on another. With
//
//	half := rows / 2
//	fitted, err := data.Range(t, 0, half)
//	fresh, err := data.Range(t, half, rows)
//
// both parts are fair samples if the order of the rows means nothing. A table that is
// sorted, by its labels for example, must be shuffled before.
func Range(t Rows, first, last int) (Rows, error) {
	rows, _, err := dims(t)
	if err != nil {
		return nil, err
	}
	if first < 0 || last > rows || first >= last {
		return nil, fmt.Errorf("data: the rows from %d to %d: must be 0 ≤ first < last ≤ %d", first, last, rows)
	}
	return interval{t, first, last - first}, nil
}

// interval is some rows of a table.
type interval struct {
	table       Rows
	first, rows int
}

func (s interval) Dims() (rows, cols int) {
	_, cols = s.table.Dims()
	return s.rows, cols
}

func (s interval) Row(dst []float64, i int) error {
	if uint(i) >= uint(s.rows) {
		panic(fmt.Sprintf("data: row %d: the range has %d rows", i, s.rows))
	}
	return s.table.Row(dst, s.first+i)
}
