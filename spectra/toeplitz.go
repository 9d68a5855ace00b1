package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// Toeplitz is a covariance with K_ij = row[|i−j|], which is a stationary time series. It is
// embedded in a Circulant of dimension 2(d−1), by which products are Fourier transforms.
// So are samples if the embedding is positive semidefinite (C. Dietrich and G. Newsam, SIAM
// J. Sci. Comput. 18 (1997) 1088), as it is where row is convex and decreasing, up to
// alternating signs. Otherwise samples need a dense factor, and d is at most DenseLimit. An
// entrywise function leaves it Toeplitz. Its modes are those of a dense matrix, up to the
// dimension DenseLimit.
type Toeplitz struct {
	row    []float64
	circle []float64 // eigenvalues of the embedding
	root   []float64 // their square roots; nil if some are negative
	dense  *Dense    // then; else nil
	pool   *sync.Pool
	length *scratch
}

var _ Structured = (*Toeplitz)(nil)

// NewToeplitz returns the covariance with the given first row, which is copied. The row
// must be finite, with a positive variance row[0]. The error is ErrIndefinite if K is not
// positive semidefinite, and ErrTooLarge if K needs the dense matrix but exceeds DenseLimit.
func NewToeplitz(row []float64) (*Toeplitz, error) {
	if err := checkRow(row); err != nil {
		return nil, err
	}
	d := len(row)
	m := max(2*(d-1), 1)
	around := make([]float64, m)
	for j, v := range row {
		around[j%m] = v
		around[(m-j)%m] = v
	}
	k := &Toeplitz{row: slices.Clone(row), pool: circlePool(m), length: newScratch(m)}
	c := newCircle(m)
	k.circle = make([]float64, len(c.frequencies))
	for i, z := range c.fft.Coefficients(c.frequencies, around) {
		k.circle[i] = real(z)
	}
	clipped := slices.Clone(k.circle)
	if clip(clipped, m) == nil {
		k.root = roots(clipped)
		return k, nil
	}
	if d > DenseLimit {
		return nil, fmt.Errorf("spectra: Toeplitz covariance of dimension %d without a semidefinite embedding, the limit is %d: %w", d, DenseLimit, ErrTooLarge)
	}
	full := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			full.SetSym(i, j, row[j-i])
		}
	}
	var err error
	if k.dense, err = NewDense(full); err != nil {
		return nil, err
	}
	return k, nil
}

// Dim returns the dimension d.
func (k *Toeplitz) Dim() int { return len(k.row) }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Toeplitz) Variances(dst []float64) []float64 {
	return constantTo(dst, k.row[0], k.Dim(), "Toeplitz.Variances")
}

// MulVecTo stores K·x in dst.
func (k *Toeplitz) MulVecTo(dst, x []float64) {
	panicLength("Toeplitz.MulVecTo", len(x), k.Dim())
	panicLength("Toeplitz.MulVecTo", len(dst), k.Dim())
	c, work := k.pool.Get().(*circle), k.length.get()
	n := copy(*work, x)
	clear((*work)[n:])
	c.filter(*work, *work, k.circle)
	copy(dst, *work)
	k.pool.Put(c)
	k.length.put(work)
}

// NewSampler returns a sampler of N(0, K).
func (k *Toeplitz) NewSampler() Sampler {
	if k.dense != nil {
		return k.dense.NewSampler()
	}
	c := newCircle(max(2*(k.Dim()-1), 1))
	return &toeplitzSampler{circleSampler{c, k.root}, k.Dim(), make([]float64, c.fft.Len())}
}

// toeplitzSampler draws samples of the embedding and keeps their first d coordinates.
type toeplitzSampler struct {
	around circleSampler
	dim    int
	work   []float64
}

func (s *toeplitzSampler) Sample(dst []float64, rng *rand.Rand) {
	panicLength("Sample: remainder of the rows", len(dst)%s.dim, 0)
	for ; len(dst) > 0; dst = dst[s.dim:] {
		s.around.Sample(s.work, rng)
		copy(dst[:s.dim], s.work)
	}
}

