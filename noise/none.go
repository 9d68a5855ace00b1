package noise

import (
	"math"
	"math/rand/v2"
)

// None is the absence of noise, ε = 0: φ(R) = 2/π for every R.
type None struct{}

// Phi returns φ(R) = 2/π and φ'(R) = 0.
func (None) Phi(risk float64) (phi, slope float64) {
	if phi, slope, ok := atEnds(risk, 1, 0); ok {
		return phi, slope
	}
	return limitPhi, 0
}

// SecondMoment returns 0.
func (None) SecondMoment() float64 { return 0 }

// Mean returns 0.
func (None) Mean() float64 { return 0 }

// Variance returns 0.
func (None) Variance() float64 { return 0 }

// DensityAtZero returns +Inf.
func (None) DensityAtZero() float64 { return math.Inf(1) }

// String returns "None".
func (None) String() string { return "None" }

// Rand returns 0 and leaves rng as it is.
func (None) Rand(*rand.Rand) float64 { return 0 }
