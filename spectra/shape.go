package spectra

import (
	"fmt"
	"math"
	"reflect"
)

// Odd is an odd function on [−1, 1] that is nonnegative on [0, 1]. It is applied to
// every entry of the correlation matrix C. Sign-type methods turn gradient noise of
// covariance C into f(C), with f = arcsin for signSGD. Modes and Entrywise return an error for
// a function that is not odd, or is negative, at one of 33 fixed points of (0, 1]. A nil Odd
// stands for the identity f(ρ) = ρ. An Odd is called from several goroutines at once.
type Odd func(rho float64) float64

// at returns f(ρ).
func (f Odd) at(rho float64) float64 {
	if f == nil {
		return rho
	}
	return f(rho)
}

// arcsine reports whether f is math.Asin itself. Functions of one closure may share their
// code, but no other function has that of math.Asin.
func (f Odd) arcsine() bool {
	return reflect.ValueOf(f).Pointer() == asin
}

var asin = reflect.ValueOf(math.Asin).Pointer()

// Shape describes the covariance matrix of gradient noise, up to a scalar factor. The
// matrix is f(C), or D f(C) D if Scaled is set. The zero value is C itself, the noise of
// preconditioned SGD. Shape{Scaled: true} is K, the noise of SGD, and
// Shape{Odd: math.Asin} is K_σ, the noise of signSGD.
type Shape struct {
	Odd    Odd  // f; nil is the identity
	Scaled bool // D f(C) D in place of f(C)
}

// Same reports whether s and t describe the same noise. Functions cannot be compared in
// Go, so the values of the two are compared, exactly, at 67 fixed points of [−1, 1], unless
// both are nil or math.Asin. A nil Odd is the same as a function that returns its argument.
func (s Shape) Same(t Shape) bool {
	if s.Scaled != t.Scaled {
		return false
	}
	if s.Odd == nil && t.Odd == nil || s.Odd.arcsine() && t.Odd.arcsine() { // sweeps ask for every system
		return true
	}
	for _, rho := range oddPoint {
		if s.Odd.at(rho) != t.Odd.at(rho) || s.Odd.at(-rho) != t.Odd.at(-rho) {
			return false
		}
	}
	return true
}

// validate returns an error unless f(1) can be a variance.
func (s Shape) validate() error {
	_, err := checkDiagonalOdd(s.Odd)
	return err
}

// power returns the p of the matrix M = D^p f(C) D^p whose diagonal in the modes gives
// the weights: D^{1/2} f(C) D^{1/2} in the Preconditioned basis and f(C) in the Plain one,
// with another D on each side if the shape is Scaled.
func (s Shape) power(basis Basis) float64 {
	p := 0.0
	if basis == Preconditioned {
		p += 0.5
	}
	if s.Scaled {
		p++
	}
	return p
}

// own reports whether M is the matrix S of the modes themselves, so that c_i = λ_i².
func (s Shape) own(basis Basis) bool {
	return s.Odd == nil && s.Scaled == (basis == Plain)
}

// variancePower returns D_ii^p of a variance D_ii², for p = 0, 1/2, 1, 3/2, 2 and 3.
func variancePower(variance, p float64) float64 {
	sd := math.Sqrt(variance)
	switch p {
	case 0:
		return 1
	case 0.5:
		return math.Sqrt(sd)
	case 1:
		return sd
	case 1.5:
		return sd * math.Sqrt(sd)
	case 2:
		return variance
	}
	return sd * variance
}

// NoiseCovariance returns the noise covariance of the given shape: f(C), or D f(C) D if
// it is Scaled, and k itself for Shape{Scaled: true}.
func NoiseCovariance(k Structured, s Shape) (Covariance, error) {
	if err := checkCovariance(k); err != nil {
		return nil, err
	}
	if s.Odd == nil && s.Scaled {
		return k, nil
	}
	q, err := k.Entrywise(s.Odd)
	if err != nil || !s.Scaled {
		return q, err
	}
	structured, ok := q.(Structured)
	if !ok {
		return nil, fmt.Errorf("spectra: f(C) of a %T is a %T: %w", k, q, ErrUnstructured)
	}
	return structured.Congruent(StandardDeviations(k))
}
