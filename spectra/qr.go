package spectra

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// orthogonalize returns the Q of the QR decomposition of the square matrix a, which
// it destroys, with the signs that make the diagonal of R positive. Blocks of
// Householder reflectors are applied as I − VTVᵀ, by matrix products (R. Schreiber
// and C. Van Loan, SIAM J. Sci. Stat. Comput. 10 (1989) 53).
func orthogonalize(a blas64.General) blas64.General {
	const block = 48
	n := a.Rows
	w := &dense.Workspace{Workers: dense.Cores()}
	var reflectors []reflector
	for i := 0; i < n; i += block {
		nb := min(block, n-i)
		r := newReflector(dense.Part(a, i, n, i, i+nb), w)
		reflectors = append(reflectors, r)
		if i+nb < n {
			r.apply(dense.Part(a, i, n, i+nb, n), true, w)
		}
	}
	q := dense.General(n, n)
	for i := range n {
		q.Data[i*n+i] = 1
		if a.Data[i*a.Stride+i] < 0 {
			q.Data[i*n+i] = -1
		}
	}
	for b := len(reflectors) - 1; b >= 0; b-- {
		i := b * block
		reflectors[b].apply(dense.Part(q, i, n, i, n), false, w)
	}
	return q
}

// reflector is a product of Householder reflections, H_1 ⋯ H_k = I − VTVᵀ.
type reflector struct{ v, t blas64.General }

// newReflector reduces the panel to triangular form.
func newReflector(panel blas64.General, w *dense.Workspace) reflector {
	rows, k := panel.Rows, panel.Cols
	tau, size := make([]float64, k), make([]float64, 1)
	lapack64.Geqrf(panel, tau, size, -1)
	work := make([]float64, int(size[0]))
	lapack64.Geqrf(panel, tau, work, len(work))
	r := reflector{dense.General(rows, k), dense.General(k, k)}
	for i := range rows {
		for j := range min(i, k) {
			r.v.Data[i*k+j] = panel.Data[i*panel.Stride+j]
		}
		if i < k {
			r.v.Data[i*k+i] = 1
		}
	}
	inner := dense.General(k, k)
	w.Product(blas.Trans, blas.NoTrans, 1, r.v, r.v, 0, inner)
	dense.CompactWY(r.t, inner, tau)
	return r
}

// apply overwrites c with (I − VTVᵀ)·c, or with its transpose times c.
func (r reflector) apply(c blas64.General, transposed bool, w *dense.Workspace) {
	k := r.t.Rows
	x, y := dense.General(k, c.Cols), dense.General(k, c.Cols)
	w.Product(blas.Trans, blas.NoTrans, 1, r.v, c, 0, x)
	trans := blas.NoTrans
	if transposed {
		trans = blas.Trans
	}
	w.Product(trans, blas.NoTrans, 1, r.t, x, 0, y)
	w.Product(blas.NoTrans, blas.NoTrans, -1, r.v, y, 1, c)
}
