package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// AR1 is the covariance K_ij = variance·ρ^{|i−j|} of an autoregressive series of
// order one: a Toeplitz with products and samples in O(d) and no memory.
type AR1 struct {
	dim           int
	variance, rho float64
}

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

// Congruent returns diag(v)·K·diag(v). It is no longer Toeplitz, and has modes up
// to DenseLimit only.
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

// Modes returns the modes of the risk, by a dense matrix of at most DenseLimit.
func (k *AR1) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return denseModes(k, basis, nu, noise)
}
