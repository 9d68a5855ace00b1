package spectra

import (
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Dense is a covariance that is stored as a full matrix. It is also a mat.Symmetric.
type Dense struct {
	k         *mat.SymDense
	variances []float64

	// factor is the lower triangular L with K = diag(scale) L Lᵀ diag(scale). A nil
	// scale stands for ones.
	factor *dense.Lower
	scale  []float64

	workspaces sync.Pool // of *dense.Workspace, for MulVecTo
}

var (
	_ Structured    = (*Dense)(nil)
	_ maybeDense    = (*Dense)(nil)
	_ mat.Symmetric = (*Dense)(nil)
)

// NewDense returns the covariance with the entries of k, which are copied. The matrix must
// be square and finite with a positive diagonal. It must be symmetric to 1e-12 of
// √(K_ii K_jj), else the error is ErrNotSymmetric, and positive semidefinite, else it is
// ErrIndefinite. Eigenvalues down to −d·ε·λ_max count as zero. NewDense costs d³/3
// operations, and about 10 d³ where K is singular. K and its factor take 12 d² bytes.
func NewDense(k mat.Matrix) (*Dense, error) {
	sym, err := symmetric(k)
	if err != nil {
		return nil, err
	}
	factor, err := lowerFactor(sym)
	if err != nil {
		return nil, err
	}
	return newDense(sym, factor, nil), nil
}

func newDense(k *mat.SymDense, factor *dense.Lower, scale []float64) *Dense {
	variances := make([]float64, k.SymmetricDim())
	for i := range variances {
		variances[i] = k.At(i, i)
	}
	return &Dense{k: k, factor: factor, scale: scale, variances: variances}
}

// Dim returns the dimension d.
func (k *Dense) Dim() int { return len(k.variances) }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Dense) Variances(dst []float64) []float64 {
	return copyTo(dst, k.variances, "Dense.Variances")
}

// MulVecTo stores K·x in dst.
func (k *Dense) MulVecTo(dst, x []float64) {
	panicLength("Dense.MulVecTo", len(x), k.Dim())
	panicLength("Dense.MulVecTo", len(dst), k.Dim())
	w, _ := k.workspaces.Get().(*dense.Workspace)
	if w == nil {
		w = new(dense.Workspace)
	}
	w.SymVec(k.k.RawSymmetric(), x, dst)
	k.workspaces.Put(w)
}

// Dims returns d, d. With At and T it makes k a mat.Matrix.
func (k *Dense) Dims() (r, c int) { return k.Dim(), k.Dim() }

// At returns K_ij.
func (k *Dense) At(i, j int) float64 { return k.k.At(i, j) }

// T returns k itself.
func (k *Dense) T() mat.Matrix { return k }

// SymmetricDim returns d. It makes k a mat.Symmetric.
func (k *Dense) SymmetricDim() int { return k.Dim() }

// IsDense returns true: a product with k costs d² multiplications.
func (k *Dense) IsDense() bool { return true }

// Congruent returns diag(v)·K·diag(v).
func (k *Dense) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.Dim()); err != nil {
		return nil, err
	}
	// The triangular factor scales with the rows, so it need not be computed again.
	scale := make([]float64, k.Dim())
	for i, s := range v {
		scale[i] = s
		if k.scale != nil {
			scale[i] *= k.scale[i]
		}
	}
	scaled := mat.NewSymDense(k.Dim(), nil)
	upper(k.k, scaled, func(i, j int, value float64) float64 { return v[i] * value * v[j] })
	c := newDense(scaled, k.factor, scale)
	if err := positive("diag(v)·K·diag(v)", c.variances); err != nil {
		return nil, err
	}
	return c, nil
}

// Entrywise returns f(C). The error is ErrIndefinite if f(C) is not positive semidefinite.
// It always is if f has a power series with nonnegative coefficients, as the arcsine has.
func (k *Dense) Entrywise(f Odd) (Covariance, error) {
	if _, err := checkDiagonalOdd(f); err != nil {
		return nil, err
	}
	c := mat.NewSymDense(k.Dim(), nil)
	entrywiseTo(c, k.k, k.variances, f)
	return NewDense(c)
}

// sampleRows is the number of samples that one matrix product makes.
const sampleRows = 64

// manyCores is the number of multiplications from which a product uses all cores, which
// other samplers may be using at the same time.
const manyCores = 1 << 24

// denseSampler draws x = diag(scale)·L·z in blocks of samples.
type denseSampler struct {
	factor    *dense.Lower
	scale     []float64
	normals   blas64.General
	workspace dense.Workspace
}

// NewSampler returns a sampler of N(0, K). From about d = 512 on it uses all cores.
func (k *Dense) NewSampler() Sampler {
	s := &denseSampler{factor: k.factor, scale: k.scale, normals: dense.General(sampleRows, k.Dim())}
	if d := k.Dim(); float64(d)*float64(d)*sampleRows >= manyCores {
		s.workspace.Workers = dense.Cores()
	}
	return s
}

func (s *denseSampler) Sample(dst []float64, rng *rand.Rand) {
	d := s.factor.Dim()
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	for len(dst) > 0 {
		rows := min(len(dst)/d, sampleRows)
		z, x := s.normals.Data[:rows*d], dst[:rows*d]
		FillNormal(z, rng)
		s.factor.MulTransTo(blas64.General{Rows: rows, Cols: d, Stride: d, Data: x}, blas.NoTrans,
			blas64.General{Rows: rows, Cols: d, Stride: d, Data: z}, &s.workspace)
		if s.scale != nil {
			for row := x; len(row) > 0; row = row[d:] {
				for i, v := range s.scale {
					row[i] *= v
				}
			}
		}
		dst = dst[rows*d:]
	}
}
