package signsgd

import (
	"errors"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/internal/sign"
)

// SignSGD is the update of equation (1),
//
//	θ ← θ − η' sign(g),  sign(0) = 0.
type SignSGD struct{}

// Start returns the state, which is empty.
func (SignSGD) Start(int) State { return signState{} }

var _ Optimizer = SignSGD{}

type signState struct{}

func (signState) Step(theta, grad []float64, rate float64) { sign.Step(theta, grad, rate) }

// Signum is signSGD with momentum (Bernstein, Wang, Azizzadenesheli and Anandkumar,
// ICML 2018),
//
//	m ← β m + (1 − β) g,
//	θ ← θ − η' sign(m),  sign(0) = 0,
//
// with m = 0 at the start. Beta = 0 is SignSGD.
type Signum struct {
	Beta float64 // β, 0 ≤ β < 1
}

// Validate returns an error unless 0 ≤ Beta < 1.
func (o Signum) Validate(int) error { return checkDecay("Signum.Beta", o.Beta) }

// Start returns the state, the momentum m.
func (o Signum) Start(dim int) State { return &signumState{o.Beta, make([]float64, dim)} }

var _ Optimizer = Signum{}

type signumState struct {
	beta     float64
	momentum []float64
}

func (s *signumState) Step(theta, grad []float64, rate float64) {
	average(s.momentum, grad, s.beta)
	sign.Step(theta, s.momentum, rate)
}

// average stores β m + (1 − β) g in m.
func average(m, g []float64, beta float64) {
	g = g[:len(m)]
	for i, v := range m {
		m[i] = beta*v + (1-beta)*g[i]
	}
}

// Lion is the update of Chen et al. (NeurIPS 2023), without weight decay,
//
//	θ ← θ − η' sign(β1 m + (1 − β1) g),  sign(0) = 0,
//	m ← β2 m + (1 − β2) g,
//
// with m = 0 at the start. Its authors use β1 = 0.9 and β2 = 0.99; β1 = 0 is SignSGD.
type Lion struct {
	Beta1 float64 // β1, 0 ≤ β1 < 1
	Beta2 float64 // β2, 0 ≤ β2 < 1
}

// Validate returns an error unless both parameters lie in [0, 1).
func (o Lion) Validate(int) error {
	return errors.Join(checkDecay("Lion.Beta1", o.Beta1), checkDecay("Lion.Beta2", o.Beta2))
}

// Start returns the state, the momentum m.
func (o Lion) Start(dim int) State { return &lionState{o, make([]float64, dim)} }

var _ Optimizer = Lion{}

type lionState struct {
	Lion
	momentum []float64
}

func (s *lionState) Step(theta, grad []float64, rate float64) {
	theta = theta[:len(grad)]
	size := math.Float64bits(rate)
	for i, g := range grad {
		theta[i] -= sign.Of(size, math.Float64bits(s.Beta1*s.momentum[i]+(1-s.Beta1)*g))
	}
	average(s.momentum, grad, s.Beta2)
}
