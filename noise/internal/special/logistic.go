package special

import "math"

// Logistic returns the means of exp(−t²) and t² exp(−t²), t = x/(2r), r > 0, over the
// logistic law of x with location m ≥ 0 and unit scale.
//
// It uses the trapezoidal rule. The Gaussian is entire and the density has its poles at the
// distance π from the real axis, so with a step below 0.85r and 0.33 the error is less than
// exp(−4π²). The integrand is log-concave. The sum starts near its mode and stops on each
// side where the terms no longer matter.
func Logistic(m, r float64) (mean, second float64) {
	h := min(0.85*r, 0.33)
	// Left of m the density is e^(x−m) or less, whose product with the Gaussian
	// peaks at 2r², with r²−m in the exponent.
	mode := min(m, 2*r*r)
	offset := mode - m
	if offset < 0 && m-r*r > 760 {
		return 0, 0
	}
	add := func(step float64) (term float64) {
		t := (mode + step) / (2 * r)
		far := math.Abs(offset + step) // not x − m: x may be too large to step
		tail := 1 + math.Exp(-far)
		term = math.Exp(-t*t-far) / (tail * tail)
		mean += term
		second += t * t * term
		return term
	}
	const tiny = 1e-21
	for k := 0.0; add(-k*h) > tiny*mean; k++ {
	}
	for k := 1.0; add(k*h) > tiny*mean; k++ {
	}
	return h * mean, h * second
}
