package special

import "math"

// Tricomi returns the means of exp(−xs²) and of xs² exp(−xs²), s = t/√ν, over the standard
// Student t law of t with ν degrees of freedom. It needs
// 1e-300 ≤ ν ≤ 1e22 and 1e-307 ≤ x ≤ 1e41:
//
//	mean   = Γ((ν+1)/2)/Γ(ν/2) U(½, 1−ν/2, x)
//	       = C ∫ exp(−xs²) (1+s²)^(−(ν+1)/2) ds,  C = Γ((ν+1)/2)/(√π Γ(ν/2))
//	second = C ∫ xs² exp(−xs²) (1+s²)^(−(ν+1)/2) ds,
//
// where U is Tricomi's confluent hypergeometric function. Every term of both sums is
// positive, so both have a relative error of about 2e-15 for every ν and x. Far in the
// tails, where the sums are long, the first terms of the series in x serve as well.
//
// Where the integrand is wide, Tricomi substitutes s = sinh u. The integrand then decays
// doubly exponentially, and the error of the trapezoidal rule with step 1/8 or 1/16 is
// about exp(−4π²) (Takahasi and Mori, Publ. RIMS 9 (1974) 721). Where the integrand is
// narrow, it is nearly a Gaussian of precision 2x+ν, and the trapezoidal rule in s itself
// has that accuracy.
func Tricomi(nu, x float64) (mean, second float64) {
	if x < nearZero && nu >= 0.1 && math.Abs(nu-2) >= 0.1 {
		return tricomiNearZero(nu, x)
	}
	return tricomiSum(nu, x)
}

// nearZero is the x below which tricomiNearZero leaves out nothing that float64 holds.
const nearZero = 1e-19

// tricomiNearZero is Tricomi for x < nearZero, by the first terms of both series of U,
//
//	second = x/(ν−2) + a x^a Γ(1−a) Γ(a+½)/(√π Γ(1+a)),  a = ν/2,
//
// and mean = 1 − x/(ν−2) − x^a Γ(1−a) Γ(a+½)/(√π Γ(1+a)). The two terms cancel near ν = 2.
// There, and for ν near 0, where mean is small, digits would be lost.
func tricomiNearZero(nu, x float64) (mean, second float64) {
	a, variance := nu/2, x/(nu-2)
	if a > 1.95 { // x^a is below 1e-18 x
		return 1, variance
	}
	mantissa, exponent := math.Frexp(x)
	e := a * float64(exponent)
	rest := math.FMA(a, float64(exponent), -e) // what rounding takes off e would be lost to x^a
	power := math.Exp2(e) * math.Exp(rest*math.Ln2) * math.Pow(mantissa, a)
	tail := power * math.Gamma(1-a) * math.Gamma(0.5+a) / (math.SqrtPi * math.Gamma(1+a))
	return 1 - tail - variance, a*tail + variance
}

// tricomiSum is Tricomi by its sums.
func tricomiSum(nu, x float64) (mean, second float64) {
	// The error of a rule is the Fourier transform of its integrand at 2π/h over
	// that at 0: with a = x+ν/2, about exp(x/2−π²/(2h))/K₀(x/2) of the wide one
	// and a little more than exp(−π²/(ah²)) of the narrow one.
	switch a := x + nu/2; {
	case a > 40:
		mean, second = tricomiNarrow(nu, x, 1/math.Sqrt(4.4*a+55))
	case a > 4:
		mean, second = tricomiWide(nu, x, 1)
	default:
		mean, second = tricomiWide(nu, x, 2)
	}
	c := HalfGammaRatio(nu/2) / math.SqrtPi
	return c * mean, c * second
}

// TricomiNearOne is Tricomi for an x so near 0 that only log x is a float64. For ν < 2 the
// tail of the law gives
//
//	mean = 1 − x^a Γ(1−a) Γ(a+½)/(√π Γ(1+a)),  a = ν/2,
//
// up to a term of the order of x. For ν ≥ 2 it returns the limits 1 and 0.
func TricomiNearOne(nu, logX float64) (mean, second float64) {
	if nu >= 2 {
		return 1, 0
	}
	a := nu / 2
	const slope = -0.809078696218358 // of the logarithm of the gammas at a = 0, γ − 2 log 2
	gammas := slope * a
	if a > 1e-8 {
		below, _ := math.Lgamma(1 - a)
		above, _ := math.Lgamma(1 + a)
		half, _ := math.Lgamma(0.5 + a)
		gammas = below - above + half - math.Log(math.SqrtPi)
	}
	exponent := a*logX + gammas
	return -math.Expm1(exponent), a * math.Exp(exponent)
}

// negligible is the exponent beyond which a term is dropped, since exp(−42) = 6e-19.
const negligible = 42

// tricomiNarrow is the trapezoidal rule in s with step h.
func tricomiNarrow(nu, x, h float64) (mean, second float64) {
	half := (nu + 1) / 2
	for k := 1.0; ; k++ {
		s2 := k * h * k * h
		xs2 := x * s2
		e := xs2 + half*math.Log1p(s2)
		if e > negligible+4 {
			break
		}
		term := math.Exp(-e)
		mean += term
		second += xs2 * term
	}
	return h * (1 + 2*mean), h * 2 * second
}

const (
	wideStep  = 1. / 16
	wideNodes = 321 // up to u = 20, from where cosh u = sinh u = e^u/2
)

// wideGrid holds sinh² u and log cosh u at the nodes u = k/16.
var wideGrid = func() (g [wideNodes]struct{ sinh2, logCosh float64 }) {
	for k := range g {
		u := float64(k) * wideStep
		s := math.Sinh(u)
		g[k].sinh2 = s * s
		g[k].logCosh = u + math.Log1p(math.Exp(-2*u)) - math.Ln2
	}
	return g
}()

// tricomiWide is the trapezoidal rule in u on every stride-th node of wideGrid. The second
// sum may have its weight much further out than the first. So the second one decides where
// to stop, beyond its own largest term.
func tricomiWide(nu, x float64, stride int) (mean, second float64) {
	step := wideStep * float64(stride)
	for k := stride; k < wideNodes; k += stride {
		g := &wideGrid[k]
		xs2 := x * g.sinh2
		e := xs2 + nu*g.logCosh
		term := math.Exp(-e)
		mean += term
		second += xs2 * term
		if e > negligible && (xs2 > negligible || xs2*term < 1e-18*second) {
			return 2 * step * (mean + 0.5), 2 * step * second
		}
	}
	xs2, growth := x*wideGrid[wideNodes-1].sinh2, math.Exp(2*step)
	for u := (wideNodes-1)*wideStep + step; xs2 < negligible; u += step {
		xs2 *= growth
		term := math.Exp(-xs2 - nu*(u-math.Ln2))
		mean += term
		second += xs2 * term
		if xs2*term < 1e-18*second && nu > 2.5 {
			break
		}
	}
	return 2 * step * (mean + 0.5), 2 * step * second
}
