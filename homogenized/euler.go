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
// is 1. It needs η h(R) λ_max Δ < 2 to be stable.
//
// For a dense K the step is made in the modes, where it is the same step for a fraction
// of the work: the drift costs d multiplications, and the noise half a matrix–vector
// product, in blocks of many. Other structures keep theirs in products with K and in
// samples.
type EulerMaruyama struct {
	Step float64 // largest step in t
}

func (e EulerMaruyama) plan() plan {
	return plan{name: "EulerMaruyama", size: e.Step, draws: 1}
}

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
