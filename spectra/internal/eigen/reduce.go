package eigen

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// tridiagonal is a symmetric tridiagonal matrix T, and the factors of the
// reflections H_j = I − τ_j v_j v_jᵀ that reduced a matrix to it:
// A = H_0 ⋯ H_{n−2} T H_{n−2} ⋯ H_0.
type tridiagonal struct {
	d, e []float64 // diagonal and off-diagonal
	tau  []float64
}

// panelRows is the number of rows reduced before the rest of the matrix is
// brought up to date by one matrix product.
const panelRows = 32

// reduce brings a to tridiagonal form. Row j of a then holds, right of the
// diagonal, v_j with its leading 1.
//
// Half of the operations are products of the remaining matrix with a vector, half
// are the products A ← A − Σ (v_k w_kᵀ + w_k v_kᵀ) over the rows k of a panel.
func reduce(w *dense.Workspace, a blas64.Symmetric) tridiagonal {
	n := a.N
	t := tridiagonal{d: make([]float64, n), e: make([]float64, n-1), tau: make([]float64, n-1)}
	p := panel{
		vw: dense.General(2*panelRows, n),
		wv: dense.General(2*panelRows, n),
		c:  make([]float64, 2*panelRows),
	}
	for j0 := 0; j0 < n; j0 += panelRows {
		j1 := min(n, j0+panelRows)
		for j := j0; j < j1; j++ {
			p.reduceRow(w, a, t, j0, j)
		}
		rest := a
		rest.N, rest.Data = n-j1, a.Data[min(len(a.Data), j1*(a.Stride+1)):]
		w.UpdateUpper(-1, dense.Part(p.vw, 0, 2*(j1-j0), j1, n), dense.Part(p.wv, 0, 2*(j1-j0), j1, n), rest)
	}
	return t
}

// panel holds the vectors of the rows reduced since the last update: rows 2k and
// 2k+1 of vw are v_k and w_k, those of wv are w_k and v_k.
type panel struct {
	vw, wv blas64.General
	c      []float64
}

// reduceRow finds the reflection that clears row j beyond the first off-diagonal.
func (p *panel) reduceRow(w *dense.Workspace, a blas64.Symmetric, t tridiagonal, j0, j int) {
	n, k := a.N, 2*(j-j0)
	c := p.c[:k]
	x := a.Data[j*a.Stride+j:][:n-j]
	for i := range c {
		c[i] = p.vw.Data[i*p.vw.Stride+j]
	}
	w.MulVec(blas.Trans, -1, dense.Part(p.wv, 0, k, j, n), c, 1, x)
	t.d[j] = x[0]
	if j == n-1 {
		return
	}
	v := x[1:]
	t.e[j], t.tau[j] = reflect(v)
	y := p.vw.Data[(k+1)*p.vw.Stride+j+1:][:len(v)]
	rest := a
	rest.N, rest.Data = n-j-1, a.Data[(j+1)*(a.Stride+1):]
	w.SymVec(rest, v, y)
	w.MulVec(blas.NoTrans, 1, dense.Part(p.vw, 0, k, j+1, n), v, 0, c)
	w.MulVec(blas.Trans, -1, dense.Part(p.wv, 0, k, j+1, n), c, 1, y)
	// w = τ y − ½ τ² (yᵀv) v.
	tau := t.tau[j]
	half := tau * tau / 2 * blas64.Dot(dense.Vector(y), dense.Vector(v))
	for i, u := range v {
		y[i] = tau*y[i] - half*u
	}
	copy(p.vw.Data[k*p.vw.Stride+j+1:], v)
	copy(p.wv.Data[k*p.wv.Stride+j+1:], y)
	copy(p.wv.Data[(k+1)*p.wv.Stride+j+1:], v)
}

// negligible is far below the rounding of a matrix with entries near 1.
const negligible = 1e-280

// reflect overwrites x by v, v_0 = 1, such that (I − τvvᵀ)x = (β, 0, …, 0)ᵀ.
func reflect(x []float64) (beta, tau float64) {
	first, tail := x[0], x[1:]
	x[0] = 1
	norm := blas64.Nrm2(dense.Vector(tail))
	if norm < negligible {
		clear(tail)
		return first, 0
	}
	beta = -math.Copysign(math.Hypot(first, norm), first)
	blas64.Scal(1/(first-beta), dense.Vector(tail))
	return beta, (beta - first) / beta
}
