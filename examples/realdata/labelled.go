package main

import (
	"fmt"
	"io"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// Labelled is a table of inputs of which some rows have a label.
type Labelled struct {
	Name   string // for titles
	X      data.Rows
	Rows   []int     // of X
	Labels []float64 // ±1 for two classes, one for each of Rows
}

// Close closes the table if it is one of a file. The rows must not be used any more.
func (l *Labelled) Close() error {
	if file, ok := l.X.(io.Closer); ok {
		return file.Close()
	}
	return nil
}

// byClass labels with ±1 the rows whose class is in one of two sets, and leaves out the
// others.
func byClass(name string, x data.Rows, classes, positive, negative []byte) *Labelled {
	sign := make(map[byte]float64)
	for _, c := range positive {
		sign[c] = 1
	}
	for _, c := range negative {
		sign[c] = -1
	}
	l := &Labelled{Name: name, X: x}
	for i, c := range classes {
		if y, ok := sign[c]; ok {
			l.Rows, l.Labels = append(l.Rows, i), append(l.Labels, y)
		}
	}
	return l
}

// every labels all rows of a table.
func every(name string, x data.Rows, labels []float64) (*Labelled, error) {
	n, _ := x.Dims()
	if n != len(labels) {
		return nil, fmt.Errorf("%s: %d labels of %d rows: there must be as many", name, len(labels), n)
	}
	l := &Labelled{Name: name, X: x, Labels: labels, Rows: make([]int, n)}
	for i := range l.Rows {
		l.Rows[i] = i
	}
	return l, nil
}

// validate checks that the labels take more than one value and are finite.
func (l *Labelled) validate() error {
	different := false
	for i, y := range l.Labels {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return fmt.Errorf("%s: label %d is %v: must be finite", l.Name, i, y)
		}
		different = different || y != l.Labels[0]
	}
	if !different {
		return fmt.Errorf("%s: all %d labels are the same: there must be two classes", l.Name, len(l.Labels))
	}
	return nil
}
