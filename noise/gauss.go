package noise

import "math"

// limitPhi is φ(∞) = 2/π.
const limitPhi = 2 / math.Pi

// gauss returns exp(−x²/s), s > 0, to about one unit in the last place however
// small it is: the rounding error of the exponent, which the exponential would
// multiply by x²/s, is computed and taken back.
func gauss(x, s float64) float64 {
	square := x * x
	q := square / s
	if q > 800 { // below the smallest float64
		return 0
	}
	lost := math.FMA(x, x, -square) + math.FMA(-q, s, square)
	return math.Exp(-q) * (1 - lost/s)
}

// atomPhi returns φ(R) = (2/π) exp(−x²/(4R)) and its derivative, those of a law
// with |ε| = |x|.
func atomPhi(x, risk float64) (phi, slope float64) {
	atom := 0.0
	if x == 0 {
		atom = 1
	}
	if phi, slope, ok := limit(risk, atom, 0); ok {
		return phi, slope
	}
	phi = limitPhi * gauss(x, 4*risk)
	if phi == 0 {
		return 0, 0
	}
	u := x / (2 * risk)
	return phi, phi * u * u
}

// atomDensity is the density at 0 of a law with |ε| = |x|.
func atomDensity(x float64) float64 {
	if x == 0 {
		return math.Inf(1)
	}
	return 0
}
