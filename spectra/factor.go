package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/internal/eigen"
)

// symmetric returns a copy of k. If k is not a symmetric matrix with a positive diagonal,
// the error names the first bad entry.
func symmetric(k mat.Matrix) (*mat.SymDense, error) {
	if k == nil {
		return nil, fmt.Errorf("spectra: K is nil")
	}
	r, c := k.Dims()
	if r != c {
		return nil, fmt.Errorf("spectra: K is %d×%d: %w", r, c, ErrNotSymmetric)
	}
	if r == 0 {
		return nil, fmt.Errorf("spectra: K is empty: dimension must be at least 1")
	}
	sym := mat.NewSymDense(r, nil)
	for i := range r {
		v := k.At(i, i)
		if !(v > 0) || math.IsInf(v, 1) {
			return nil, fmt.Errorf("spectra: K[%d,%d] is %v: the diagonal must be positive and finite", i, i, v)
		}
		sym.SetSym(i, i, v)
	}
	for i := range r {
		for j := i + 1; j < r; j++ {
			upper, lower := k.At(i, j), k.At(j, i)
			scale := math.Sqrt(sym.At(i, i)) * math.Sqrt(sym.At(j, j))
			switch gap := math.Abs(upper - lower); {
			case math.IsNaN(gap):
				return nil, fmt.Errorf("spectra: K[%d,%d] is %v and K[%d,%d] is %v: must be finite", i, j, upper, j, i, lower)
			case gap > 1e-12*scale:
				return nil, fmt.Errorf("spectra: K[%d,%d] is %v but K[%d,%d] is %v: K is %w", i, j, upper, j, i, lower, ErrNotSymmetric)
			}
			sym.SetSym(i, j, upper+(lower-upper)/2)
		}
	}
	return sym, nil
}

// lowerFactor returns the lower triangular L with LLᵀ = k. It is Cholesky's factor, or
// where k is singular one that is made of the eigenvectors, with negative rounding errors
// of the eigenvalues set to zero.
func lowerFactor(k *mat.SymDense) (*dense.Lower, error) {
	d := k.SymmetricDim()
	work := mat.NewSymDense(d, nil)
	work.CopySym(k)
	if raw := work.RawSymmetric(); cholesky(raw) {
		return dense.NewLower(blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: d, Stride: raw.Stride, Data: raw.Data}), nil
	}
	work.CopySym(k)
	lambda, b, err := eigenRows(work)
	if err != nil {
		return nil, err
	}
	// K = BᵀB with B = Λ^{1/2}Qᵀ, and B = UR makes that K = RᵀR.
	for i, l := range lambda {
		floats.Scale(math.Sqrt(l), b.Data[i*b.Stride:][:d])
	}
	tau := make([]float64, d)
	size := make([]float64, 1)
	lapack64.Geqrf(b, tau, size, -1)
	scratch := make([]float64, int(size[0]))
	lapack64.Geqrf(b, tau, scratch, len(scratch))
	for i := range d {
		if row := b.Data[i*b.Stride:][:d]; row[i] < 0 {
			floats.Scale(-1, row[i:])
		}
	}
	return dense.NewLower(blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: d, Stride: b.Stride, Data: b.Data}), nil
}

// eigenRows returns the eigenvalues of the positive semidefinite matrix s in ascending
// order, and its eigenvectors in rows. It destroys s. Eigenvalues within d·ε·λ_max of zero
// are set to zero. A lower one is ErrIndefinite.
func eigenRows(s *mat.SymDense) ([]float64, blas64.General, error) {
	lambda, q, err := eigen.Sym(s.RawSymmetric(), dense.Cores())
	if err != nil {
		return nil, blas64.General{}, fmt.Errorf("spectra: the eigenvalues of K: %w", err)
	}
	if err := clip(lambda, len(lambda)); err != nil {
		return nil, blas64.General{}, err
	}
	return lambda, q, nil
}

// clip takes the distinct eigenvalues of a d×d matrix, and sets those within d·ε·λ_max of zero
// to zero. A lower one is ErrIndefinite.
func clip(lambda []float64, d int) error {
	top := 0.0
	for _, l := range lambda {
		top = max(top, math.Abs(l))
	}
	floor := float64(d) * 0x1p-52 * top
	for i, l := range lambda {
		if l < -floor {
			return fmt.Errorf("spectra: K has the eigenvalue %v beside %v: K is %w", l, top, ErrIndefinite)
		}
		if l <= floor {
			lambda[i] = 0
		}
	}
	return nil
}

// cholesky overwrites the upper triangle of a with U, UᵀU = A, and reports whether A is
// positive definite to rounding. It is the right-looking blocked algorithm, which does
// almost all of its work in symmetric products.
func cholesky(a blas64.Symmetric) bool {
	const block = 96
	n := a.N
	full := blas64.General{Rows: n, Cols: n, Stride: a.Stride, Data: a.Data}
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
		panel := dense.Part(full, i, next, next, n)
		blas64.Trsm(blas.Left, blas.Trans, 1, u, panel)
		w.UpdateUpper(-1, panel, panel, blas64.Symmetric{Uplo: blas.Upper, N: n - next, Stride: a.Stride, Data: a.Data[next*a.Stride+next:]})
	}
	return true
}
