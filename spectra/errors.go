package spectra

import (
	"errors"
	"fmt"
	"math"
)

// These errors mean that a matrix is not a covariance. The errors returned wrap them and
// say which entry or eigenvalue is bad.
var (
	ErrNotSymmetric = errors.New("not symmetric")
	ErrIndefinite   = errors.New("not positive semidefinite")
)

// These errors mean that a covariance is one, but not one for the operation.
var (
	// ErrTooLarge means that the operation needs a dense matrix, and that the dimension
	// is beyond DenseLimit.
	ErrTooLarge = errors.New("too large for a dense matrix")

	// ErrUnstructured means that the covariance, or a part of it, is not Structured.
	ErrUnstructured = errors.New("not spectra.Structured")
)

// These errors mean that an argument is missing.
var (
	errNilCovariance = errors.New("spectra: the covariance is nil")
	errNilMatrix     = errors.New("spectra: K is nil")
	errNilRand       = errors.New("spectra: rng is nil")
)

// checkDim returns an error unless the dimension d is at least 1.
func checkDim(name string, d int) error {
	if d < 1 {
		return fmt.Errorf("spectra: %s is %d: must be at least 1", name, d)
	}
	return nil
}

// positive returns an error if x is empty or has an entry that is not positive and finite.
// It names the first such entry.
func positive(name string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("spectra: %s is empty: dimension must be at least 1", name)
	}
	for i, v := range x {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("spectra: %s[%d] is %v: must be positive and finite", name, i, v)
		}
	}
	return nil
}

// checkVector returns an error unless x has length d and finite entries.
func checkVector(name string, x []float64, d int) error {
	if len(x) != d {
		return fmt.Errorf("spectra: %s has length %d: must be the dimension %d", name, len(x), d)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("spectra: %s[%d] is %v: must be finite", name, i, v)
		}
	}
	return nil
}

// checkScale is checkVector, and an error if an entry is zero.
func checkScale(name string, x []float64, d int) error {
	if err := checkVector(name, x, d); err != nil {
		return err
	}
	for i, v := range x {
		if v == 0 {
			return fmt.Errorf("spectra: %s[%d] is 0: must not vanish", name, i)
		}
	}
	return nil
}

// oddPoints is how many points of (0, 1] a function is checked at.
const oddPoints = 33

// oddPoint holds the points in ascending order, and 0 before them.
var oddPoint = func() (points [oddPoints + 1]float64) {
	for i := range points {
		points[i] = math.Sin(math.Pi / 2 * float64(i) / oddPoints)
	}
	return points
}()

// checkDiagonalOdd returns f(1), which is the diagonal of f(C), or an error if f(1) cannot be
// a variance, or f is not odd or is negative at one of the fixed points of (0, 1].
func checkDiagonalOdd(f Odd) (float64, error) {
	one := f.at(1)
	if !(one > 0) || math.IsInf(one, 1) {
		return 0, fmt.Errorf("spectra: odd function f has f(1) = %v: must be positive and finite", one)
	}
	if f == nil || f.arcsine() {
		return one, nil
	}
	for _, rho := range oddPoint[1:] {
		plus, minus := f(rho), f(-rho)
		if !(math.Abs(plus+minus) <= 1e-12*one) {
			return 0, fmt.Errorf("spectra: odd function f has f(%v) = %v and f(−%v) = %v: must be odd", rho, plus, rho, minus)
		}
		if !(plus >= -1e-12*one) {
			return 0, fmt.Errorf("spectra: odd function f has f(%v) = %v: must be nonnegative on [0, 1]", rho, plus)
		}
	}
	return one, nil
}

// panicNil panics if k is nil, which is a mistake of the caller.
func panicNil(function string, k Covariance) {
	if k == nil {
		panic("spectra: " + function + ": the covariance is nil")
	}
}

// panicLength panics if a slice has the wrong length, which is a mistake of the caller.
func panicLength(method string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("spectra: %s: length %d, want %d", method, got, want))
	}
}
