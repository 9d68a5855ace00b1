package spectra

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// LowRankPlusDiagonal is the covariance UUᵀ + diag(δ) of a factor model, where U is d×r. It
// takes O(dr) memory, and as many operations for a product or a sample. A congruence keeps
// the form. An entrywise function other than the identity does not, and modes need the
// whole matrix: both make it dense, up to the dimension DenseLimit.
type LowRankPlusDiagonal struct {
	rows      blas64.General // Uᵀ, r×d
	diagonal  []float64
	variances []float64
	pool      *sync.Pool // of *lowRankWork
}

var _ Structured = (*LowRankPlusDiagonal)(nil)

type lowRankWork struct {
	workspace dense.Workspace
	factors   []float64
}

// NewLowRankPlusDiagonal returns UUᵀ + diag(diagonal) with U = factor. A nil diagonal stands
// for zeros. Both are copied. Their entries must be finite, those of the diagonal must be
// nonnegative, and every variance must be positive.
func NewLowRankPlusDiagonal(factor mat.Matrix, diagonal []float64) (*LowRankPlusDiagonal, error) {
	if factor == nil {
		return nil, fmt.Errorf("spectra: factor is nil")
	}
	d, r := factor.Dims()
	rows := dense.General(r, d)
	for i := range d {
		for j := range r {
			rows.Data[j*d+i] = factor.At(i, j)
		}
	}
	if diagonal == nil {
		diagonal = make([]float64, d)
	}
	return newLowRank(rows, slices.Clone(diagonal))
}

// newLowRank retains its arguments.
func newLowRank(rows blas64.General, diagonal []float64) (*LowRankPlusDiagonal, error) {
	d := rows.Cols
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := checkVector("diagonal", diagonal, d); err != nil {
		return nil, err
	}
	k := &LowRankPlusDiagonal{rows: rows, diagonal: diagonal, variances: slices.Clone(diagonal)}
	for i, v := range diagonal {
		if v < 0 {
			return nil, fmt.Errorf("spectra: diagonal[%d] is %v: must be nonnegative", i, v)
		}
	}
	for j := range rows.Rows {
		row := rows.Data[j*rows.Stride:][:d]
		if err := checkVector(fmt.Sprintf("factor column %d", j), row, d); err != nil {
			return nil, err
		}
		for i, v := range row {
			k.variances[i] += v * v
		}
	}
	if err := positive("diag K", k.variances); err != nil {
		return nil, err
	}
	k.pool = &sync.Pool{New: func() any { return &lowRankWork{factors: make([]float64, rows.Rows)} }}
	return k, nil
}

// Dim returns the dimension d.
func (k *LowRankPlusDiagonal) Dim() int { return len(k.diagonal) }

// Rank returns r, the number of columns of U.
func (k *LowRankPlusDiagonal) rank() int { return k.rows.Rows }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *LowRankPlusDiagonal) Variances(dst []float64) []float64 {
	return copyTo(dst, k.variances, "LowRankPlusDiagonal.Variances")
}

// MulVecTo stores K·x in dst.
func (k *LowRankPlusDiagonal) MulVecTo(dst, x []float64) {
	panicLength("LowRankPlusDiagonal.MulVecTo", len(x), k.Dim())
	panicLength("LowRankPlusDiagonal.MulVecTo", len(dst), k.Dim())
	w := k.pool.Get().(*lowRankWork)
	floats.MulTo(dst, k.diagonal, x)
	if k.rank() > 0 {
		w.workspace.MulVec(blas.NoTrans, 1, k.rows, x, 0, w.factors)
		w.workspace.MulVec(blas.Trans, 1, k.rows, w.factors, 1, dst)
	}
	k.pool.Put(w)
}

// NewSampler returns a sampler of N(0, K).
func (k *LowRankPlusDiagonal) NewSampler() Sampler {
	return &lowRankSampler{rows: k.rows, root: roots(k.diagonal), factors: dense.General(sampleRows, k.rank())}
}

// lowRankSampler draws x = Uz + diag(δ)^{1/2} z'.
type lowRankSampler struct {
	rows      blas64.General
	root      []float64
	factors   blas64.General
	workspace dense.Workspace
}

func (s *lowRankSampler) Sample(dst []float64, rng *rand.Rand) {
	d, r := len(s.root), s.rows.Rows
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	for len(dst) > 0 {
		n := min(len(dst)/d, sampleRows)
		x, z := dst[:n*d], s.factors.Data[:n*r]
		FillNormal(x, rng)
		for row := x; len(row) > 0; row = row[d:] {
			for i, v := range s.root {
				row[i] *= v
			}
		}
		FillNormal(z, rng)
		if r > 0 {
			s.workspace.Product(blas.NoTrans, blas.NoTrans, 1, blas64.General{Rows: n, Cols: r, Stride: r, Data: z}, s.rows,
				1, blas64.General{Rows: n, Cols: d, Stride: d, Data: x})
		}
		dst = dst[n*d:]
	}
}

// Congruent returns diag(v)·K·diag(v), of the same rank.
func (k *LowRankPlusDiagonal) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.Dim()); err != nil {
		return nil, err
	}
	d := k.Dim()
	rows, diagonal := dense.General(k.rank(), d), make([]float64, d)
	for j := range k.rank() {
		floats.MulTo(rows.Data[j*d:][:d], k.rows.Data[j*k.rows.Stride:][:d], v)
	}
	for i, s := range v {
		diagonal[i] = s * k.diagonal[i] * s
	}
	return newLowRank(rows, diagonal)
}

// Entrywise returns f(C). It is of the same form if f is nil, else Dense.
func (k *LowRankPlusDiagonal) Entrywise(f Odd) (Covariance, error) {
	if f != nil {
		return denseEntrywise(k, f)
	}
	inverse := roots(k.variances)
	for i, v := range inverse {
		inverse[i] = 1 / v
	}
	return k.Congruent(inverse)
}

// Modes returns the modes of the risk, computed from the dense matrix. A dimension beyond
// DenseLimit is ErrTooLarge.
func (k *LowRankPlusDiagonal) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return denseModes(k, basis, nu, noise)
}
