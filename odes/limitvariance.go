package odes

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/fluctuation"
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
func (s *System) LimitVariance(ctx context.Context, settings VarianceSettings) (Rest, error) {
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
	settings.Spread = nil
	m, err := s.newSpread(settings)
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
	eq, err := m.condense(ctx, 40/slowest, settings.Progress)
	if err != nil {
		return Rest{}, err
	}
	c := fluctuation.NewCoefficients(len(eq.Weight))
	at := position{risk: lin.Risk, preconditioned: m.sys.preconditioned()}
	if err := m.coefficients(&c, math.Inf(1), &at); err != nil {
		return Rest{}, err
	}
	variance, err := eq.AtRest(&c)
	if err != nil {
		return Rest{}, fmt.Errorf("odes: LimitVariance: %w", err)
	}
	if !(variance >= 0) || lin.Slowest() <= 0 {
		return Rest{}, fmt.Errorf("%w: the limit risk %v is unstable", ErrNoStationary, lin.Risk)
	}
	return Rest{lin.Risk, variance}, nil
}
