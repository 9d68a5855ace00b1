package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// LogSpaced returns d eigenvalues with equal ratios from lo to hi, both
// included; d = 1 gives lo alone. It needs d ≥ 1 and 0 < lo, hi < ∞.
func LogSpaced(d int, lo, hi float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := positive("(lo, hi)", []float64{lo, hi}); err != nil {
		return nil, err
	}
	if d == 1 {
		return []float64{lo}, nil
	}
	return floats.LogSpan(make([]float64, d), lo, hi), nil
}

// PowerLaw returns the eigenvalues j^{−alpha}, j = 1, …, d. It needs d ≥ 1 and a
// finite alpha ≥ 0.
func PowerLaw(d int, alpha float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if !(alpha >= 0) || math.IsInf(alpha, 1) {
		return nil, fmt.Errorf("spectra: alpha is %v: must be nonnegative and finite", alpha)
	}
	lambda := make([]float64, d)
	for j := range lambda {
		lambda[j] = math.Pow(float64(j+1), -alpha)
	}
	return lambda, nil
}

// GridPower returns the eigenvalues x_j^power of d equally spaced points from lo to
// hi, both included, as in Appendix E of arXiv:2411.12135; d = 1 gives lo^power
// alone. It needs d ≥ 1, 0 < lo, hi < ∞ and powers that are positive and finite.
func GridPower(d int, lo, hi, power float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := positive("(lo, hi)", []float64{lo, hi}); err != nil {
		return nil, err
	}
	lambda := []float64{lo}
	if d > 1 {
		lambda = floats.Span(make([]float64, d), lo, hi)
	}
	for i, x := range lambda {
		lambda[i] = math.Pow(x, power)
	}
	return lambda, positive("grid^power", lambda)
}
