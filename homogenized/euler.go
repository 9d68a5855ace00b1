package homogenized

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
)

// EulerMaruyama is the explicit Euler scheme, the one of the paper,
//
//	Θ ← Θ − η h(R) A ν Δ + η √(Σ_n g_n(R) Q_n Δ/d) ξ,  ξ ~ N(0, I),
//
// with the coefficients at the start of the step. It integrates every Limit, Centred
// ones included. Its strong order is 1/2, and 1 where the g_n are constant and the
// schedule does not depend on the path, for then the noise is additive; its weak order
// is 1. It needs η h(R) λ_max Δ < 2 to be stable, and less where the noise grows with the
// risk, as that of SGD does: SDE.LargestStep has the condition.
//
// For a dense K the step is made in the modes, where it is the same step for a fraction
// of the work: the drift costs d multiplications, and the noise half a matrix–vector
// product, in blocks of many. Other structures keep theirs in products with K and in
// samples.
type EulerMaruyama struct {
	// Step is the largest step in t. The default, 0, stands for the largest up to 0.01 at
	// which every mode and the risk come to rest at most about 5% too high; see
	// SDE.LargestStep. A step that is not stable in mean square is a *StepError. For a
	// coupled limit, whose stability is not known, 0 stands for 0.01 and no step is refused.
	Step float64
}

func (e EulerMaruyama) plan() plan {
	return plan{name: "EulerMaruyama", size: e.Step, draws: 1, explicit: true}
}

func (e EulerMaruyama) withStep(step float64) Scheme { e.Step = step; return e }

func (e EulerMaruyama) check(*dynamics) error { return nil }

func (e EulerMaruyama) start(d *dynamics) stepper {
	if d.centre != nil {
		return &centredEuler{draw: make([]float64, d.dim), image: make([]float64, d.dim)}
	}
	return euler{}
}

type euler struct{}

func (euler) step(p *path, dt float64, dw []increment) error {
	p.frame.precondition(p.slope)
	floats.AddScaled(p.y, -p.eta*p.h*dt, p.slope)
	for n, w := range dw {
		floats.AddScaled(p.y, p.eta*math.Sqrt(p.g[n]*dt/float64(p.dim)), w.first)
	}
	return nil
}

// centredEuler is the Euler–Maruyama step with the noise N(0, gM − m mᵀ), m = h TAν, of
// Appendix G, drawn exactly. With gM = LLᵀ and w = L⁻¹m,
//
//	L [I − (1−√(1−|w|²)) wwᵀ/|w|²] ξ
//
// has that law. L is not needed: with x = Lξ ~ N(0, gM) and u = (gM)⁻¹m it is
// x − (1−√(1−|w|²)) (u·x)/|w|² m, where |w|² = u·m.
type centredEuler struct{ draw, image []float64 }

func (c *centredEuler) step(p *path, dt float64, dw []increment) error {
	g := p.g[0]
	floats.ScaleTo(c.draw, math.Sqrt(g), dw[0].first)
	p.frame.precondition(p.slope)
	m := p.slope
	floats.Scale(p.h, m)
	if g > 0 {
		p.centre.mulVecTo(c.image, m)
		u := c.image
		floats.Scale(1/g, u)
		// |w|² ≤ 1 up to rounding wherever m is the mean of the update and gM its second
		// moment.
		square := floats.Dot(u, m)
		if square > 1+1e-9 {
			return p.fail(fmt.Errorf("Limit.Centred: the noise covariance less m mᵀ is indefinite at risk %v: mᵀ(gQ)⁻¹m is %v, must be at most 1", p.risk, square))
		}
		if square > 0 {
			// 1 − √(1−s) without cancellation for small s.
			shrink := 1 / (1 + math.Sqrt(max(1-square, 0)))
			floats.AddScaled(c.draw, -shrink*floats.Dot(u, c.draw), m)
		}
	}
	floats.AddScaled(p.y, -p.eta*dt, m)
	floats.AddScaled(p.y, p.eta*math.Sqrt(dt/float64(p.dim)), c.draw)
	return nil
}

// inverse is the inverse of the noise covariance of a Centred limit in the modes.
type inverse struct{ mulVecTo func(dst, x []float64) }

func newInverse(noises []gaussian) (*inverse, error) {
	if len(noises) != 1 {
		return nil, fmt.Errorf("homogenized: Limit.Centred needs a single term in Limit.Noise, not %d", len(noises))
	}
	singular := errors.New("homogenized: Limit.Centred: the noise covariance is singular: it must be positive definite")
	if m, ok := noises[0].(*independent); ok {
		if floats.Min(m.variances) == 0 {
			return nil, singular
		}
		return &inverse{func(dst, x []float64) { floats.DivTo(dst, x, m.variances) }}, nil
	}
	var chol mat.Cholesky
	if !chol.Factorize(noises[0].(*spectra.Dense)) || chol.Cond() > 1e12 {
		return nil, singular
	}
	var inv mat.SymDense
	if err := chol.InverseTo(&inv); err != nil {
		return nil, singular
	}
	k, err := spectra.NewDense(&inv)
	if err != nil {
		return nil, fmt.Errorf("homogenized: Limit.Centred: %w", err)
	}
	return &inverse{k.MulVecTo}, nil
}
