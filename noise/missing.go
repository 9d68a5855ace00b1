package noise

import (
	"fmt"
	"math"
)

// MissingError reports that something was asked of a law which it cannot give for
// want of a field.
type MissingError struct {
	Law   string // type of the law
	Field string // the field that is not set
	Need  string // what needs it
}

// Error names the law, the field and what it disables.
func (e *MissingError) Error() string {
	return fmt.Sprintf("noise: %s.%s is not set: there is no %s without it", e.Law, e.Field, e.Need)
}

// FiniteSecondMoment returns v² = E ε² for what cannot do without: SGD, the matched
// schedule, ψ. The error is ErrInfiniteVariance if v² is +Inf, a *MissingError if
// the law does not know it.
func FiniteSecondMoment(law Law) (float64, error) {
	v2 := law.SecondMoment()
	if l, ok := law.(interface{ missingMoment() error }); ok && math.IsNaN(v2) {
		return v2, l.missingMoment()
	}
	switch {
	case math.IsInf(v2, 1):
		return v2, fmt.Errorf("%w: %v", ErrInfiniteVariance, law)
	case math.IsNaN(v2):
		return v2, fmt.Errorf("noise: the second moment of %v is not known", law)
	}
	return v2, nil
}

// CheckRand returns a *MissingError if law.Rand has nothing to draw from and
// returns NaN, else nil.
func CheckRand(law Law) error {
	if l, ok := law.(interface{ missingRand() error }); ok {
		return l.missingRand()
	}
	return nil
}
