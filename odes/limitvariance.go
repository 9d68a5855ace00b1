package odes

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Rest is the law of the risk of a run that has come to rest: normal to leading order.
type Rest struct {
	Risk     float64 // R∞
	Variance float64 // of order 1/d
}

// Band returns the ends of the interval around the limit risk in which the risk of a run at
// rest lies with the probability level, 0 < level < 1.
func (r Rest) Band(level float64) (lo, hi float64, err error) {
	z, err := twoSided("Rest.Band: level", level)
	if err != nil {
		return 0, 0, err
	}
	sd := math.Sqrt(r.Variance)
	return max(r.Risk-z*sd, 0), r.Risk + z*sd, nil
}

// LimitVariance returns the limit risk with the variance of the risk about it in dimension
// d, under a rate that no longer depends on time. It is that of the stationary Γ, which
// solves the Lyapunov equation
//
//	AΓ + ΓAᵀ + N = 0
//
// with A and N of Variance at R∞ and P_ij = (η²/d) Σ_n g_n M^{(n)}_ij/(ηh (λ_i+λ_j)). A is
// diagonal plus a matrix of rank one, so that Γ follows from its row sums, which solve a
// linear system with as many unknowns as there are nodes. The cost and the error are those
// of Variance. Where the risk does not come to rest at a positive value, or the point is
// unstable, the error is ErrNoStationary.
func (s *System) LimitVariance(ctx context.Context, options VarianceOptions) (Rest, error) {
	if err := s.Validate(); err != nil {
		return Rest{}, err
	}
	if err := s.errCoupled("LimitVariance"); err != nil {
		return Rest{}, err
	}
	lin, err := s.Linearize(ctx)
	if err != nil {
		return Rest{}, err
	}
	options.Spread = nil
	m, err := s.newSpread(options)
	if err != nil {
		return Rest{}, err
	}
	slowest := math.Inf(1)
	for _, l := range s.Modes.Lambda {
		if l > 0 {
			slowest = min(slowest, l)
		}
	}
	// 1/(λ_i+λ_j) is the integral of e^{−(λ_i+λ_j)s}, of which this much suffices.
	if err := m.condense(ctx, 40/slowest, options.Progress); err != nil {
		return Rest{}, err
	}
	variance, err := m.atRest(lin.Risk)
	if err != nil {
		return Rest{}, err
	}
	if !(variance >= 0) || lin.Slowest() <= 0 {
		return Rest{}, fmt.Errorf("%w: the limit risk %v is unstable", ErrNoStationary, lin.Risk)
	}
	return Rest{lin.Risk, variance}, nil
}

// atRest solves the Lyapunov equation at the nodes.
func (m *spread) atRest(risk float64) (float64, error) {
	// A step of no length at time +∞ has the coefficients, over a, that the equation needs.
	k, terms, d := len(m.nodes), len(m.weight), float64(m.sys.Modes.Dim)
	c := newCoefficients(terms)
	at := position{risk: risk, preconditioned: m.sys.preconditioned()}
	eta, _, err := m.sys.rate(math.Inf(1), &at)
	if err != nil {
		return 0, err
	}
	if err := m.sys.evaluate(&c, math.Inf(1), &at); err != nil {
		return 0, err
	}
	x, y, w, err := m.extra(risk)
	if err != nil {
		return 0, err
	}
	square := eta * eta / c.decay
	x, y, w = 4*square*x/d, -2*square*eta*y/(d*d), square*eta*eta*w/(4*d*d*d)

	modes, beta, own := make([]float64, k), make([]float64, k), make([]float64, k)
	for p, z := range m.nodes {
		for n := range terms {
			modes[p] += c.ratio[n] * m.weight[n][p] / (2 * z)
			beta[p] += c.inputSlope[n] / c.decay * m.weight[n][p]
		}
		beta[p] -= 2 * c.decaySlope / c.decay * z * modes[p]
		if m.own >= 0 {
			own[p] = m.weight[m.own][p]
		}
	}
	system, right := mat.NewDense(k, k, nil), mat.NewVecDense(k, nil)
	for p, zp := range m.nodes {
		for q, zq := range m.nodes {
			mu := zp + zq
			noise := 0.0
			for n := range terms {
				for o := range terms {
					noise += 4 * c.ratio[n] * c.ratio[o] * m.second[n][o][p*k+q] / mu
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
			return 0, fmt.Errorf("odes: LimitVariance: the Lyapunov equation is singular: %w", err)
		}
	}
	return floats.Sum(sums.RawVector().Data), nil
}
