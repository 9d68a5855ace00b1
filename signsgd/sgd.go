package signsgd

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/spectra"
)

// SGD is the update θ ← θ − η' g.
type SGD struct{}

// Start returns the state, which is empty.
func (SGD) Start(int) State { return sgdState{} }

var _ Optimizer = SGD{}

type sgdState struct{}

func (sgdState) Step(theta, grad []float64, rate float64) { floats.AddScaled(theta, -rate, grad) }

// Momentum is SGD with momentum in the undamped convention,
//
//	m ← β m + g,
//	θ ← θ − η' m,
//
// with m = 0 at the start. With a constant rate it is Polyak's heavy ball,
//
//	θ_{k+1} = θ_k − η' g_k + β (θ_k − θ_{k−1}),
//
// and moves as far as SGD with the rate η'/(1 − β). Beta = 0 is SGD.
type Momentum struct {
	Beta float64 // β, 0 ≤ β < 1
}

// Validate returns an error unless 0 ≤ Beta < 1.
func (o Momentum) Validate(int) error { return checkDecay("Momentum.Beta", o.Beta) }

// Start returns the state, the momentum m.
func (o Momentum) Start(dim int) State { return &momentumState{o.Beta, make([]float64, dim)} }

var _ Optimizer = Momentum{}

type momentumState struct {
	beta     float64
	momentum []float64
}

func (s *momentumState) Step(theta, grad []float64, rate float64) {
	floats.AddScaledTo(s.momentum, grad, s.beta, s.momentum)
	floats.AddScaled(theta, -rate, s.momentum)
}

// Clipped is SGD with the gradient clipped in norm (Pascanu, Mikolov and Bengio, ICML
// 2013),
//
//	θ ← θ − η' min(1, c/‖g‖₂) g.
type Clipped struct {
	Norm float64 // c, the largest norm that a gradient keeps; positive
}

// Validate returns an error unless 0 < Norm < ∞.
func (o Clipped) Validate(int) error { return checkPositive("Clipped.Norm", o.Norm) }

// Start returns the state, which is empty.
func (o Clipped) Start(int) State { return clippedState{o.Norm} }

var _ Optimizer = Clipped{}

type clippedState struct{ norm float64 }

func (s clippedState) Step(theta, grad []float64, rate float64) {
	if norm := math.Sqrt(floats.Dot(grad, grad)); norm > s.norm {
		rate *= s.norm / norm
	}
	floats.AddScaled(theta, -rate, grad)
}

// PreconditionedSGD is SGD with the gradient divided by a fixed vector, equation (29)
// where that is the diagonal of D,
//
//	θ ← θ − η' diag(Scale)⁻¹ g.
type PreconditionedSGD struct {
	Scale []float64 // of length d, positive; retained. Nil stands for the diagonal of D of the problem.
}

var _ Binder = PreconditionedSGD{}

// Bind returns the optimizer with the diagonal of D of the problem for a nil Scale.
func (o PreconditionedSGD) Bind(p Problem) (Optimizer, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	o.Scale = scaleOf(p, o.Scale)
	return o, nil
}

// scaleOf returns scale, and the diagonal of D of the problem for nil.
func scaleOf(p Problem, scale []float64) []float64 {
	if scale == nil {
		return spectra.StandardDeviations(p.Covariance)
	}
	return scale
}

// Validate returns an error unless Scale has length dim and positive entries.
func (o PreconditionedSGD) Validate(dim int) error {
	return checkScale("PreconditionedSGD.Scale", o.Scale, dim)
}

// Start returns the state, the inverse of Scale.
func (o PreconditionedSGD) Start(int) State { return preconditionedState(inverse(o.Scale)) }

// preconditionedState holds what its steps never change.
type preconditionedState []float64

func (s preconditionedState) Step(theta, grad []float64, rate float64) {
	scaledStep(theta, s, grad, rate)
}

// scaledStep subtracts rate·diag(scale)·grad from theta.
func scaledStep(theta, scale, grad []float64, rate float64) {
	theta, scale = theta[:len(grad)], scale[:len(grad)]
	for i, g := range grad {
		theta[i] -= rate * scale[i] * g
	}
}

// inverse returns 1/x entrywise.
func inverse(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = 1 / v
	}
	return y
}
