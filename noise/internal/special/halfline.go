package special

import "math"

// halfLineNode is a node of the double-exponential rule
//
//	∫_0^∞ f(v) dv ≈ Σ weight·scale·f(scale·v)
//
// for an f that decays exponentially or faster beyond scale and has no more than an
// algebraic singularity at 0. The nodes are v = exp(t−e^−t) with t in steps of h (Takahasi
// and Mori, Publ. RIMS 9 (1974) 721).
type halfLineNode struct{ v, weight float64 }

// halfLine is such a rule with the step h, for integrands that vary over some powers of e
// about scale. The wide one serves those that vary over up to a hundred powers of e, as
// exp(−v^α) does for a small α. The usual one holds the nodes of the wide one from v = e^-45
// to v = 1e8.
type halfLine struct{ usual, wide []halfLineNode }

// newHalfLine returns the rule with step h.
func newHalfLine(h float64) (l halfLine) {
	first, end := 0, 0
	for k := math.Floor(-5.25 / h); ; k++ {
		t := k * h
		lag := math.Exp(-t)
		v := math.Exp(t - lag)
		if v > 1e60 {
			l.usual = l.wide[first:end]
			return l
		}
		l.wide = append(l.wide, halfLineNode{v, h * (1 + lag) * v})
		if k < math.Floor(-3.72/h) {
			first = len(l.wide)
		}
		if v < 1e8 {
			end = len(l.wide)
		}
	}
}

// coarseHalfLine serves integrands that stay bounded for |arg v| < π/4, and fineHalfLine
// those that do for |arg v| < π/8.
var (
	coarseHalfLine = newHalfLine(1. / 8)
	fineHalfLine   = newHalfLine(1. / 16)
)

// unitNodes is the double-exponential rule for ∫_0^1 f(p) dp, for an f with no more than an
// algebraic singularity at 0. The nodes are p = 1/(1+exp(−π sinh t)), which are accurate
// near 0.
var unitNodes = func() (nodes []halfLineNode) {
	const h = 1. / 32
	for k := -112; k <= 96; k++ {
		t := float64(k) * h
		e := math.Exp(-math.Pi * math.Sinh(t))
		p := 1 / (1 + e)
		nodes = append(nodes, halfLineNode{p, h * math.Pi * math.Cosh(t) * p * p * e})
	}
	return nodes
}()
