package signsgd

import (
	"errors"

	"gonum.org/v1/gonum/floats"
)

// Decayed is an optimizer with decoupled weight decay (Loshchilov and Hutter, ICLR 2019),
//
//	θ ← (1 − η' λ) θ,  then the step of the optimizer, along the gradient at the old θ.
//
// With SGD it is SGD on the risk with the penalty ½ λ ‖θ‖².
type Decayed struct {
	Optimizer Optimizer
	Decay     float64 // λ ≥ 0
}

var (
	_ Binder        = Decayed{}
	_ MultiGradient = Decayed{}
)

// Bind returns the optimizer with its inner one bound.
func (o Decayed) Bind(p Problem) (inner Optimizer, err error) {
	o.Optimizer, err = bindInner(p, o.Optimizer)
	return o, err
}

// bindInner binds the optimizer inside another if it is a Binder.
func bindInner(p Problem, o Optimizer) (Optimizer, error) {
	if b, ok := o.(Binder); ok {
		return b.Bind(p)
	}
	return o, nil
}

// Gradients returns the number of gradients of the inner optimizer.
func (o Decayed) Gradients() int { return gradients(o.Optimizer) }

// Validate returns an error unless 0 ≤ Decay < ∞ and the inner optimizer is valid.
func (o Decayed) Validate(dim int) error {
	return errors.Join(checkNonnegative("Decayed.Decay", o.Decay), ValidateOptimizer(o.Optimizer, dim))
}

// Start returns the state, that of the inner optimizer.
func (o Decayed) Start(dim int) State { return &decayedState{o.Optimizer.Start(dim), o.Decay} }

type decayedState struct {
	inner State
	decay float64
}

func (s *decayedState) Step(theta, grad []float64, rate float64) {
	floats.Scale(1-rate*s.decay, theta)
	s.inner.Step(theta, grad, rate)
}

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019),
//
//	θ ← (1 − η' λ) θ − η' m̂/(√v̂ + ε),
//
// with m̂ and v̂ of Adam. Its common parameters are β1 = 0.9, β2 = 0.999, ε = 1e-8 and
// λ = 0.01. Here η' = η/d.
type AdamW struct {
	Beta1   float64 // β1, 0 ≤ β1 < 1
	Beta2   float64 // β2, 0 ≤ β2 < 1
	Epsilon float64 // ε ≥ 0
	Decay   float64 // λ ≥ 0
}

var _ Optimizer = AdamW{}

// Adam returns the optimizer without its weight decay.
func (o AdamW) Adam() Adam { return Adam{o.Beta1, o.Beta2, o.Epsilon} }

// Validate returns an error unless 0 ≤ Beta1, Beta2 < 1 and 0 ≤ Epsilon, Decay < ∞.
func (o AdamW) Validate(int) error {
	return errors.Join(checkDecay("AdamW.Beta1", o.Beta1), checkDecay("AdamW.Beta2", o.Beta2),
		checkNonnegative("AdamW.Epsilon", o.Epsilon), checkNonnegative("AdamW.Decay", o.Decay))
}

// Start returns the state, that of Adam.
func (o AdamW) Start(dim int) State { return &decayedState{o.Adam().Start(dim), o.Decay} }
