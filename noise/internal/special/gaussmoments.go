package special

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// GaussMoments returns the means of exp(−t²) and of t² exp(−t²) over a ≤ t ≤ b, a < b. The
// first is the difference of error functions
//
//	(√π/2) [erf(b) − erf(a)]/(b−a).
//
// Each is accurate to a few units in the last place times 1 + min(a², b²), which is what
// the rounding of a and b themselves costs.
func GaussMoments(a, b float64) (mean, second float64) {
	if b <= 0 || (a < 0 && -a > b) {
		a, b = -b, -a
	}
	w := b - a
	switch {
	case a > 28: // exp(−a²) is no float64
		return 0, 0
	case b < 1:
		return powerMoments(a, b)
	case a == -b:
		m, s := fromZero(b)
		return m / b, s / b
	case a < 0: // 0 lies inside: both halves are sums of positive terms
		m1, s1 := fromZero(-a)
		m2, s2 := fromZero(b)
		return (m1 + m2) / w, (s1 + s2) / w
	case w*(b+a) < 1: // the exponential is nearly constant
		return smoothMoments(a, b)
	}
	// The upper tail is at most 1/e of the lower one. A bound at infinity has
	// none.
	m, s := upperTail(a)
	if mb, sb := upperTail(b); mb > 0 {
		m, s = m-mb, s-sb
	}
	return m / w, s / w
}

// powerMoments is GaussMoments for |a| ≤ b < 1. It sums the power series, with a recurrence
// for the divided differences D_n = (bⁿ−aⁿ)/(b−a).
func powerMoments(a, b float64) (mean, second float64) {
	a2, b2, step := a*a, b*b, a*(a+b)
	diff, next := 1.0, b2+step // D_(2k+1), D_(2k+3)
	reach := 1.0               // b^(2k)
	for k := range powerSeries {
		c := &powerSeries[k]
		mean += c.mean * diff
		second += c.second * next
		reach *= b2
		if reach*c.size < 1e-18 {
			break
		}
		step *= a2
		diff, next = next, b2*next+step
	}
	return mean, second
}

// powerSeries holds (−1)^k/(k!(2k+1)), (−1)^k/(k!(2k+3)) and 1/k! for each k.
var powerSeries = func() (c [19]struct{ mean, second, size float64 }) {
	sign, factorial := 1.0, 1.0
	for k := range c {
		if k > 0 {
			sign, factorial = -sign, factorial*float64(k)
		}
		c[k].mean = sign / factorial / float64(2*k+1)
		c[k].second = sign / factorial / float64(2*k+3)
		c[k].size = 1 / factorial
	}
	return c
}()

// fromZero returns ∫_0^x exp(−t²) dt and ∫_0^x t² exp(−t²) dt for x ≥ 0.
func fromZero(x float64) (mean, second float64) {
	if x < 1 {
		m, s := powerMoments(0, x)
		return m * x, s * x
	}
	m, s := upperTail(x)
	return math.SqrtPi/2 - m, math.SqrtPi/4 - s
}

// upperTail returns ∫_x^∞ exp(−t²) dt and ∫_x^∞ t² exp(−t²) dt for x ≥ 0.
func upperTail(x float64) (mean, second float64) {
	if x > 27.3 {
		return 0, 0
	}
	e := math.Exp(-x * x)
	m := e * math.SqrtPi / 2 * Erfcx(x)
	return m, (m + x*e) / 2
}

// smoothMoments is GaussMoments for 0 ≤ a < b with b² − a² ≤ 1. There Gauss's rule is
// exact to rounding.
func smoothMoments(a, b float64) (mean, second float64) {
	h := (b - a) / 2
	for i, x := range gaussNodes {
		t := a + h*(1+x)
		e := gaussWeights[i] * math.Exp(-(t-a)*(t+a))
		mean += e
		second += e * t * t
	}
	scale := math.Exp(-a*a) / 2
	return mean * scale, second * scale
}

// gaussNodes and gaussWeights are the ten-point Gauss–Legendre rule on [−1, 1].
var gaussNodes, gaussWeights = func() (x, w [10]float64) {
	quad.Legendre{}.FixedLocations(x[:], w[:], -1, 1)
	return x, w
}()
