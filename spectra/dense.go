package spectra

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Dense is a covariance stored as a full matrix. It is a mat.Symmetric, too.
type Dense struct {
	k         blas64.General // both triangles
	variances []float64
	factor    blas64.General // lower triangular L with LLᵀ = K, zero above
}

// NewDense returns the covariance with the entries of k, which are copied. The
// matrix must be square and finite, symmetric to 1e-12 of √(K_ii K_jj)
// (ErrNotSymmetric) with a positive diagonal, and positive semidefinite:
// eigenvalues down to −d·ε·λ_max count as zero, a lower one is ErrIndefinite.
// It costs d³/3 operations, and about 10 d³ where K is singular.
func NewDense(k mat.Matrix) (*Dense, error) {
	sym, err := symmetric(k)
	if err != nil {
		return nil, err
	}
	factor, err := lowerFactor(sym)
	if err != nil {
		return nil, err
	}
	c := &Dense{k: full(sym), factor: factor, variances: make([]float64, sym.SymmetricDim())}
	for i := range c.variances {
		c.variances[i] = sym.At(i, i)
	}
	return c, nil
}

// full returns the matrix with both of its triangles filled in.
func full(sym *mat.SymDense) blas64.General {
	d := sym.SymmetricDim()
	g := general(d, d)
	for i := range d {
		for j := range d {
			g.Data[i*d+j] = sym.At(i, j)
		}
	}
	return g
}

// general returns a zero matrix.
func general(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

// vector returns x as a BLAS vector.
func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// Dim returns the dimension d.
func (k *Dense) Dim() int { return k.k.Rows }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Dense) Variances(dst []float64) []float64 {
	if dst == nil {
		dst = make([]float64, k.Dim())
	}
	panicLength("Dense.Variances", len(dst), k.Dim())
	copy(dst, k.variances)
	return dst
}

// MulVecTo stores K·x in dst.
func (k *Dense) MulVecTo(dst, x []float64) {
	panicLength("Dense.MulVecTo", len(x), k.Dim())
	panicLength("Dense.MulVecTo", len(dst), k.Dim())
	blas64.Gemv(blas.NoTrans, 1, k.k, vector(x), 0, vector(dst))
}

// Dims returns d, d: together with At and T it makes k a mat.Matrix.
func (k *Dense) Dims() (r, c int) { return k.Dim(), k.Dim() }

// At returns K_ij.
func (k *Dense) At(i, j int) float64 {
	if uint(i) >= uint(k.Dim()) || uint(j) >= uint(k.Dim()) {
		panic("spectra: Dense.At: index out of range")
	}
	return k.k.Data[i*k.k.Stride+j]
}

// T returns k itself.
func (k *Dense) T() mat.Matrix { return k }

// SymmetricDim returns d: k is a mat.Symmetric.
func (k *Dense) SymmetricDim() int { return k.Dim() }

// Congruent returns diag(v)·K·diag(v).
func (k *Dense) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.Dim()); err != nil {
		return nil, err
	}
	// The triangular factor scales with the rows: no second factorization.
	scaled := &Dense{k: general(k.Dim(), k.Dim()), factor: general(k.Dim(), k.Dim()), variances: make([]float64, k.Dim())}
	for i, s := range v {
		for j, t := range v {
			scaled.k.Data[i*k.Dim()+j] = s * k.At(i, j) * t
			scaled.factor.Data[i*k.Dim()+j] = s * k.factor.Data[i*k.Dim()+j]
		}
		scaled.variances[i] = s * k.variances[i] * s
	}
	return scaled, positive("diag(v)·K·diag(v)", scaled.variances)
}

// Entrywise returns f(C). It is an error if f(C) is not positive semidefinite,
// which an f with a power series of nonnegative coefficients always is.
func (k *Dense) Entrywise(f Odd) (Covariance, error) {
	if _, err := checkDiagonalOdd(f); err != nil {
		return nil, err
	}
	return NewDense(entrywise(k, f))
}

// entrywise returns f(C), C the correlation matrix of k.
func entrywise(k mat.Symmetric, f Odd) *mat.SymDense {
	d := k.SymmetricDim()
	sd := make([]float64, d)
	for i := range sd {
		sd[i] = math.Sqrt(k.At(i, i))
	}
	one := f.at(1)
	m := mat.NewSymDense(d, nil)
	for i := range d {
		m.SetSym(i, i, one)
		for j := i + 1; j < d; j++ {
			rho := k.At(i, j) / sd[i] / sd[j]
			m.SetSym(i, j, f.at(min(max(rho, -1), 1)))
		}
	}
	return m
}
