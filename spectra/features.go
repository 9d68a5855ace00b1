package spectra

import (
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// NewPowerLawFeatures returns the covariance K = W H Wᵀ of d random features of
// data in an ambient dimension v whose covariance H has the eigenvalues
// j^{−alpha}, j = 1, …, v: W is d×v with independent N(0, 1/d) entries, and the
// spectrum of K again falls like a power. It is Dense if v ≥ d, else
// LowRankPlusDiagonal, of rank v.
func NewPowerLawFeatures(d, v int, alpha float64, rng *rand.Rand) (Structured, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := checkDim("v", v); err != nil {
		return nil, err
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
	return gram(rows, make([]float64, d))
}
