package homogenized

import (
	"math"

	"gonum.org/v1/gonum/floats"
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
