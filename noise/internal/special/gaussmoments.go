package special

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// GaussMoments returns the means of exp(−t²) and of t² exp(−t²) over a ≤ t ≤ b,
// a < b: the differences of error functions
//
//	(√π/2) [erf(b) − erf(a)]/(b−a),
//
// and its like, each to a few units in the last place times 1 + min(a², b²),
// which is what the rounding of a and b themselves costs.
func GaussMoments(a, b float64) (mean, second float64) {
	if b <= 0 {
		a, b = -b, -a
	}
	if a < 0 { // 0 lies inside: both halves are sums of positive terms
		m1, s1 := fromZero(-a)
		m2, s2 := fromZero(b)
		w := b - a
		return (m1 + m2) / w, (s1 + s2) / w
	}
	if (b-a)*(b+a) < 1 { // the exponential is nearly constant
		return smoothMoments(a, b)
	}
	// The upper tail is at most 1/e of the lower one. A bound at infinity has
	// none.
	w := b - a
	m, s := upperTail(a)
	if mb, sb := upperTail(b); mb > 0 {
		m, s = m-mb, s-sb
	}
	return m / w, s / w
}

// fromZero returns ∫_0^x exp(−t²) dt and ∫_0^x t² exp(−t²) dt, x ≥ 0.
func fromZero(x float64) (mean, second float64) {
	if x < 1 {
		m, s := smoothMoments(0, x)
		return m * x, s * x
	}
	m := math.SqrtPi / 2 * math.Erf(x)
	return m, (m - xGauss(x)) / 2
}

// upperTail returns ∫_x^∞ exp(−t²) dt and ∫_x^∞ t² exp(−t²) dt, x ≥ 0.
func upperTail(x float64) (mean, second float64) {
	m := math.SqrtPi / 2 * math.Erfc(x)
	return m, (m + xGauss(x)) / 2
}

// xGauss returns x exp(−x²), 0 at infinity.
func xGauss(x float64) float64 {
	if x > 30 {
		return 0
	}
	return x * math.Exp(-x*x)
}

// smoothMoments is GaussMoments for 0 ≤ a < b with b² − a² ≤ 1, where Gauss's
// rule is exact to rounding.
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

// The ten-point Gauss–Legendre rule on [−1, 1].
var gaussNodes, gaussWeights = func() (x, w [10]float64) {
	quad.Legendre{}.FixedLocations(x[:], w[:], -1, 1)
	return x, w
}()
