package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// DenseLimit is the largest dimension at which an operation that destroys the
// structure of a covariance makes a dense matrix of it: 4096 numbers squared are
// 128 megabytes, and their eigendecomposition takes a minute or so.
const DenseLimit = 4096

// ToDense returns k as a Dense: a Dense itself, any other from its products with
// the unit vectors. Dimensions beyond DenseLimit are ErrTooLarge.
func ToDense(k Covariance) (*Dense, error) {
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
	// What its products leave as the variances may be off by rounding.
	for i, v := range k.Variances(nil) {
		if got := full.At(i, i); !(math.Abs(got-v) <= 1e-9*math.Abs(v)) {
			return nil, fmt.Errorf("spectra: %T: Variances[%d] is %v, but MulVecTo has %v on the diagonal", k, i, v, got)
		}
		full.Set(i, i, v)
	}
	return NewDense(full)
}

// denseEntrywise is Structured.Entrywise for a covariance whose structure does not
// survive it.
func denseEntrywise(k Covariance, f Odd) (Covariance, error) {
	dense, err := ToDense(k)
	if err != nil {
		return nil, err
	}
	return dense.Entrywise(f)
}

// denseModes is Structured.Modes for a covariance whose structure gives none.
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
