package collocation

import "math"

// DecayMoments stores in m, for n = 0, …, Nodes−1,
//
//	m[n] = ∫_0^1 exp(−z(1−u)) P_n(2u−1) du = exp(−x) i_n(x),  x = z/2 ≥ 0,
//
// the responses over unit time of a mode that decays by exp(−z) to a forcing
// by Legendre's polynomials. i_n is the modified spherical Bessel function. decay
// is exp(−z). The error is a few units in the last place of m[0].
func DecayMoments(m *[Nodes]float64, z, decay float64) {
	x := z / 2
	if x > 8 {
		// Upward the error grows to exp(n²/x) units.
		inverse := 1 / x
		m[0] = (1 - decay) * inverse / 2
		m[1] = (1+decay)*inverse/2 - m[0]*inverse
		for n := 1; n < Nodes-1; n++ {
			m[n+1] = m[n-1] - odd[n]*inverse*m[n]
		}
		return
	}
	// With j_n = i_n (2n+1)!!/x^n all terms are positive: series for the last two,
	// Σ_k (x²/2)^k / (k! (2n+3)(2n+5)…(2n+2k+1)), and down from there by
	// j_{n−1} = j_n + x² j_{n+1}/((2n+1)(2n+3)).
	x2 := x * x
	terms := len(bessel[0])
	switch {
	case x < 0.3:
		terms = 6
	case x < 1:
		terms = 8
	case x < 3:
		terms = 13
	}
	above, here := 1.0, 1.0
	for k := terms - 1; k > 0; k-- {
		above = 1 + x2*bessel[1][k]*above
		here = 1 + x2*bessel[0][k]*here
	}
	m[Nodes-1], m[Nodes-2] = above, here
	for n := Nodes - 2; n > 0; n-- {
		above, here = here, here+x2*descent[n]*above
		m[n-1] = here
	}
	power := math.Sqrt(decay)
	m[0] *= power
	for n := 1; n < Nodes; n++ {
		power *= x * inverseOdd[n]
		m[n] *= power
	}
}

// Constants of the recurrences: 2n+1, its inverse, and 1/((2n+1)(2n+3)).
var odd, inverseOdd, descent = func() (o, i, d [Nodes]float64) {
	for n := range o {
		o[n] = float64(2*n + 1)
		i[n] = 1 / o[n]
		d[n] = 1 / (o[n] * (o[n] + 2))
	}
	return o, i, d
}()

// bessel holds the ratios 1/(2k(2n+2k+1)) of the terms of the series for n =
// Nodes−2 and Nodes−1. Twenty terms do for x ≤ 8.
var bessel = func() (b [2][21]float64) {
	for n := range b {
		for k := 1; k < len(b[n]); k++ {
			b[n][k] = 1 / float64(2*k*(2*(Nodes-2+n)+2*k+1))
		}
	}
	return b
}()
