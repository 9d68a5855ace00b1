package signsgd

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Optimizer is an update rule. It is a plain value; what a run remembers is in
// the State that Start makes.
type Optimizer interface {
	// Start returns the state of a fresh run in dimension dim.
	Start(dim int) State
}

// State is an optimizer at work. It knows only gradients, so it serves any
// objective, not just a Problem.
type State interface {
	// Step updates theta in place by one step of size rate along the gradient
	// grad, which has the same length and is left as it is. The rate is the raw
	// one, η'_k = η/d for a Problem. Step does not allocate.
	Step(theta, grad []float64, rate float64)

	// Clone returns an independent copy of the state.
	Clone() State
}

// SignSGD is the update θ ← θ − η' sign(g) of equation (1), with sign(0) = 0.
type SignSGD struct{}

// Start returns the state, which is empty.
func (SignSGD) Start(int) State { return signState{} }

type signState struct{}

func (signState) Step(theta, grad []float64, rate float64) {
	for i, g := range grad {
		if !(math.Abs(g) > 0) { // 0 and NaN, rare: only NaN moves θ
			theta[i] += g
			continue
		}
		theta[i] -= math.Copysign(rate, g)
	}
}

func (s signState) Clone() State { return s }

// SGD is the update θ ← θ − η' g.
type SGD struct{}

// Start returns the state, which is empty.
func (SGD) Start(int) State { return sgdState{} }

type sgdState struct{}

func (sgdState) Step(theta, grad []float64, rate float64) { floats.AddScaled(theta, -rate, grad) }

func (s sgdState) Clone() State { return s }
