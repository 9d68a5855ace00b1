package spectra

import (
	"runtime"

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
	w := &dense.Workspace{Workers: runtime.GOMAXPROCS(0)}
	part := func(m blas64.General, i, j, rows, cols int) blas64.General {
		return blas64.General{Rows: rows, Cols: cols, Stride: m.Stride, Data: m.Data[i*m.Stride+j:]}
	}
	var reflectors []reflector
	for i := 0; i < n; i += block {
		nb := min(block, n-i)
		r := newReflector(part(a, i, i, n-i, nb), w)
		reflectors = append(reflectors, r)
		if rest := n - i - nb; rest > 0 {
			r.apply(part(a, i, i+nb, n-i, rest), true, w)
		}
	}
	q := general(n, n)
	for i := range n {
		q.Data[i*n+i] = 1
		if a.Data[i*a.Stride+i] < 0 {
			q.Data[i*n+i] = -1
		}
	}
	for b := len(reflectors) - 1; b >= 0; b-- {
		i := b * block
		reflectors[b].apply(part(q, i, i, n-i, n-i), false, w)
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
	r := reflector{general(rows, k), general(k, k)}
	for i := range rows {
		for j := range min(i, k) {
			r.v.Data[i*k+j] = panel.Data[i*panel.Stride+j]
		}
		if i < k {
			r.v.Data[i*k+i] = 1
		}
	}
	inner := general(k, k)
	w.Product(blas.Trans, blas.NoTrans, 1, r.v, r.v, 0, inner)
	t := r.t.Data
	for j, tj := range tau {
		t[j*k+j] = tj
		for i := range j { // T_ij = −τ_j Σ_l T_il v_lᵀv_j
			sum := 0.0
			for l := i; l < j; l++ {
				sum += t[i*k+l] * inner.Data[l*k+j]
			}
			t[i*k+j] = -tj * sum
		}
	}
	return r
}

// apply overwrites c with (I − VTVᵀ)·c, or with its transpose times c.
func (r reflector) apply(c blas64.General, transposed bool, w *dense.Workspace) {
	k := r.t.Rows
	x, y := general(k, c.Cols), general(k, c.Cols)
	w.Product(blas.Trans, blas.NoTrans, 1, r.v, c, 0, x)
	trans := blas.NoTrans
	if transposed {
		trans = blas.Trans
	}
	w.Product(trans, blas.NoTrans, 1, r.t, x, 0, y)
	w.Product(blas.NoTrans, blas.NoTrans, -1, r.v, y, 1, c)
}
