// Package noise holds the laws of the label noise ε in y = ⟨x, θ*⟩ + ε, and
// their noise compression
//
//	φ(R) = (2/π) E exp(−ε²/(4R)),  R > 0,
//
// the only thing by which the noise acts on signSGD (equation (9) of
// arXiv:2411.12135). R is the noiseless risk ½ νᵀKν.
//
// A law is a plain value of named parameters. Its methods hold no state, so
// one law serves any number of goroutines; randomness is passed in.
package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Law is a law of the label noise.
type Law interface {
	// Phi returns φ(R) and its derivative φ'(R) at the noiseless risk R ≥ 0.
	// It increases from φ(0) = (2/π) P(ε = 0) to φ(+Inf) = 2/π, and is NaN
	// where R is negative or NaN. The slope at 0 is the limit from the
	// right: +Inf where ε has a positive density at 0.
	Phi(risk float64) (phi, slope float64)

	// SecondMoment returns v² = E ε², the second moment and not the variance:
	// +Inf for heavy tails.
	SecondMoment() float64

	// Rand draws one ε from rng.
	Rand(rng *rand.Rand) float64
}

// ErrInfiniteVariance reports that something needs a finite second moment of
// the noise and the law has none: SGD, for one, has no limit then.
var ErrInfiniteVariance = errors.New("noise: the second moment E ε² is infinite")

// Validate returns an error that names the first bad parameter of the law, and
// nil if there is none. It asks the law's own Validate method; a law without
// one has no bad parameters. A nil law is an error.
func Validate(l Law) error {
	if l == nil {
		return errors.New("noise: law is nil")
	}
	if v, ok := l.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// finite returns an error unless x is finite.
func finite(law, name string, x float64) error {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("noise: %s.%s is %v: must be finite", law, name, x)
	}
	return nil
}

// allFinite returns an error unless every x is finite.
func allFinite(law, name string, xs []float64) error {
	for i, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return finite(law, fmt.Sprintf("%s[%d]", name, i), x)
		}
	}
	return nil
}

// positive returns an error unless 0 < x < ∞.
func positive(law, name string, x float64) error {
	if !(x > 0) || math.IsInf(x, 1) {
		return fmt.Errorf("noise: %s.%s is %v: must be positive and finite", law, name, x)
	}
	return nil
}

// nonNegative returns an error unless 0 ≤ x < ∞.
func nonNegative(law, name string, x float64) error {
	if !(x >= 0) || math.IsInf(x, 1) {
		return fmt.Errorf("noise: %s.%s is %v: must be nonnegative and finite", law, name, x)
	}
	return nil
}
