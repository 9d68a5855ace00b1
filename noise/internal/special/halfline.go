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

// newHalfLine returns the nodes with step h, from v = e^-45, which is negligible, up to
// v = top.
func newHalfLine(h, top float64) (nodes []halfLineNode) {
	for k := math.Floor(-3.72 / h); ; k++ {
		t := k * h
		lag := math.Exp(-t)
		v := math.Exp(t - lag)
		if v > top {
			return nodes
		}
		nodes = append(nodes, halfLineNode{v, h * (1 + lag) * v})
	}
}

// coarseHalfLine serves integrands that stay bounded for |arg v| < π/4, and fineHalfLine
// those that do for |arg v| < π/8. The last node is far enough for exp(−v^α) with any α > 0
// and the scale (1/α)^(1/α).
var (
	coarseHalfLine = newHalfLine(1./8, 1e8)
	fineHalfLine   = newHalfLine(1./16, 1e8)
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
