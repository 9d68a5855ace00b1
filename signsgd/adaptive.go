package signsgd

import (
	"errors"
	"math"
)

// RMSProp is the update of Tieleman and Hinton (2012), the square and the quotient
// taken entrywise,
//
//	v ← β v + (1 − β) g²,
//	θ ← θ − η' g/(√v + ε),
//
// with v = 0 at the start. Where √v + ε = 0 the step is η' sign(g), with sign(0) = 0.
type RMSProp struct {
	Beta    float64 // β, 0 ≤ β < 1
	Epsilon float64 // ε ≥ 0
}

// Validate returns an error unless 0 ≤ Beta < 1 and 0 ≤ Epsilon < ∞.
func (o RMSProp) Validate(int) error {
	return errors.Join(checkDecay("RMSProp.Beta", o.Beta), checkNonnegative("RMSProp.Epsilon", o.Epsilon))
}

// Start returns the state, the mean square v.
func (o RMSProp) Start(dim int) State { return &rmsState{o, make([]float64, dim)} }

var _ Optimizer = RMSProp{}

type rmsState struct {
	RMSProp
	square []float64
}

func (s *rmsState) Step(theta, grad []float64, rate float64) {
	theta, square := theta[:len(grad)], s.square[:len(grad)]
	for i, g := range grad {
		v := s.Beta*square[i] + (1-s.Beta)*(g*g)
		square[i] = v
		theta[i] -= rate * quotient(g, math.Sqrt(v)+s.Epsilon)
	}
}

// quotient returns x/y, and sign(x) where y = 0, the root of a square that underflows.
// sign(0) = 0: a coordinate that has never had a gradient does not move.
func quotient(x, y float64) float64 {
	switch {
	case y != 0:
		return x / y
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0 or NaN
}

// Adam is the update of Kingma and Ba (ICLR 2015), with bias correction; at step
// k = 1, 2, …, squares, roots and quotients taken entrywise,
//
//	m ← β1 m + (1 − β1) g,   m̂ = m/(1 − β1^k),
//	v ← β2 v + (1 − β2) g²,  v̂ = v/(1 − β2^k),
//	θ ← θ − η' m̂/(√v̂ + ε),
//
// with m = v = 0 at the start. Where √v̂ + ε = 0 the step is η' sign(m̂), with
// sign(0) = 0. Its authors use β1 = 0.9, β2 = 0.999 and ε = 1e-8.
//
// The zero value takes the steps of SignSGD up to rounding, if every entry of g is 0 or
// lies between 1e-150 and 1e150 in size. Squares of smaller entries lose digits until
// they underflow, and those of larger ones overflow, so that the entry does not move.
type Adam struct {
	Beta1   float64 // β1, 0 ≤ β1 < 1
	Beta2   float64 // β2, 0 ≤ β2 < 1
	Epsilon float64 // ε ≥ 0
}

// Validate returns an error unless 0 ≤ Beta1, Beta2 < 1 and 0 ≤ Epsilon < ∞.
func (o Adam) Validate(int) error {
	return errors.Join(checkDecay("Adam.Beta1", o.Beta1), checkDecay("Adam.Beta2", o.Beta2),
		checkNonnegative("Adam.Epsilon", o.Epsilon))
}

// Start returns the state: the means m and v, and the number of steps.
func (o Adam) Start(dim int) State {
	return &adamState{Adam: o, mean: make([]float64, dim), square: make([]float64, dim)}
}

var _ Optimizer = Adam{}

type adamState struct {
	Adam
	mean, square []float64
	steps        int
}

func (s *adamState) Step(theta, grad []float64, rate float64) {
	s.steps++
	k := float64(s.steps)
	mean1, mean2 := 1/(1-math.Pow(s.Beta1, k)), 1/(1-math.Pow(s.Beta2, k))
	theta, mean, square := theta[:len(grad)], s.mean[:len(grad)], s.square[:len(grad)]
	for i, g := range grad {
		m := s.Beta1*mean[i] + (1-s.Beta1)*g
		v := s.Beta2*square[i] + (1-s.Beta2)*(g*g)
		mean[i], square[i] = m, v
		theta[i] -= rate * quotient(m*mean1, math.Sqrt(v*mean2)+s.Epsilon)
	}
}
