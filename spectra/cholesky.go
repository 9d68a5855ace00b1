package spectra

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// cholesky overwrites the upper triangle of a with U, UᵀU = A, and reports whether
// A is positive definite to rounding. It is the right-looking blocked algorithm: all
// but a sliver of the work is a symmetric product.
func cholesky(a blas64.Symmetric) bool {
	const block = 96
	n := a.N
	part := func(i, j, rows, cols int) blas64.General {
		return blas64.General{Rows: rows, Cols: cols, Stride: a.Stride, Data: a.Data[i*a.Stride+j:]}
	}
	w := dense.Workspace{Workers: dense.Cores()}
	for i := 0; i < n; i += block {
		nb := min(block, n-i)
		pivot := blas64.Symmetric{Uplo: blas.Upper, N: nb, Stride: a.Stride, Data: a.Data[i*a.Stride+i:]}
		u, ok := lapack64.Potrf(pivot)
		if !ok {
			return false
		}
		next := i + nb
		if next == n {
			break
		}
		panel := part(i, next, nb, n-next)
		blas64.Trsm(blas.Left, blas.Trans, 1, u, panel)
		w.UpdateUpper(-1, panel, panel, blas64.Symmetric{Uplo: blas.Upper, N: n - next, Stride: a.Stride, Data: a.Data[next*a.Stride+next:]})
	}
	return true
}
