package spectra

import (
	"errors"
	"fmt"
	"math"
)

// What a matrix must be to be a covariance. The errors returned wrap these and
// say which entry or eigenvalue is at fault.
var (
	ErrNotSymmetric = errors.New("not symmetric")
	ErrIndefinite   = errors.New("not positive semidefinite")
)

// What keeps a covariance from having modes or an entrywise function.
var (
	// ErrTooLarge: the structure does not survive the operation, and the dimension is
	// beyond DenseLimit.
	ErrTooLarge = errors.New("too large for a dense matrix")

	// ErrUnstructured: a part of the covariance is not Structured.
	ErrUnstructured = errors.New("not spectra.Structured")
)

// What a function is called with instead of a value.
var (
	errNilCovariance = errors.New("spectra: the covariance is nil")
	errNilRand       = errors.New("spectra: rng is nil")
)

// checkDim returns an error unless the dimension d is at least 1.
func checkDim(name string, d int) error {
	if d < 1 {
		return fmt.Errorf("spectra: %s is %d: must be at least 1", name, d)
	}
	return nil
}

// positive returns an error that names the first entry of x that is not
// positive and finite, or an empty x.
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

// checkScale is checkVector with zeros refused.
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

// checkDiagonalOdd returns f(1), the diagonal of f(C), or an error if it cannot
// be a variance.
func checkDiagonalOdd(f Odd) (float64, error) {
	one := f.at(1)
	if !(one > 0) || math.IsInf(one, 1) {
		return 0, fmt.Errorf("spectra: odd function f has f(1) = %v: must be positive and finite", one)
	}
	return one, nil
}

// panicLength panics if a slice has the wrong length, the caller's mistake.
func panicLength(method string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("spectra: %s: length %d, want %d", method, got, want))
	}
}
