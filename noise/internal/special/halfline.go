package special

import "math"

// halfLineNode is a node of the double-exponential rule for ∫_0^∞ f(v) dv,
// Σ weight·scale·f(scale·v), of f that decays exponentially or faster beyond
// scale and has at worst an algebraic singularity at 0: v = exp(t−e^−t), t in
// steps of h (Takahasi and Mori, Publ. RIMS 9 (1974) 721).
type halfLineNode struct{ v, weight float64 }

// newHalfLine returns the nodes with step h from where v is negligible, e^-45,
// up to v = top.
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

// coarseHalfLine serves integrands that stay tame for |arg v| < π/4, fineHalfLine
// for |arg v| < π/8. What e.g. exp(−v^α) with small α asks beyond the last node is
// added by its user.
var (
	coarseHalfLine = newHalfLine(1./8, 1e3)
	fineHalfLine   = newHalfLine(1./16, 1e3)
)
