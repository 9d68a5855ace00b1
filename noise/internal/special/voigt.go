package special

import "math"

// Voigt returns the real part of the Faddeeva function w(z) = exp(−z²) erfc(−iz) at
// z = x + iy, y > 0, which is Voigt's function, and the same integral with t² in it:
//
//	k      = Re w(z)  = (1/π) ∫ exp(−t²) y/((x−t)²+y²) dt
//	second = (1/π) ∫ t² exp(−t²) y/((x−t)²+y²) dt
//
// Both are means over a Cauchy law, so both are positive, and each is computed from
// positive terms. The error relative to the value itself, and not to |w|, is about 1e-15
// where exp(−x²) does not matter, and (1+x²) 1e-16 where it does.
//
// For |z| < 7 it uses the trapezoidal rule and adds the residue of the pole at z (Matta and
// Reichel, Math. Comp. 25 (1971) 339, with the nodes of Al Azah and Chandler-Wilde,
// arXiv:2010.05659). Up to |z| = 1e9 it uses Laplace's continued fraction, and beyond
// its first term.
func Voigt(x, y float64) (k, second float64) {
	x = math.Abs(x)
	switch r := math.Hypot(x, y); {
	case r < 7:
		return voigtTrapezoid(x, y)
	case r < 1e9:
		return voigtFraction(x, y)
	default: // the next terms are smaller by 1/r²
		k = y / r / r / math.SqrtPi
		if math.IsInf(r, 1) {
			k = 0
		}
		return k, k / 2
	}
}

// The step h of the trapezoidal rule makes its error about exp(−π²/h²) = 2e-18. The nodes
// reach exp(−t²) = 1e-30, which is negligible even compared with the smallest k, which is
// y/(√π x²) at |z| = 7.
const (
	voigtNodes = 17
	voigtStep  = 0.49160305767349553
)

// voigtRule is the trapezoidal rule over t ≥ 0 with the nodes (k+offset)·h. Its user adds
// the mirror nodes −t.
type voigtRule struct {
	offset  float64
	node    [voigtNodes]float64
	weight  [voigtNodes]float64 // (h/π) exp(−t²), halved at t = 0
	weight2 [voigtNodes]float64 // (h/π) t² exp(−t²)
}

// onGrid and midGrid are the rules with the offsets 0 and ½.
var onGrid, midGrid = newVoigtRule(0), newVoigtRule(0.5)

// newVoigtRule returns the rule with the given offset.
func newVoigtRule(offset float64) *voigtRule {
	r := &voigtRule{offset: offset}
	for k := range r.node {
		t := (float64(k) + offset) * voigtStep
		r.node[k] = t
		r.weight[k] = voigtStep / math.Pi * math.Exp(-t*t)
		r.weight2[k] = r.weight[k] * t * t
	}
	if offset == 0 {
		r.weight[0] /= 2
	}
	return r
}

// voigtTrapezoid is Voigt for |z| < 7.
func voigtTrapezoid(x, y float64) (k, second float64) {
	// Take the grid whose nodes are further from the pole.
	rule, sign := midGrid, 1.0
	if f := x/voigtStep - math.Floor(x/voigtStep); f >= 0.25 && f <= 0.75 {
		rule, sign = onGrid, -1
	}
	y2 := y * y
	for i, t := range &rule.node {
		below := (x-t)*(x-t) + y2
		above := (x+t)*(x+t) + y2
		lorentz := (below + above) / (below * above)
		k += rule.weight[i] * lorentz
		second += rule.weight2[i] * lorentz
	}
	k *= y
	second *= y

	// The pole adds 2 exp(−z²)/(1 ± exp(−2πiz/h)), negligible far from the axis.
	const cut = 2 * math.Pi / voigtStep
	if y >= math.Pi/voigtStep {
		return k, second
	}
	amp := 2 * math.Exp((y-x)*(y+x))
	sin, cos := math.Sincos(2 * x * y)
	re, im := amp*cos, -amp*sin // 2 exp(−z²)
	grow := sign * math.Exp(cut*y)
	sin, cos = math.Sincos(cut * x)
	dre, dim := 1+grow*cos, -grow*sin
	norm := dre*dre + dim*dim
	re, im = (re*dre+im*dim)/norm, (im*dre-re*dim)/norm
	return k + re, second + re*(x-y)*(x+y) - 2*im*x*y
}

// voigtFraction is Voigt for |z| ≥ 7. It evaluates the real and the imaginary part of
// w(z) = (i/√π) / (z − ½/(z − 1/(z − (3/2)/(z − …)))). Every imaginary part is a sum of
// positive terms, so the real part of w keeps its relative accuracy however small y/x is.
func voigtFraction(x, y float64) (k, second float64) {
	re, im := x, y // f = z − 1/(z − …), from the inside out
	for n := 6 + int(800/(x*x+y*y)); n >= 2; n-- {
		s := float64(n) / 2 / (re*re + im*im)
		re, im = x-s*re, y+s*im
	}
	norm := re*re + im*im
	ure, uim := re/norm, -im/norm // u = 1/f
	re, im = x-ure/2, y-uim/2     // z − u/2
	norm = re*re + im*im
	vre, vim := re/norm, -im/norm // v = 1/(z − u/2) = −i√π w

	// With w' = −2zw + 2i/√π the integral with t² is −½ Re(z w'), in which
	// the leading terms cancel by hand: −½ z w' = (i/(2√π)) (u + ½u²v).
	k = -vim / math.SqrtPi
	u2re, u2im := (ure-uim)*(ure+uim), 2*ure*uim
	second = -(uim + (u2re*vim+u2im*vre)/2) / (2 * math.SqrtPi)
	if y < 1e-3 && x < 27 { // the fraction lacks the atom that t = x becomes as y → 0
		atom := math.Exp(-x * x)
		k += atom
		second += x * x * atom
	}
	return k, second
}
