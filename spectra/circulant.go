package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Circulant is a covariance with K_ij = row[(j−i) mod d], which is stationary noise on a
// circle. Products, samples and modes are Fourier transforms of length d. They are fast if
// d has only small prime factors. Entrywise functions keep it circulant, with the same
// eigenvectors.
type Circulant struct {
	row    []float64
	lambda []float64 // of frequencies 0, …, d/2
	pool   *sync.Pool
}

var _ Structured = (*Circulant)(nil)

// NewCirculant returns the covariance with the given first row, which is copied. The row
// must be finite, with a positive variance row[0]. It must be symmetric, row[j] = row[d−j]
// to 1e-12 of row[0], else the error is ErrNotSymmetric. Eigenvalues down to −d·ε·λ_max
// count as zero. A lower one is ErrIndefinite.
func NewCirculant(row []float64) (*Circulant, error) {
	if err := checkRow(row); err != nil {
		return nil, err
	}
	d := len(row)
	for j := 1; j < d; j++ {
		if math.Abs(row[j]-row[d-j]) > 1e-12*row[0] {
			return nil, fmt.Errorf("spectra: row[%d] is %v but row[%d] is %v: K is %w", j, row[j], d-j, row[d-j], ErrNotSymmetric)
		}
	}
	k := &Circulant{row: slices.Clone(row), pool: circlePool(d)}
	lambda, err := circleSpectrum(k.row)
	if err != nil {
		return nil, err
	}
	k.lambda = lambda
	return k, nil
}

// circleSpectrum returns the eigenvalues of frequencies 0, …, d/2.
func circleSpectrum(row []float64) ([]float64, error) {
	c := newCircle(len(row))
	lambda := make([]float64, len(c.frequencies))
	for i, z := range c.fft.Coefficients(c.frequencies, row) {
		lambda[i] = real(z)
	}
	return lambda, clip(lambda, len(row))
}

// circle is the scratch of a Fourier transform.
type circle struct {
	fft         *fourier.FFT
	frequencies []complex128
}

func newCircle(d int) *circle {
	return &circle{fourier.NewFFT(d), make([]complex128, d/2+1)}
}

func circlePool(d int) *sync.Pool {
	return &sync.Pool{New: func() any { return newCircle(d) }}
}

// filter multiplies the frequencies of x by factor and stores the result in dst, which may
// be x.
func (c *circle) filter(dst, x, factor []float64) {
	c.fft.Coefficients(c.frequencies, x)
	scale := 1 / float64(len(x)) // of the transform and its inverse
	for i, f := range factor {
		c.frequencies[i] *= complex(f*scale, 0)
	}
	c.fft.Sequence(dst, c.frequencies)
}

// Dim returns the dimension d.
func (k *Circulant) Dim() int { return len(k.row) }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Circulant) Variances(dst []float64) []float64 {
	return constantTo(dst, k.row[0], k.Dim(), "Circulant.Variances")
}

// MulVecTo stores K·x in dst.
func (k *Circulant) MulVecTo(dst, x []float64) {
	panicLength("Circulant.MulVecTo", len(x), k.Dim())
	panicLength("Circulant.MulVecTo", len(dst), k.Dim())
	c := k.pool.Get().(*circle)
	c.filter(dst, x, k.lambda)
	k.pool.Put(c)
}

// NewSampler returns a sampler of N(0, K), which filters white noise by K^{1/2}.
func (k *Circulant) NewSampler() Sampler {
	return &circleSampler{circle: newCircle(k.Dim()), root: roots(k.lambda)}
}

// roots returns the square roots of x.
func roots(x []float64) []float64 {
	r := make([]float64, len(x))
	for i, v := range x {
		r[i] = math.Sqrt(v)
	}
	return r
}

type circleSampler struct {
	circle *circle
	root   []float64
}

func (s *circleSampler) Sample(dst []float64, rng *rand.Rand) {
	d := s.circle.fft.Len()
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	for ; len(dst) > 0; dst = dst[d:] {
		row := dst[:d]
		FillNormal(row, rng)
		s.circle.filter(row, row, s.root)
	}
}

// Congruent returns diag(v)·K·diag(v). It is not circulant, and has modes only up to the
// dimension DenseLimit.
func (k *Circulant) Congruent(v []float64) (Covariance, error) { return newScaled(k, v) }

// Entrywise returns f(C), which is circulant.
func (k *Circulant) Entrywise(f Odd) (Covariance, error) {
	row, err := stationaryEntrywise(k.row, f)
	if err != nil {
		return nil, err
	}
	return NewCirculant(row)
}

// Modes returns the modes of the risk; mode i is that of frequency i. The frequencies i and
// d−i have the same eigenvalue, and each has half of their risk. The eigenvectors are sines
// and cosines, which are not formed: the Kind is Unformed. Modes costs a Fourier transform
// for each shape of the noise.
func (k *Circulant) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	d := k.Dim()
	if err := checkModes(basis, nu, d, noise); err != nil {
		return Modes{}, err
	}
	c := newCircle(d)
	squares := make([]float64, d)
	for i, z := range c.fft.Coefficients(c.frequencies, nu) {
		squares[i] = (real(z)*real(z) + imag(z)*imag(z)) / float64(d)
	}
	odd := func(fn Odd) ([]float64, error) {
		row, err := stationaryEntrywise(k.row, fn)
		if err != nil {
			return nil, err
		}
		xi, err := circleSpectrum(row)
		return mirror(xi, d), err
	}
	return stationaryModes(basis, k.row[0], mirror(k.lambda, d), mirror(squares[:d/2+1], d), noise, odd)
}

// mirror continues x from the frequencies 0, …, d/2 to all d.
func mirror(x []float64, d int) []float64 {
	all := make([]float64, d)
	for i := range all {
		all[i] = x[min(i, d-i)]
	}
	return all
}
