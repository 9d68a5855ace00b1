package noise

import (
	"math"
	"math/rand/v2"
)

var (
	_ Law           = None{}
	_ Moments       = None{}
	_ FourthMoment  = None{}
	_ OriginDensity = None{}
)

// None is the absence of noise, ε = 0. Its φ(R) is 2/π for every R.
type None struct{}

// Phi returns φ(R) = 2/π and φ'(R) = 0.
func (None) Phi(risk float64) (phi, slope float64) {
	return atomPhi(0, risk)
}

// SecondMoment returns 0.
func (None) SecondMoment() float64 { return 0 }

// FourthMoment returns 0.
func (None) FourthMoment() float64 { return 0 }

// Mean returns 0.
func (None) Mean() float64 { return 0 }

// Variance returns 0.
func (None) Variance() float64 { return 0 }

// DensityAtZero returns +Inf.
func (None) DensityAtZero() float64 { return math.Inf(1) }

// String returns "None".
func (None) String() string { return "None" }

// Rand returns 0. It does not use rng, which may be nil.
func (None) Rand(*rand.Rand) float64 { return 0 }
