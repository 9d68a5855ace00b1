package dense

import "gonum.org/v1/gonum/blas/blas64"

// General returns a new matrix of zeros.
func General(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: max(1, cols), Data: make([]float64, rows*cols)}
}

// Vector returns x as blas64 takes it.
func Vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// Part returns rows [i0, i1) and columns [j0, j1) of a. It shares the data of a.
func Part(a blas64.General, i0, i1, j0, j1 int) blas64.General {
	a.Data = a.Data[min(len(a.Data), i0*a.Stride+j0):]
	a.Rows, a.Cols = i1-i0, j1-j0
	return a
}

// Row returns row i of a. It shares the data of a.
func Row(a blas64.General, i int) []float64 { return a.Data[i*a.Stride:][:a.Cols] }
