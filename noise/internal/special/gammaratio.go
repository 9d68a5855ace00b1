package special

import "math"

// HalfGammaRatio returns Γ(a+½)/Γ(a) for a > 0. It is accurate to a few units in the last
// place, however large a is.
//
// It moves a upwards by the recurrence and sums Stirling's series of the ratio, which has
// only even powers of 1/(a−¼).
func HalfGammaRatio(a float64) float64 {
	below, above := 1.0, 1.0
	for ; a < 10; a++ {
		below *= a
		above *= a + 0.5
	}
	z := a - 0.25
	t := 1 / (z * z)
	series := t * (1./64 - t*(5./2048-t*(0.0012410481770833333-t*(0.0013208389282226562-t*(0.0024090290069580078-t*0.006712389489014915)))))
	return below / above * math.Sqrt(z) * math.Exp(series)
}

// GammaStar returns Γ(a)/(√(2π) a^(a−½) e^−a) for a > 0. By Stirling's formula it tends to
// 1 as a → ∞.
func GammaStar(a float64) float64 {
	if a < 12 {
		return math.Gamma(a) * math.Exp(a) * math.Pow(a, 0.5-a) / math.Sqrt(2*math.Pi)
	}
	t := 1 / (a * a)
	return math.Exp((1./12 - t*(1./360-t*(1./1260-t*(1./1680-t*(1./1188-t*691./360360))))) / a)
}
