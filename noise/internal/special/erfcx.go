// Package special holds the special functions behind the closed forms of noise
// compression, none of which the standard library or gonum has.
package special

import "math"

// Erfcx returns the scaled complementary error function exp(x²) erfc(x), to a
// few units in the last place for x ≥ 0. For x < 0 it grows as 2 exp(x²), with
// the relative error x²ε of that, and is +Inf below −26.6.
//
// For x ≥ 0 it evaluates the polynomial in t = (x−4)/(x+4) of the smooth
// function (1+2x) erfcx(x), the mapping of Shepherd and Laframboise (Math.
// Comp. 36 (1981) 249).
func Erfcx(x float64) float64 {
	if x < 0 {
		return 2*math.Exp(x*x) - Erfcx(-x)
	}
	if x > 1e8 { // the next term of the asymptotic series is below 1e-16
		return 1 / (math.SqrtPi * x)
	}
	t := (x - 4) / (x + 4)
	// Even and odd parts run side by side: half the latency of one Horner chain.
	t2 := t * t
	even, odd := erfcxPoly[len(erfcxPoly)-1], 0.0
	for k := len(erfcxPoly) - 3; k >= 0; k -= 2 {
		even = even*t2 + erfcxPoly[k]
		odd = odd*t2 + erfcxPoly[k+1]
	}
	return (even + t*odd) / (1 + 2*x)
}

// erfcxPoly holds the coefficients, lowest first, of (1+2x) erfcx(x) in
// t = (x−4)/(x+4): its Chebyshev series, cut where the terms fall below 2e-18,
// in powers of t. The absolute values of the coefficients add up to 1.8, so the
// sum is as well conditioned as the Chebyshev form.
var erfcxPoly = [27]float64{
	1.2329951186255526, -0.1396211168405625, 0.015379652102620026,
	0.0680970542546904, -0.10103906603632413, 0.09373283499843826,
	-0.06633036581166812, 0.03716751553592911, -0.016197734065728945,
	0.005031969992669933, -0.0007577732210512849, -0.0001992567757633648,
	0.00015062131406268513, -2.4398944545280832e-05, -1.1220772697788498e-05,
	5.709206053072183e-06, 2.9094470866632674e-07, -8.249198427508354e-07,
	7.888177117406594e-08, 1.1009737295274889e-07, -2.1868462576141457e-08,
	-1.4709550868669278e-08, 3.950879254166685e-09, 1.7903326159489847e-09,
	-5.377133821031794e-10, -1.374652989001164e-10, 4.180821739675544e-11,
}
