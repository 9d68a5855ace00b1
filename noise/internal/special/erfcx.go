// Package special holds the special functions behind the closed forms of the noise
// compression. Neither the standard library nor gonum has them.
package special

import "math"

// Erfcx returns the scaled complementary error function exp(x²) erfc(x). For x ≥ 0 it is
// accurate to a few units in the last place. For x < 0 it grows as 2 exp(x²), with a
// relative error of about x² times 1e-16, and it is +Inf below −26.6.
//
// For x ≥ 0 it evaluates a polynomial in t = (x−4)/(x+4) that approximates the smooth
// function (1+2x) erfcx(x). The mapping is that of Shepherd and Laframboise (Math. Comp. 36
// (1981) 249).
func Erfcx(x float64) float64 {
	if x < 0 {
		return 2*math.Exp(x*x) - Erfcx(-x)
	}
	if x > 1e8 { // the next term of the asymptotic series is below 1e-16
		return 1 / (math.SqrtPi * x)
	}
	return mapped(&erfcxPoly, (x-4)/(x+4)) / (1 + 2*x)
}

// mappedTerms is the length of a polynomial in t = (x−4)/(x+4).
const mappedTerms = 28

// mapped returns the value of the polynomial at t. Four interleaved Horner chains have a
// third of the latency of one.
func mapped(p *[mappedTerms]float64, t float64) float64 {
	t2 := t * t
	t4 := t2 * t2
	a, b, c, d := p[24], p[25], p[26], p[27]
	for k := 20; k >= 0; k -= 4 {
		a = a*t4 + p[k]
		b = b*t4 + p[k+1]
		c = c*t4 + p[k+2]
		d = d*t4 + p[k+3]
	}
	return (a + t*b) + t2*(c+t*d)
}

// erfcxPoly holds the coefficients, lowest first, of (1+2x) erfcx(x) in powers of
// t = (x−4)/(x+4). They come from its Chebyshev series, cut where the terms fall below
// 2e-18. The absolute values of the coefficients add up to 1.8, so the sum is as well
// conditioned as the Chebyshev form.
var erfcxPoly = [mappedTerms]float64{
	1.2329951186255526, -0.1396211168405625, 0.015379652102620026, 0.0680970542546915,
	-0.10103906603632413, 0.09373283499839856, -0.06633036581166812, 0.03716751553659459,
	-0.016197734065728945, 0.005031969986384833, -0.0007577732210512849, -0.00019925673873841222,
	0.00015062131406268513, -2.4399088847660157e-05, -1.1220772697788498e-05, 5.70959085941704e-06,
	2.9094470866632674e-07, -8.256328662721886e-07, 7.888177117406594e-08, 1.110147131556594e-07,
	-2.1868462576141457e-08, -1.5513315617886106e-08, 3.950879254166685e-09, 2.2478113664913687e-09,
	-5.377133821031794e-10, -2.899582157475778e-10, 4.180821739675544e-11, 2.2591543236660944e-11,
}
