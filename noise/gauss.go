package noise

import "math"

// limitPhi is φ(∞) = 2/π, the compression without noise.
const limitPhi = 2 / math.Pi

// atEnds returns what Phi is outside 0 < R < ∞, where every law agrees except for the
// probability atom = P(ε = 0) and the slope at 0. ok reports whether R was outside.
func atEnds(risk, atom, slope float64) (phi, dphi float64, ok bool) {
	switch {
	case risk > 0 && risk <= math.MaxFloat64:
		return 0, 0, false
	case risk == 0:
		return limitPhi * atom, slope, true
	case risk > 0:
		return limitPhi, 0, true
	default:
		return math.NaN(), math.NaN(), true
	}
}

// gauss returns exp(−x²/s) for 0 < s < ∞, to about one unit in the last place however
// small the result is. It computes the rounding error of the exponent, which the
// exponential would multiply by x²/s, and takes it back.
func gauss(x, s float64) float64 {
	square := x * x
	if !(square > 0x1p-900 && square <= math.MaxFloat64) {
		return gaussFar(x, s)
	}
	q := square / s
	if q > 800 { // the result is below the smallest float64
		return 0
	}
	lost := math.FMA(x, x, -square) + math.FMA(-q, s, square)
	return math.Exp(-q) * (1 - lost/s)
}

// gaussFar is gauss where x² is 0 or leaves the range of float64. It scales x² and s back
// into range, which is exact, but it leaves the rounding error of the exponent.
func gaussFar(x, s float64) float64 {
	switch {
	case x == 0:
		return 1
	case math.Abs(x) < 1:
		x, s = x*0x1p512, s*0x1p512*0x1p512
	default:
		x, s = x*0x1p-512, s*0x1p-512*0x1p-512
	}
	if s > math.MaxFloat64 { // far above x²
		return 1
	}
	return math.Exp(-x * x / s)
}

// atomPhi returns φ(R) = (2/π) exp(−x²/(4R)) and its derivative, which are those of
// every law with |ε| = |x|.
func atomPhi(x, risk float64) (phi, slope float64) {
	atom := 0.0
	if x == 0 {
		atom = 1
	}
	if phi, slope, ok := atEnds(risk, atom, 0); ok {
		return phi, slope
	}
	phi = limitPhi * gauss(x/2, risk)
	if phi == 0 {
		return 0, 0
	}
	u := x / 2 / risk
	return phi, phi * u * u
}

// nearAtom returns φ(R) and φ'(R) of a law with light tails whose standard deviation sd is
// so far below √R that sd²/R does not count beside 1.
func nearAtom(mean, sd, risk float64) (phi, slope float64) {
	phi, slope = atomPhi(mean, risk)
	u := sd / 2 / risk
	return phi, slope + phi*u*u
}

// atomDensity returns the density at 0 of a law with |ε| = |x|.
func atomDensity(x float64) float64 {
	if x == 0 {
		return math.Inf(1)
	}
	return 0
}
