package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// DenseLimit is the largest dimension at which an operation that does not keep the
// structure of a covariance makes a dense matrix of it, and the largest one of NewRotated.
// 4096² numbers are 128 megabytes, and their eigendecomposition takes about a minute.
const DenseLimit = 4096

// ToDense returns k as a Dense. It returns a Dense itself, and makes any other one of its
// products with the unit vectors. A dimension beyond DenseLimit is ErrTooLarge.
func ToDense(k Covariance) (*Dense, error) {
	if err := checkCovariance(k); err != nil {
		return nil, err
	}
	if own, ok := k.(*Dense); ok {
		return own, nil
	}
	d := k.Dim()
	if d > DenseLimit {
		return nil, fmt.Errorf("spectra: %T has dimension %d, the limit is %d: %w", k, d, DenseLimit, ErrTooLarge)
	}
	full := mat.NewDense(d, d, nil)
	unit := make([]float64, d)
	for i := range d {
		unit[i] = 1
		k.MulVecTo(full.RawRowView(i), unit)
		unit[i] = 0
	}
	// The diagonal of the products may differ from the variances by rounding.
	for i, v := range k.Variances(nil) {
		if got := full.At(i, i); !(math.Abs(got-v) <= 1e-9*math.Abs(v)) {
			return nil, fmt.Errorf("spectra: %T: Variances[%d] is %v, but MulVecTo has %v on the diagonal", k, i, v, got)
		}
		full.Set(i, i, v)
	}
	return NewDense(full)
}

// denseEntrywise is Structured.Entrywise for a covariance whose structure it does not keep.
func denseEntrywise(k Covariance, f Odd) (Covariance, error) {
	dense, err := ToDense(k)
	if err != nil {
		return nil, err
	}
	return dense.Entrywise(f)
}

// denseModes is Structured.Modes for a covariance without a faster method.
func denseModes(k Covariance, basis Basis, nu []float64, noise []Shape) (Modes, error) {
	if err := checkModes(basis, nu, k.Dim(), noise); err != nil {
		return Modes{}, err
	}
	dense, err := ToDense(k)
	if err != nil {
		return Modes{}, err
	}
	return dense.Modes(basis, nu, noise...)
}
