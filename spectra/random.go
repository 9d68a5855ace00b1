package spectra

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Haar returns a random orthogonal d×d matrix with the uniform law on the orthogonal group,
// the Haar measure. It is the Q of the QR decomposition of a matrix of normal variates, with
// the signs that make the diagonal of R positive (F. Mezzadri, Notices AMS 54 (2007) 592).
// It panics if d < 1 or rng is nil. It costs about 8d³/3 operations.
func Haar(d int, rng *rand.Rand) *mat.Dense {
	if d < 1 {
		panic("spectra: Haar: d < 1")
	}
	if rng == nil {
		panic("spectra: Haar: rng is nil")
	}
	g := dense.General(d, d)
	for i := range g.Data {
		g.Data[i] = rng.NormFloat64()
	}
	return mat.NewDense(d, d, orthogonalize(g).Data)
}

// NewRotated returns the covariance K = U diag(eigenvalues) Uᵀ with a random U of the Haar
// law. The eigenvalues must be positive and finite. More than DenseLimit of them are
// ErrTooLarge; NewHadamard has no such limit. The cost is about 4d³ operations: 0.3 seconds at
// d = 1024 and 6 at DenseLimit, on two cores.
func NewRotated(eigenvalues []float64, rng *rand.Rand) (*Dense, error) {
	if err := positive("eigenvalues", eigenvalues); err != nil {
		return nil, err
	}
	if rng == nil {
		return nil, errNilRand
	}
	d := len(eigenvalues)
	if d > DenseLimit {
		return nil, fmt.Errorf("spectra: eigenvalues has length %d, the limit is %d: %w", d, DenseLimit, ErrTooLarge)
	}
	u := Haar(d, rng).RawMatrix()
	transpose(u)
	scaled := dense.General(d, d) // ΛUᵀ
	copy(scaled.Data, u.Data)
	for i, l := range eigenvalues {
		blas64.Scal(l, dense.Vector(scaled.Data[i*d:][:d]))
	}
	k := mat.NewSymDense(d, nil)
	w := dense.Workspace{Workers: dense.Cores()}
	w.UpdateUpper(1, u, scaled, k.RawSymmetric())
	return NewDense(k)
}

// maxFeatures is the largest number of entries of the matrix of NewPowerLawFeatures, which
// then takes 2 gigabytes.
const maxFeatures = 1 << 28

// NewPowerLawFeatures returns the covariance K = W H Wᵀ of d random features. The data have
// the ambient dimension v and a covariance H with the eigenvalues j^{−alpha}, j = 1, …, v.
// W is d×v with independent N(0, 1/d) entries. The spectrum of K again falls like a power.
// K is a Dense if v ≥ d, else a LowRankPlusDiagonal of rank v. The error is ErrTooLarge if
// d·v exceeds 2^28, or if K would be a Dense beyond DenseLimit. It fails when ctx ends.
func NewPowerLawFeatures(ctx context.Context, d, v int, alpha float64, rng *rand.Rand) (Structured, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := checkDim("v", v); err != nil {
		return nil, err
	}
	if rng == nil {
		return nil, errNilRand
	}
	if v > maxFeatures/d {
		return nil, fmt.Errorf("spectra: d = %d features of v = %d dimensions: the limit is d·v = %d: %w", d, v, maxFeatures, ErrTooLarge)
	}
	if v >= d && d > DenseLimit {
		return nil, fmt.Errorf("spectra: d is %d, the limit is %d where v ≥ d: %w", d, DenseLimit, ErrTooLarge)
	}
	h, err := PowerLaw(v, alpha)
	if err != nil {
		return nil, err
	}
	rows := dense.General(v, d) // H^{1/2} Wᵀ
	for j, l := range h {
		scale := math.Sqrt(l / float64(d))
		row := rows.Data[j*d:][:d]
		for i := range row {
			row[i] = scale * rng.NormFloat64()
		}
	}
	return gram(ctx, rows, make([]float64, d))
}

// orthogonalize returns the Q of the QR decomposition of the square matrix a, with the
// signs that make the diagonal of R positive. It destroys a. Blocks of Householder
// reflections are applied as I − VTVᵀ, by matrix products; see dense.CompactWY.
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
