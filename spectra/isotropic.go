package spectra

import "math/rand/v2"

// Isotropic is the covariance v·I. It takes no memory, whatever its dimension.
type Isotropic struct {
	dim      int
	variance float64
}

// NewIsotropic returns variance·I of dimension d. It needs d ≥ 1 and a positive
// and finite variance.
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
	return isotropicSampler{k.dim, StandardDeviations(&Isotropic{1, k.variance})[0]}
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

// Congruent returns the diagonal covariance with entries v_i² K_ii.
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

// Modes returns the modes of the risk: those of the coordinates, q_i = e_i.
func (k *Isotropic) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return k.diagonal().Modes(basis, nu, noise...)
}

func (k *Isotropic) diagonal() *Diagonal { return &Diagonal{k.Variances(nil)} }
