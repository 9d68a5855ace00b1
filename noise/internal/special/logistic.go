package special

import "math"

// Logistic returns the means of exp(−t²) and t² exp(−t²), t = x/(2r), over the
// logistic law of x with location m ≥ 0 and unit scale, r > 0.
//
// The trapezoidal rule: the Gaussian is entire and the density has its poles at
// distance π from the real axis, so a step below 0.85r and 0.33 errs by less than
// exp(−4π²). The integrand is log-concave: from near its mode the sum stops on
// either side where the terms no longer matter.
func Logistic(m, r float64) (mean, second float64) {
	h := min(0.85*r, 0.33)
	add := func(x float64) (term float64) {
		t := x / (2 * r)
		far := math.Abs(x - m)
		tail := 1 + math.Exp(-far)
		term = math.Exp(-t*t-far) / (tail * tail)
		mean += term
		second += t * t * term
		return term
	}
	// Left of m the density is e^(x−m) or less, whose product with the Gaussian
	// peaks at 2r².
	mode := min(m, 2*r*r)
	const tiny = 1e-21
	for k := 0.0; add(mode-k*h) > tiny*mean; k++ {
	}
	for k := 1.0; add(mode+k*h) > tiny*mean; k++ {
	}
	return h * mean, h * second
}
