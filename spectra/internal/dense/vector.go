package dense

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// MulVec computes y ← α·op(A)·x + β·y, op(A) being A or, for blas.Trans, Aᵀ.
// Lengths that do not fit are a panic.
func (w *Workspace) MulVec(t blas.Transpose, alpha float64, a blas64.General, x []float64, beta float64, y []float64) {
	if m, n := shape(a, t); len(x) != n || len(y) != m {
		panic("dense: lengths of the matrix–vector product differ")
	}
	if a.Rows == 0 || a.Cols == 0 {
		scale(beta, y)
		return
	}
	if foreign() {
		blas64.Gemv(t, alpha, a, Vector(x), beta, Vector(y))
		return
	}
	workers := w.Workers
	if a.Rows*a.Cols < smallVector {
		workers = 1
	}
	// Work is cut where the groups of four rows are, or across the columns, which
	// do not meet: neither changes a sum.
	const rows, cols = 64, 512
	switch {
	case t == blas.NoTrans && workers <= 1:
		dots(alpha, a, x, beta, y)
	case t == blas.NoTrans:
		parallelDots(workers, rows, alpha, a, x, beta, y)
	case workers <= 1:
		combine(alpha, a, x, beta, y)
	default:
		parallelCombine(workers, cols, alpha, a, x, beta, y)
	}
}

func parallelDots(workers, chunk int, alpha float64, a blas64.General, x []float64, beta float64, y []float64) {
	Each(workers, (a.Rows+chunk-1)/chunk, func(_, i int) {
		i0, i1 := i*chunk, min((i+1)*chunk, a.Rows)
		dots(alpha, Part(a, i0, i1, 0, a.Cols), x, beta, y[i0:i1])
	})
}

func parallelCombine(workers, chunk int, alpha float64, a blas64.General, x []float64, beta float64, y []float64) {
	Each(workers, (a.Cols+chunk-1)/chunk, func(_, j int) {
		j0, j1 := j*chunk, min((j+1)*chunk, a.Cols)
		combine(alpha, Part(a, 0, a.Rows, j0, j1), x, beta, y[j0:j1])
	})
}

// dots is MulVec for A itself: products of its rows with x.
func dots(alpha float64, a blas64.General, x []float64, beta float64, y []float64) {
	scale(beta, y)
	i := 0
	for ; i+4 <= a.Rows; i += 4 {
		d := dot4(a.Data[i*a.Stride:], a.Stride, x)
		for r, v := range d {
			y[i+r] += alpha * v
		}
	}
	for ; i < a.Rows; i++ {
		y[i] += alpha * blas64.Dot(Vector(a.Data[i*a.Stride:][:len(x)]), Vector(x))
	}
}

// combine is MulVec for Aᵀ: a linear combination of A's rows.
func combine(alpha float64, a blas64.General, x []float64, beta float64, y []float64) {
	scale(beta, y)
	i := 0
	for ; i+4 <= a.Rows; i += 4 {
		c := [4]float64{alpha * x[i], alpha * x[i+1], alpha * x[i+2], alpha * x[i+3]}
		axpy4(&c, a.Data[i*a.Stride:], a.Stride, y)
	}
	for ; i < a.Rows; i++ {
		blas64.Axpy(alpha*x[i], Vector(a.Data[i*a.Stride:][:len(y)]), Vector(y))
	}
}
