package main

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// centred subtracts the mean of each column and drops the columns that are constant but
// for rounding. It overwrites what it is given.
func centred(x data.InMemory) (data.InMemory, int) {
	n, d := x.Dims()
	mean, size, spread := make([]float64, d), make([]float64, d), make([]float64, d)
	for i := range n {
		for j, v := range x.Values[i*d : (i+1)*d] {
			mean[j] += v / float64(n)
			size[j] = max(size[j], math.Abs(v))
		}
	}
	for i := range n {
		row := x.Values[i*d : (i+1)*d]
		floats.Sub(row, mean)
		for j, v := range row {
			spread[j] = max(spread[j], math.Abs(v))
		}
	}
	var keep []int
	for j := range d {
		if spread[j] > 1e-12*size[j] {
			keep = append(keep, j)
		}
	}
	if len(keep) == d {
		return x, 0
	}
	for i := range n {
		for k, j := range keep {
			x.Values[i*len(keep)+k] = x.Values[i*d+j]
		}
	}
	return data.InMemory{Cols: len(keep), Values: x.Values[:n*len(keep)]}, d - len(keep)
}
