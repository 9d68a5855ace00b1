package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// Compression is what signSGD sees of the noise: the φ of a law, or the φ_B of a
// mini-batch. Every Law, MiniBatch, Table and LazyTable is a Compression.
type Compression interface {
	// Phi returns φ(R) and its derivative φ'(R) at the risk R ≥ 0 without noise. φ
	// increases from φ(0) = (2/π) P(ε = 0) to φ(+Inf) = 2/π. Both values are NaN where
	// R is negative or NaN. The slope at 0 is the limit from the right, which is +Inf
	// where ε has a positive density at 0.
	//
	// The slope is used by Optimal, LocalRate and Linearize of odes and by the Newton
	// steps of its solvers, so that a wrong slope gives wrong answers there.
	Phi(risk float64) (phi, slope float64)
}

// Law is a law of the label noise.
type Law interface {
	Compression

	// SecondMoment returns v² = E ε², which is the second moment and not the variance.
	// It is +Inf for heavy tails and NaN where the law does not know it.
	SecondMoment() float64

	// Rand draws one ε from rng, a *rand.Rand of math/rand/v2.
	Rand(rng *rand.Rand) float64
}

var errNilLaw = errors.New("noise: law is nil")

// panicNil panics if a law is nil, which is a mistake of the caller.
func panicNil(function string, law Law) {
	if law == nil {
		panic("noise: " + function + ": the law is nil")
	}
}

// Validate returns an error that names the first bad parameter of the law. It asks the
// law's own Validate method. A law that is no Validator has no bad parameters. A nil law
// is an error.
func Validate(l Law) error {
	if l == nil {
		return errNilLaw
	}
	return validate(l)
}

// validate returns what the Validate method of v says, and nil if v has none.
func validate(v any) error {
	if v, ok := v.(Validator); ok {
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

// allNonNegative returns an error unless 0 ≤ x < ∞ for every x.
func allNonNegative(law, name string, xs []float64) error {
	for i, x := range xs {
		if !(x >= 0) || math.IsInf(x, 1) {
			return nonNegative(law, fmt.Sprintf("%s[%d]", name, i), x)
		}
	}
	return nil
}

// secondMomentField returns an error unless V2 is positive, +Inf, or 0 for unknown.
func secondMomentField(law string, v2 float64) error {
	if !(v2 >= 0) {
		return fmt.Errorf("noise: %s.V2 is %v: must be positive, or 0 if it is not known", law, v2)
	}
	return nil
}

// nanIfZero returns v2, or NaN for the 0 that stands for an unknown second moment.
func nanIfZero(v2 float64) float64 {
	if v2 == 0 {
		return math.NaN()
	}
	return v2
}

// openUniform draws from the open interval (0, 1).
func openUniform(rng *rand.Rand) float64 { return (float64(rng.Uint64()>>11) + 0.5) / (1 << 53) }