// Congruent returns diag(v)·K·diag(v). It is not Toeplitz, and has modes only up to the
// dimension DenseLimit.
func (k *Toeplitz) Congruent(v []float64) (Covariance, error) { return newScaled(k, v) }

// Entrywise returns f(C), which is Toeplitz.
func (k *Toeplitz) Entrywise(f Odd) (Covariance, error) {
	row, err := stationaryEntrywise(k.row, f)
	if err != nil {
		return nil, err
	}
	return NewToeplitz(row)
}

// Modes returns the modes of the risk, computed from the dense matrix. A dimension beyond
// DenseLimit is ErrTooLarge.
func (k *Toeplitz) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return denseModes(k, basis, nu, noise)
}

// AR1 is the covariance K_ij = variance·ρ^{|i−j|} of an autoregressive series of order one.
// It is a Toeplitz matrix with products and samples in O(d), and takes no memory.
type AR1 struct {
	dim           int
	variance, rho float64
}

var _ Structured = (*AR1)(nil)

// NewAR1 returns the covariance of dimension d. It needs d ≥ 1, a positive and
// finite variance and −1 < rho < 1.
func NewAR1(d int, variance, rho float64) (*AR1, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := positive("variance", []float64{variance}); err != nil {
		return nil, err
	}
	if !(rho > -1 && rho < 1) {
		return nil, fmt.Errorf("spectra: rho is %v: must lie in (−1, 1)", rho)
	}
	return &AR1{d, variance, rho}, nil
}

// Dim returns the dimension d.
func (k *AR1) Dim() int { return k.dim }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *AR1) Variances(dst []float64) []float64 {
	return constantTo(dst, k.variance, k.dim, "AR1.Variances")
}

// MulVecTo stores K·x in dst.
func (k *AR1) MulVecTo(dst, x []float64) {
	panicLength("AR1.MulVecTo", len(x), k.dim)
	panicLength("AR1.MulVecTo", len(dst), k.dim)
	past, future := 0.0, 0.0 // Σ ρ^{|i−j|} x_j over j ≤ i and over j > i
	for i, v := range x {
		past = v + k.rho*past
		dst[i] = k.variance * past
	}
	for i := k.dim - 1; i >= 0; i-- {
		dst[i] += k.variance * future
		future = k.rho * (future + x[i])
	}
}

// NewSampler returns a sampler of N(0, K).
func (k *AR1) NewSampler() Sampler { return ar1Sampler{k} }

type ar1Sampler struct{ k *AR1 }

func (s ar1Sampler) Sample(dst []float64, rng *rand.Rand) {
	d, rho := s.k.dim, s.k.rho
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	sd := math.Sqrt(s.k.variance)
	innovation := sd * math.Sqrt((1-rho)*(1+rho))
	for ; len(dst) > 0; dst = dst[d:] {
		row := dst[:d]
		FillNormal(row, rng)
		row[0] *= sd
		for i := 1; i < d; i++ {
			row[i] = rho*row[i-1] + innovation*row[i]
		}
	}
}

// Congruent returns diag(v)·K·diag(v). It is not Toeplitz, and has modes only up to the
// dimension DenseLimit.
func (k *AR1) Congruent(v []float64) (Covariance, error) { return newScaled(k, v) }

// Entrywise returns f(C), a Toeplitz.
func (k *AR1) Entrywise(f Odd) (Covariance, error) {
	row := make([]float64, k.dim)
	for i := range row {
		row[i] = math.Pow(k.rho, float64(i))
	}
	row, err := stationaryEntrywise(row, f)
	if err != nil {
		return nil, err
	}
	return NewToeplitz(row)
}

// Modes returns the modes of the risk, computed from the dense matrix. A dimension beyond
// DenseLimit is ErrTooLarge.
func (k *AR1) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return denseModes(k, basis, nu, noise)
}
