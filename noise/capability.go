package noise

import (
	"errors"
	"fmt"
	"math"
)

// The interfaces of this file are what a law may offer beyond Law. A law from another
// package takes part if it has the methods. Every closed-form law of this package offers
// Moments, FourthMoment, OriginDensity, Validator and fmt.Stringer, and a Mixture or a
// Tabulated law offers what its parts do. Ask for an interface by a type assertion:
//
//	if d, ok := law.(noise.OriginDensity); ok {
//		fmt.Println(d.DensityAtZero())
//	}

// closedForm is what every closed-form law of this package offers.
type closedForm interface {
	Law
	Moments
	FourthMoment
	OriginDensity
	Validator
	fmt.Stringer
}

// combination is what a law made of other laws offers.
type combination interface {
	closedForm
	RandChecker
	SecondMomentChecker
}

// Moments is a law that knows its mean and its variance.
type Moments interface {
	// Mean returns E ε. It is NaN where the law has no mean or does not know it.
	Mean() float64
	// Variance returns E (ε − E ε)². It is +Inf where the second moment is, and NaN
	// where the law does not know it.
	Variance() float64
}

// FourthMoment is a law that knows its fourth moment, which decides how far the runs of SGD
// spread around their mean.
type FourthMoment interface {
	// FourthMoment returns E ε⁴. It is +Inf for heavy tails and NaN where the law does
	// not know it.
	FourthMoment() float64
}

// OriginDensity is a law that knows its density at zero, which decides the drift of
// signSGD at small risk: (π/2) φ(R) ~ f(0) √(4πR) as R → 0.
type OriginDensity interface {
	// DensityAtZero returns the density f(0) of ε. At a jump of the density it is the
	// mean of both sides. It is +Inf where ε = 0 has positive probability, and NaN where
	// the law does not know it.
	DensityAtZero() float64
}

// Validator is a law or a Compression that can check its own parameters.
type Validator interface {
	// Validate returns an error that names the bad parameters, and nil if there are none.
	Validate() error
}

// RandChecker is a law whose Rand may lack what it needs to draw. Rand returns NaN then.
type RandChecker interface {
	// CheckRand returns an error, a *MissingError as a rule, if Rand cannot draw.
	CheckRand() error
}

// SecondMomentChecker is a law that can say why its SecondMoment is NaN.
type SecondMomentChecker interface {
	// CheckSecondMoment returns an error, a *MissingError as a rule, if SecondMoment is
	// NaN for want of a field.
	CheckSecondMoment() error
}

// ErrInfiniteVariance reports that an operation needs a finite second moment of the noise
// and that the law has none. SGD has no limit then.
var ErrInfiniteVariance = errors.New("noise: the second moment E ε² is infinite")

// MissingError reports that an operation needs a field of the law that is not set.
type MissingError struct {
	Law   string // type of the law
	Field string // the field that is not set
	Need  string // what needs it
}

// Error names the law, the field and the operation that needs it.
func (e *MissingError) Error() string {
	return fmt.Sprintf("noise: %s.%s is not set: there is no %s without it", e.Law, e.Field, e.Need)
}

// FiniteSecondMoment returns v² = E ε². SGD, the matched schedule and ψ need it. The error
// is ErrInfiniteVariance if v² is +Inf. If v² is NaN, it is that of the law's
// CheckSecondMoment, or one that names the law. A nil law is an error.
func FiniteSecondMoment(law Law) (float64, error) {
	if law == nil {
		return math.NaN(), errNilLaw
	}
	v2 := law.SecondMoment()
	switch {
	case math.IsInf(v2, 1):
		return v2, fmt.Errorf("%w: %v", ErrInfiniteVariance, law)
	case math.IsNaN(v2):
		if l, ok := law.(SecondMomentChecker); ok {
			if err := l.CheckSecondMoment(); err != nil {
				return v2, err
			}
		}
		return v2, fmt.Errorf("noise: the second moment of %v is not known", law)
	}
	return v2, nil
}

// ErrInfiniteFourthMoment reports that an operation needs a finite fourth moment of the
// noise and that the law has none. The risk of the runs of SGD has no variance then.
var ErrInfiniteFourthMoment = errors.New("noise: the fourth moment E ε⁴ is infinite")

// FiniteFourthMoment returns E ε⁴. The error is ErrInfiniteFourthMoment if it is +Inf. If
// it is NaN, or the law is no FourthMoment, the error names the law.
func FiniteFourthMoment(law Law) (float64, error) {
	m := fourthMomentOf(law)
	switch {
	case math.IsInf(m, 1):
		return m, fmt.Errorf("%w: %v", ErrInfiniteFourthMoment, law)
	case math.IsNaN(m):
		return m, fmt.Errorf("noise: the fourth moment of %v is not known: the law must have the method FourthMoment", law)
	}
	return m, nil
}

// CheckRand returns the error of the law's own CheckRand, which says what Rand lacks, and
// nil for a law that is no RandChecker. A nil law is an error.
func CheckRand(law Law) error {
	if law == nil {
		return errNilLaw
	}
	if l, ok := law.(RandChecker); ok {
		return l.CheckRand()
	}
	return nil
}

// meanOf returns the law's mean, NaN if it lacks Moments.
func meanOf(law Law) float64 {
	if l, ok := law.(Moments); ok {
		return l.Mean()
	}
	return math.NaN()
}

// varianceOf returns the law's variance, NaN if it lacks Moments.
func varianceOf(law Law) float64 {
	if l, ok := law.(Moments); ok {
		return l.Variance()
	}
	return math.NaN()
}

// densityAtZeroOf returns the law's density at zero, NaN if it lacks OriginDensity.
func densityAtZeroOf(law Law) float64 {
	if l, ok := law.(OriginDensity); ok {
		return l.DensityAtZero()
	}
	return math.NaN()
}

// fourthMomentOf returns the law's fourth moment, NaN if it lacks FourthMoment.
func fourthMomentOf(law Law) float64 {
	if l, ok := law.(FourthMoment); ok {
		return l.FourthMoment()
	}
	return math.NaN()
}

// shiftedFourth returns the fourth moment of a symmetric law about mu with the given
// variance and fourth central moment.
func shiftedFourth(mu, variance, fourth float64) float64 {
	m := mu * mu
	if m == 0 || variance == 0 { // the other may be +Inf
		return m*m + fourth
	}
	return m*m + 6*m*variance + fourth
}

// fourthPower returns x⁴.
func fourthPower(x float64) float64 { return (x * x) * (x * x) }
