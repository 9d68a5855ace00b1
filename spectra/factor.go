package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// symmetric returns a copy of k, or an error that names the first entry which
// keeps it from being a symmetric matrix with a positive diagonal.
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

// lowerFactor returns the lower triangular L with LLᵀ = k: Cholesky's, or where
// k is singular that of the spectrum with its negative rounding errors clipped.
func lowerFactor(k *mat.SymDense) (blas64.General, error) {
	d := k.SymmetricDim()
	var chol mat.Cholesky
	if chol.Factorize(k) {
		var l mat.TriDense
		chol.LTo(&l)
		factor := general(d, d)
		for i := range d {
			for j := range i + 1 {
				factor.Data[i*d+j] = l.At(i, j)
			}
		}
		return factor, nil
	}
	lambda, q, err := eigen(k)
	if err != nil {
		return blas64.General{}, err
	}
	// K = BᵀB with B = Λ^{1/2}Qᵀ, and B = UR makes that K = RᵀR.
	b := general(d, d)
	for i := range d {
		root := math.Sqrt(lambda[i])
		for j := range d {
			b.Data[i*d+j] = root * q.At(j, i)
		}
	}
	tau := make([]float64, d)
	size := make([]float64, 1)
	lapack64.Geqrf(b, tau, size, -1)
	work := make([]float64, int(size[0]))
	lapack64.Geqrf(b, tau, work, len(work))
	factor := general(d, d)
	for i := range d {
		sign := math.Copysign(1, b.Data[i*d+i])
		for j := i; j < d; j++ {
			factor.Data[j*d+i] = sign * b.Data[i*d+j]
		}
	}
	return factor, nil
}

// eigen returns the eigenvalues of the positive semidefinite matrix s in
// ascending order, and its eigenvectors in columns. Eigenvalues within d·ε·λ_max
// of zero are zero; one further below is ErrIndefinite.
func eigen(s *mat.SymDense) ([]float64, *mat.Dense, error) {
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, nil, fmt.Errorf("spectra: the eigenvalues of K did not converge")
	}
	lambda := e.Values(nil)
	top := max(math.Abs(lambda[0]), math.Abs(lambda[len(lambda)-1]))
	floor := float64(len(lambda)) * 0x1p-52 * top
	for i, l := range lambda {
		if l < -floor {
			return nil, nil, fmt.Errorf("spectra: K has the eigenvalue %v beside %v: K is %w", l, top, ErrIndefinite)
		}
		if l <= floor {
			lambda[i] = 0
		}
	}
	q := new(mat.Dense)
	e.VectorsTo(q)
	return lambda, q, nil
}
