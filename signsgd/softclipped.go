package signsgd

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// SoftClipped is SGD with the gradient clipped smoothly in norm: its norm tends to c as that
// of the gradient grows,
//
//	θ ← θ − η' g/√(1 + ‖g‖₂²/c²) = θ − η' c g/√(c² + ‖g‖₂²).
type SoftClipped struct {
	Norm float64 // c, the largest norm of a step per η'; positive
}

// Validate returns an error unless 0 < Norm < ∞.
func (o SoftClipped) Validate(int) error { return checkPositive("SoftClipped.Norm", o.Norm) }

// Start returns the state, which is empty.
func (o SoftClipped) Start(int) State { return softClippedState{o.Norm} }

var _ Optimizer = SoftClipped{}

type softClippedState struct{ norm float64 }

func (s softClippedState) Step(theta, grad []float64, rate float64) {
	norm := math.Sqrt(floats.Dot(grad, grad))
	floats.AddScaled(theta, -rate/math.Hypot(1, norm/s.norm), grad)
}
