package special

import "math"

// ExpMoments returns the integrals ∫_0^∞ s^n exp(−s²−2as) ds for n = 0, 1, 2 and a ≥ 0,
// each to a few units in the last place. i0 is (√π/2) erfcx(a) and holds for every a. i1
// and i2 need a ≥ 0.
//
// i2 comes from a polynomial in the variable of Erfcx. i1 follows from one of the
// recurrences i1 = ½ − a i0 and i2 = ½ i0 − a i1, the one that does not cancel.
func ExpMoments(a float64) (i0, i1, i2 float64) {
	i0 = math.SqrtPi / 2 * Erfcx(a)
	if a < 1 {
		i1 = 0.5 - a*i0
	}
	if a > 1e8 {
		i2 = 1 / (4 * a * a * a)
	} else {
		u := 1 / (1 + 2*a)
		i2 = mapped(&secondPoly, (a-4)/(a+4)) * u * u * u
	}
	if a >= 1 {
		i1 = (i0/2 - i2) / a
	}
	return i0, i1, i2
}

// secondPoly holds the coefficients, lowest first, of (1+2a)³ ∫ s² exp(−s²−2as) ds in
// powers of t = (a−4)/(a+4). They were found like those of erfcxPoly.
var secondPoly = [mappedTerms]float64{
	2.411556768455706, -0.172086285182243, -0.880358221572419, 1.2319900012518874,
	-0.8297579054837415, 0.13013470435364843, 0.3566883724580103, -0.4370056127000495,
	0.25042366238315894, -0.03844176086146124, -0.0635839417410055, 0.06303495342100231,
	-0.027029095820632894, 0.0022590691308728103, 0.0037953143034627503, -0.0017396474883539191,
	-0.00014435573182517274, 0.0003452878442237257, -4.695193233697093e-05, -5.4653375375500404e-05,
	1.6007392826660887e-05, 8.323545577964746e-06, -3.40088587615238e-06, -1.267429214586085e-06,
	5.239715398146967e-07, 1.6977590681354892e-07, -4.443367778848039e-08, -1.3649611176682824e-08,
}
