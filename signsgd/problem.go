// Package signsgd holds the discrete world: one-pass least squares problems,
// the stochastic optimizers that run on them step by step, and ensembles of
// such runs.
//
// Samples are x ~ N(0, K) in R^d with labels y = ⟨x, θ*⟩ + ε. Step k sits at
// time t = k/d, and η(t) is the learning rate of the theory: the optimizer
// makes steps of η'_k = η(k/d)/d, equation (6) of arXiv:2411.12135. The risk R
// is the noiseless one, ½ νᵀKν with ν = θ − θ*.
package signsgd

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// Problem is a one-pass least squares problem with a start. It is a
// description: nothing in it is changed by those who read it, so one Problem
// serves many runs at once.
type Problem struct {
	Covariance spectra.Covariance // K of the data, d×d
	Noise      noise.Law          // law of the label noise ε; nil is noise.None
	Target     []float64          // θ*, of length d; nil is the origin
	Init       []float64          // θ_0, of length d; nil is the origin
	Batch      int                // samples for each step; 0 means 1

	// Samples is where the samples come from, Data for one; nil draws them from the model.
	// With data of one's own, the fields above are estimates: the covariance and
	// target then define the risk that is recorded, and limits are taken of them.
	Samples Source
}

// Validate returns an error that names the first bad field and says what it
// must be, and nil if there is none.
func (p Problem) Validate() error {
	if p.Covariance == nil {
		return errors.New("signsgd: Problem.Covariance is nil")
	}
	if err := checkPoint("Target", p.Target, p.Dim()); err != nil {
		return err
	}
	if err := checkPoint("Init", p.Init, p.Dim()); err != nil {
		return err
	}
	if p.Batch < 0 {
		return fmt.Errorf("signsgd: Problem.Batch is %d: must be positive, or 0 for 1", p.Batch)
	}
	if err := noise.Validate(p.Law()); err != nil {
		return fmt.Errorf("signsgd: Problem.Noise: %w", err)
	}
	return nil
}

func checkPoint(field string, x []float64, d int) error {
	if x != nil && len(x) != d {
		return fmt.Errorf("signsgd: Problem.%s has length %d: must be the dimension %d", field, len(x), d)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("signsgd: Problem.%s[%d] is %v: must be finite", field, i, v)
		}
	}
	return nil
}

// Dim returns the dimension d.
func (p Problem) Dim() int { return p.Covariance.Dim() }

// Law returns the law of the noise: Noise, or noise.None for nil.
func (p Problem) Law() noise.Law {
	if p.Noise == nil {
		return noise.None{}
	}
	return p.Noise
}

// BatchSize returns the number of samples for each step: Batch, or 1 for 0.
func (p Problem) BatchSize() int { return max(p.Batch, 1) }

// Displacement stores ν = θ − θ* in dst, of length d, and returns it. A nil dst
// allocates; a nil theta is the origin.
func (p Problem) Displacement(dst, theta []float64) []float64 {
	if dst == nil {
		dst = make([]float64, p.Dim())
	}
	clear(dst)
	if theta != nil {
		if len(theta) != len(dst) {
			panic(fmt.Sprintf("signsgd: Problem.Displacement: theta has length %d, want %d", len(theta), len(dst)))
		}
		copy(dst, theta)
	}
	if p.Target != nil {
		floats.Sub(dst, p.Target)
	}
	return dst
}

// InitialRisk returns R(θ_0).
func (p Problem) InitialRisk() float64 {
	return spectra.Quadratic(p.Covariance, p.Displacement(nil, p.Init), make([]float64, p.Dim())) / 2
}
