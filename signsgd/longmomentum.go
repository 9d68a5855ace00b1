package signsgd

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Nesterov is SGD with Nesterov's momentum in the convention of deep learning (Sutskever,
// Martens, Dahl and Hinton, ICML 2013),
//
//	m ← β m + g,
//	θ ← θ − η' (g + β m),
//
// with m = 0 at the start. Beta = 0 is SGD.
type Nesterov struct {
	Beta float64 // β, 0 ≤ β < 1
}

var _ Optimizer = Nesterov{}

// Validate returns an error unless 0 ≤ Beta < 1.
func (o Nesterov) Validate(int) error { return checkDecay("Nesterov.Beta", o.Beta) }

// Start returns the state, the momentum m.
func (o Nesterov) Start(dim int) State { return &nesterovState{o.Beta, make([]float64, dim)} }

type nesterovState struct {
	beta     float64
	momentum []float64
}

func (s *nesterovState) Step(theta, grad []float64, rate float64) {
	floats.AddScaledTo(s.momentum, grad, s.beta, s.momentum)
	floats.AddScaled(theta, -rate, grad)
	floats.AddScaled(theta, -rate*s.beta, s.momentum)
}

// LongMomentum is momentum whose memory is a share of the run. With u the gradient, or
// its sign, at the step k and t = k/d,
//
//	y ← (1 − δ(t)/d) y + (γ1(t)/d) u,
//	θ ← θ − η' (γ2(t) u + γ3(t) y),
//
// with y = 0 at the start. γ2 = 0 is the heavy ball. All three are Nesterov's method; with
// δ falling like 1/t they are DANA (Ferbach, Everett, Gidel, Paquette and Paquette, 2025).
// The parameters are functions of t of the type of a learning rate, but see t alone.
type LongMomentum struct {
	Delta, Gamma1, Gamma2, Gamma3 schedule.Schedule // nil is 0
	Sign                          bool              // u is the sign of the gradient
}

var _ Optimizer = LongMomentum{}

// Validate returns an error that names the first bad parameter.
func (o LongMomentum) Validate(int) error {
	var all []error
	for i, s := range o.parameters() {
		if s != nil {
			if err := schedule.Validate(s); err != nil {
				all = append(all, fmt.Errorf("signsgd: LongMomentum.%s: %w", [...]string{"Delta", "Gamma1", "Gamma2", "Gamma3"}[i], err))
			}
		}
	}
	return errors.Join(all...)
}

func (o LongMomentum) parameters() [4]schedule.Schedule {
	return [4]schedule.Schedule{o.Delta, o.Gamma1, o.Gamma2, o.Gamma3}
}

// Start returns the state, the momentum y.
func (o LongMomentum) Start(dim int) State {
	return &longState{parameters: o.parameters(), sign: o.Sign, momentum: make([]float64, dim)}
}

type longState struct {
	parameters [4]schedule.Schedule
	sign       bool
	momentum   []float64
	steps      int
}

func (s *longState) Step(theta, grad []float64, rate float64) {
	d := float64(len(theta))
	t := float64(s.steps) / d
	s.steps++
	var p [4]float64
	for i, parameter := range s.parameters {
		if parameter != nil {
			p[i] = parameter.Rate(t, Nowhere{})
		}
	}
	keep, take := 1-p[0]/d, p[1]/d
	for i, u := range grad {
		if s.sign {
			u = signOf(u)
		}
		y := keep*s.momentum[i] + take*u
		s.momentum[i] = y
		theta[i] -= rate * (p[2]*u + p[3]*y)
	}
}

// signOf returns the sign of x, 0 for 0 and NaN for NaN.
func signOf(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// Nowhere is the schedule.Position of a function of t alone: the risk and the descent are
// NaN there.
type Nowhere struct{}

var _ schedule.Position = Nowhere{}

// Risk returns NaN.
func (Nowhere) Risk() float64 { return math.NaN() }

// Descent returns NaN.
func (Nowhere) Descent(bool) float64 { return math.NaN() }
