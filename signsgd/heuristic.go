package signsgd

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// AdamHeuristic is the rule (264), what Adam becomes as β1 = 0 and β2 → 1: the
// gradient is divided by its own root mean square,
//
//	θ ← θ − η' D⁻¹ g/√(2𝓟(θ)/B),
//
// for batches of B samples, with 2𝓟(θ) = 2R(θ) + v² known to it.
// NewAdamHeuristic makes the one of a Problem.
type AdamHeuristic struct {
	Scale []float64 // the diagonal of D, of length d, positive; retained

	// MeanSquare returns 2𝓟(θ)/B. work is scratch space of length 2d. It is called
	// once a step, by many runs at once, and must not keep or change theta. Where
	// it is 0, so is the gradient, and θ stays.
	MeanSquare func(theta, work []float64) float64
}

// NewAdamHeuristic returns the rule (264) of the problem. It needs noise of finite
// second moment: noise.ErrInfiniteVariance. A step costs one product with K.
func NewAdamHeuristic(p Problem) (AdamHeuristic, error) {
	if err := p.Validate(); err != nil {
		return AdamHeuristic{}, err
	}
	v2 := p.Law().SecondMoment()
	if math.IsInf(v2, 1) {
		return AdamHeuristic{}, fmt.Errorf("signsgd: the Adam heuristic for %T noise: %w", p.Law(), noise.ErrInfiniteVariance)
	}
	batch := float64(p.BatchSize())
	return AdamHeuristic{
		Scale: spectra.StandardDeviations(p.Covariance),
		MeanSquare: func(theta, work []float64) float64 {
			nu := p.Displacement(work[:len(theta)], theta)
			return (spectra.Quadratic(p.Covariance, nu, work[len(theta):]) + v2) / batch
		},
	}, nil
}

// NewPreconditioned returns SGD preconditioned by D, equation (29), for the problem.
func NewPreconditioned(p Problem) (Preconditioned, error) {
	if err := p.Validate(); err != nil {
		return Preconditioned{}, err
	}
	return Preconditioned{Scale: spectra.StandardDeviations(p.Covariance)}, nil
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

func (s *heuristicState) Clone() State {
	return &heuristicState{s.scale, s.meanSquare, make([]float64, len(s.work))}
}
