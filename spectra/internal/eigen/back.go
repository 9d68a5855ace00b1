package eigen

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// blockRows is the number of reflections applied together.
const blockRows = 96

// backTransform turns rows x that are eigenvectors of T into eigenvectors of the
// matrix that was reduced to T: X ← X·(H_0 ⋯ H_{n−2})ᵀ, with the reflections left
// in a by reduce, and zeros below them.
//
// With the vectors of a block as rows of V, H_a ⋯ H_b = I − Vᵀ T V for an upper
// triangular T (R. Schreiber and C. Van Loan, A storage-efficient WY
// representation for products of Householder transformations, SIAM J. Sci. Stat.
// Comput. 10 (1989)), so that X ← X − (X Vᵀ)(Tᵀ V).
func (t tridiagonal) backTransform(w *dense.Workspace, a blas64.Symmetric, x blas64.General) {
	n, m := a.N, len(t.tau)
	all := blas64.General{Rows: n, Cols: n, Stride: a.Stride, Data: a.Data}
	size := min(blockRows, m)
	gram, factor := dense.General(size, size), dense.General(size, size)
	tv, xv := dense.General(size, n), dense.General(x.Rows, size)
	for end := m; end > 0; {
		j0 := max(0, end-blockRows)
		if rest := end % blockRows; rest != 0 {
			j0 = end - rest
		}
		size := end - j0
		v := dense.Part(all, j0, end, j0+1, n)
		gram, factor := dense.Part(gram, 0, size, 0, size), dense.Part(factor, 0, size, 0, size)
		w.Product(blas.NoTrans, blas.Trans, 1, v, v, 0, gram)
		dense.CompactWY(factor, gram, t.tau[j0:end])
		tv, xv := dense.Part(tv, 0, size, 0, v.Cols), dense.Part(xv, 0, x.Rows, 0, size)
		w.Product(blas.Trans, blas.NoTrans, 1, factor, v, 0, tv)
		part := dense.Part(x, 0, x.Rows, j0+1, n)
		w.Product(blas.NoTrans, blas.Trans, 1, part, v, 0, xv)
		w.Product(blas.NoTrans, blas.NoTrans, -1, xv, tv, 1, part)
		end = j0
	}
}

// clearLower clears what is left of A below the diagonal, where a block of reflections has
// zeros.
func clearLower(a blas64.Symmetric) {
	for i := range a.N {
		clear(a.Data[i*a.Stride:][:i+1])
	}
}
