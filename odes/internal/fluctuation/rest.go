package fluctuation

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// AtRest returns Var R of the stationary Γ under constant coefficients, that of the
// Lyapunov equation AΓ + ΓAᵀ + N = 0 with the P and r that do not move either. Γ follows
// from its row sums, which solve a linear system with as many unknowns as there are nodes.
// Nodes must be positive.
func (e *Equation) AtRest(c *Coefficients) (float64, error) {
	k, terms := len(e.Nodes), len(e.Weight)
	modes, beta, own := make([]float64, k), make([]float64, k), make([]float64, k)
	for p, z := range e.Nodes {
		for n := range terms {
			modes[p] += c.Ratio[n] * e.Weight[n][p] / (2 * z)
			beta[p] += c.InputSlope[n] / c.Decay * e.Weight[n][p]
		}
		beta[p] -= 2 * c.Slope * z * modes[p]
		if e.Own >= 0 {
			own[p] = e.Weight[e.Own][p]
		}
	}
	x, y, w := c.Extra[0], c.Extra[1], c.Extra[2]
	system, right := mat.NewDense(k, k, nil), mat.NewVecDense(k, nil)
	for p, zp := range e.Nodes {
		for q, zq := range e.Nodes {
			mu := zp + zq
			noise := 0.0
			for n := range terms {
				for o := range terms {
					noise += 4 * c.Ratio[n] * c.Ratio[o] * e.Second[n][o][p*k+q] / mu
				}
			}
			up, uq := zp*modes[p], zq*modes[q]
			noise += x*up*uq + y*(up*own[q]+uq*own[p]) + w*own[p]*own[q]
			right.SetVec(p, right.AtVec(p)+noise/(2*mu))
			system.Set(p, p, system.At(p, p)-beta[q]/(2*mu))
			system.Set(p, q, system.At(p, q)-beta[p]/(2*mu))
		}
		system.Set(p, p, system.At(p, p)+1)
	}
	var sums mat.VecDense
	if err := sums.SolveVec(system, right); err != nil {
		if _, poor := err.(mat.Condition); !poor {
			return 0, fmt.Errorf("the Lyapunov equation is singular: %w", err)
		}
	}
	return floats.Sum(sums.RawVector().Data), nil
}
