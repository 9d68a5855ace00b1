package signsgd

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// AdamHeuristic is the rule (264), which Adam becomes as β1 = 0 and β2 → 1. It divides
// the gradient by its own root mean square,
//
//	θ ← θ − η' D⁻¹ g/√(2𝓟(θ)/B),
//
// for batches of B samples, with 2𝓟(θ) = 2R(θ) + v² known to it. In a run the zero value
// takes D, R and v² from the problem. It then needs noise of finite second moment, else
// noise.ErrInfiniteVariance, and a step costs one product with K.
type AdamHeuristic struct {
	Scale []float64 // the diagonal of D, of length d, positive; retained. Nil stands for that of the problem.

	// MeanSquare returns 2𝓟(θ)/B. work is scratch space of length 2d. It is called once
	// a step, by many runs at once, and must not keep or change theta. Where it is 0, so
	// is the gradient, and θ stays. Nil stands for the mean square of the problem.
	MeanSquare func(theta, work []float64) float64
}

var _ Binder = AdamHeuristic{}

// Bind returns the optimizer with the numbers of the problem in place of nil fields.
func (o AdamHeuristic) Bind(p Problem) (Optimizer, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	o.Scale = scaleOf(p, o.Scale)
	if o.MeanSquare == nil {
		v2, err := noise.FiniteSecondMoment(p.Law())
		if err != nil {
			return nil, fmt.Errorf("signsgd: AdamHeuristic: %w", err)
		}
		batch := float64(p.BatchSize())
		o.MeanSquare = func(theta, work []float64) float64 {
			nu := p.Displacement(work[:len(theta)], theta)
			return (spectra.Quadratic(p.Covariance, nu, work[len(theta):]) + v2) / batch
		}
	}
	return o, nil
}

// Validate returns an error unless Scale has length dim and positive entries, and
// MeanSquare is there.
func (o AdamHeuristic) Validate(dim int) error {
	if o.MeanSquare == nil {
		return errors.New("signsgd: AdamHeuristic.MeanSquare is nil")
	}
	return checkScale("AdamHeuristic.Scale", o.Scale, dim)
}

// Start returns the state, which is scratch space.
func (o AdamHeuristic) Start(dim int) State {
	return &heuristicState{inverse(o.Scale), o.MeanSquare, make([]float64, 2*dim)}
}

type heuristicState struct {
	scale      []float64 // never changed
	meanSquare func(theta, work []float64) float64
	work       []float64
}

func (s *heuristicState) Step(theta, grad []float64, rate float64) {
	if square := s.meanSquare(theta, s.work); square != 0 {
		scaledStep(theta, s.scale, grad, rate/math.Sqrt(square))
	}
}
