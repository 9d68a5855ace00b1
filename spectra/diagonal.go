package spectra

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Diagonal is a diagonal covariance: independent coordinates.
type Diagonal struct {
	variances []float64
}

// NewDiagonal returns the covariance diag(variances). The slice is copied; its
// entries must be positive and finite.
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

// Congruent returns the diagonal covariance with entries v_i² K_ii.
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

// Modes returns the modes of the risk. They are the coordinates, in their
// order: Vectors is nil, q_i = e_i.
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
			if own := (basis == Plain) == s.Scaled; own { // M_ii = f(1) λ_i
				m.Weights[n][i] = one * l * l
				continue
			}
			m.Weights[n][i] = l * one * variancePower(k.variances[i], p)
		}
	}
	return m, nil
}
