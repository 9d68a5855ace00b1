package noise

import (
	"fmt"
	"math/rand/v2"
)

var _ closedForm = Rademacher{}

// Rademacher is the law of ±Scale, each with probability ½.
type Rademacher struct {
	Scale float64 // a ≥ 0, the size of every ε
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) exp(−a²/(4R)),  a = Scale.
func (r Rademacher) Phi(risk float64) (phi, slope float64) { return atomPhi(r.Scale, risk) }

// SecondMoment returns Scale².
func (r Rademacher) SecondMoment() float64 { return r.Scale * r.Scale }

// FourthMoment returns Scale⁴.
func (r Rademacher) FourthMoment() float64 {
	v := r.Scale * r.Scale
	return v * v
}

// Mean returns 0.
func (r Rademacher) Mean() float64 { return 0 }

// Variance returns Scale².
func (r Rademacher) Variance() float64 { return r.Scale * r.Scale }

// DensityAtZero returns 0, or +Inf if Scale is 0.
func (r Rademacher) DensityAtZero() float64 { return atomDensity(r.Scale) }

// Rand draws one ε from rng.
func (r Rademacher) Rand(rng *rand.Rand) float64 {
	if rng.Uint64()>>63 == 0 {
		return r.Scale
	}
	return -r.Scale
}

// String returns the law with its parameter.
func (r Rademacher) String() string { return fmt.Sprintf("Rademacher(±%g)", r.Scale) }

// Validate returns an error unless 0 ≤ Scale < ∞.
func (r Rademacher) Validate() error { return nonNegative("Rademacher", "Scale", r.Scale) }
