package spectra

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Diagonal is a diagonal covariance: the coordinates are independent. Every operation
// costs O(d).
type Diagonal struct {
	variances []float64
}

var _ Structured = (*Diagonal)(nil)

// NewDiagonal returns the covariance diag(variances). The slice is copied. Its entries
// must be positive and finite.
func NewDiagonal(variances []float64) (*Diagonal, error) {
	if err := positive("variances", variances); err != nil {
		return nil, err
	}
	return &Diagonal{slices.Clone(variances)}, nil
}

// Dim returns the dimension d.
func (k *Diagonal) Dim() int { return len(k.variances) }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Diagonal) Variances(dst []float64) []float64 {
	return copyTo(dst, k.variances, "Diagonal.Variances")
}

// MulVecTo stores K·x in dst.
func (k *Diagonal) MulVecTo(dst, x []float64) {
	panicLength("Diagonal.MulVecTo", len(x), k.Dim())
	panicLength("Diagonal.MulVecTo", len(dst), k.Dim())
	for i, v := range k.variances {
		dst[i] = v * x[i]
	}
}

// NewSampler returns a sampler of N(0, K).
func (k *Diagonal) NewSampler() Sampler {
	return diagonalSampler(StandardDeviations(k))
}

type diagonalSampler []float64

func (sd diagonalSampler) Sample(dst []float64, rng *rand.Rand) {
	panicLength("Sample: remainder of the rows", len(dst)%len(sd), 0)
	FillNormal(dst, rng)
	for ; len(dst) > 0; dst = dst[len(sd):] {
		for i, s := range sd {
			dst[i] *= s
		}
	}
}

// Congruent returns the diagonal covariance with the entries v_i² K_ii.
func (k *Diagonal) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.Dim()); err != nil {
		return nil, err
	}
	scaled := slices.Clone(k.variances)
	for i, s := range v {
		scaled[i] *= s * s
	}
	return NewDiagonal(scaled)
}

// Entrywise returns f(C) = f(1)·I.
func (k *Diagonal) Entrywise(f Odd) (Covariance, error) {
	one, err := checkDiagonalOdd(f)
	if err != nil {
		return nil, err
	}
	return &Isotropic{k.Dim(), one}, nil
}

// Modes returns the modes of the risk in the order of the coordinates. Their Kind is
// Coordinates.
func (k *Diagonal) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	if err := checkModes(basis, nu, k.Dim(), noise); err != nil {
		return Modes{}, err
	}
	m := newModes(basis, k.Dim(), k.Dim(), noise)
	for i, v := range k.variances {
		m.Lambda[i] = v
		if basis == Preconditioned {
			m.Lambda[i] = math.Sqrt(v)
		}
		m.Risk[i] = v * nu[i] * nu[i] / 2
	}
	for n, s := range noise {
		one, p := s.Odd.at(1), 2*s.power(basis)
		for i, l := range m.Lambda {
			if s.Scaled == (basis == Plain) { // M_ii = f(1) λ_i
				m.Weights[n][i] = one * l * l
				continue
			}
			m.Weights[n][i] = l * one * variancePower(k.variances[i], p)
		}
	}
	return m.checked()
}

// Isotropic is the covariance v·I. It takes no memory, whatever its dimension.
type Isotropic struct {
	dim      int
	variance float64
}

var _ Structured = (*Isotropic)(nil)

// NewIsotropic returns variance·I of dimension d. It needs d ≥ 1 and a positive and
// finite variance.
func NewIsotropic(d int, variance float64) (*Isotropic, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := positive("variance", []float64{variance}); err != nil {
		return nil, err
	}
	return &Isotropic{d, variance}, nil
}

// Dim returns the dimension d.
func (k *Isotropic) Dim() int { return k.dim }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Isotropic) Variances(dst []float64) []float64 {
	return constantTo(dst, k.variance, k.dim, "Isotropic.Variances")
}

// MulVecTo stores K·x in dst.
func (k *Isotropic) MulVecTo(dst, x []float64) {
	panicLength("Isotropic.MulVecTo", len(x), k.dim)
	panicLength("Isotropic.MulVecTo", len(dst), k.dim)
	for i, v := range x {
		dst[i] = k.variance * v
	}
}

// NewSampler returns a sampler of N(0, K).
func (k *Isotropic) NewSampler() Sampler {
	return isotropicSampler{k.dim, math.Sqrt(k.variance)}
}

type isotropicSampler struct {
	dim       int
	deviation float64
}

func (s isotropicSampler) Sample(dst []float64, rng *rand.Rand) {
	panicLength("Sample: remainder of the rows", len(dst)%s.dim, 0)
	FillNormal(dst, rng)
	for i := range dst {
		dst[i] *= s.deviation
	}
}

// Congruent returns the diagonal covariance with the entries v_i² K_ii.
func (k *Isotropic) Congruent(v []float64) (Covariance, error) {
	return k.diagonal().Congruent(v)
}

// Entrywise returns f(C) = f(1)·I.
func (k *Isotropic) Entrywise(f Odd) (Covariance, error) {
	one, err := checkDiagonalOdd(f)
	if err != nil {
		return nil, err
	}
	return &Isotropic{k.dim, one}, nil
}

// Modes returns the modes of the risk, one for each coordinate. Their Kind is
// Coordinates.
func (k *Isotropic) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return k.diagonal().Modes(basis, nu, noise...)
}

func (k *Isotropic) diagonal() *Diagonal { return &Diagonal{k.Variances(nil)} }
