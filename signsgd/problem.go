package signsgd

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// Problem is a one-pass least squares problem with a start. It is a description: nothing
// changes it, so one Problem serves many runs at once.
type Problem struct {
	Covariance spectra.Covariance // K of the data, d×d
	Noise      noise.Law          // law of the label noise ε; nil is noise.None
	Target     []float64          // θ*, of length d; nil is the origin
	Init       []float64          // θ_0, of length d; nil is the origin
	Batch      int                // samples for each step; 0 means 1

	// Samples is where the samples come from, for example Data. Nil draws them from the
	// model. With a Source the fields above are estimates: the covariance and the target
	// then define the risk that is recorded, and limits are taken of them.
	Samples Source
}

// Validate returns an error that names the first bad field and says what it
// must be, and nil if there is none.
func (p Problem) Validate() error {
	if p.Covariance == nil {
		return errors.New("signsgd: Problem.Covariance is nil")
	}
	if err := spectra.Validate(p.Covariance); err != nil {
		return fmt.Errorf("signsgd: Problem.Covariance: %w", err)
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
	return checkSource(p.Samples, p.Dim())
}

// checkPoint returns an error unless x is nil or a finite vector of length d.
func checkPoint(field string, x []float64, d int) error {
	if x != nil && len(x) != d {
		return fmt.Errorf("signsgd: Problem.%s has length %d: must be the dimension %d", field, len(x), d)
	}
	for i, v := range x {
		if !finite(v) {
			return fmt.Errorf("signsgd: Problem.%s[%d] is %v: must be finite", field, i, v)
		}
	}
	return nil
}

// Dim returns the dimension d. It panics if Covariance is nil, and so do the methods that
// need it, except Validate and those that return an error.
func (p Problem) Dim() int {
	if p.Covariance == nil {
		panic("signsgd: Problem.Dim: Covariance is nil")
	}
	return p.Covariance.Dim()
}

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
	work := make([]float64, p.Dim())
	return spectra.Quadratic(p.Covariance, p.Displacement(nil, p.Init), work) / 2
}

// WithInitialRisk returns the problem with the start moved along the line through θ* and
// θ_0, so that R(θ_0) is the given risk: θ_0 becomes θ* + s (θ_0 − θ*) with s ≥ 0. Where
// Init and Target are nil there is no line, and it is moved along (1, …, 1). It is an error
// if the line has no risk, as where Init is the Target, or one that is not finite.
func (p Problem) WithInitialRisk(risk float64) (Problem, error) {
	if err := p.Validate(); err != nil {
		return Problem{}, err
	}
	if err := checkNonnegative("WithInitialRisk: the risk", risk); err != nil {
		return Problem{}, err
	}
	init := p.Displacement(nil, p.Init)
	if p.Init == nil && p.Target == nil {
		for i := range init {
			init[i] = 1
		}
	}
	now := spectra.Quadratic(p.Covariance, init, make([]float64, p.Dim())) / 2
	if !(now > 0) || math.IsInf(now, 1) {
		return Problem{}, fmt.Errorf("signsgd: WithInitialRisk: R(θ_0) is %v: must be positive and finite to be scaled: set an Init that is not the Target", now)
	}
	floats.Scale(math.Sqrt(risk/now), init)
	if p.Target != nil {
		floats.Add(init, p.Target)
	}
	p.Init = init
	if err := checkPoint("Init", init, p.Dim()); err != nil {
		return Problem{}, err
	}
	return p, nil
}

// finite reports whether x is a number.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// nested returns an error of a field, without the name of this package in between.
func nested(field string, err error) error { return &fieldError{field, err} }

type fieldError struct {
	field string
	err   error
}

func (e *fieldError) Error() string {
	return "signsgd: " + e.field + ": " + strings.TrimPrefix(e.err.Error(), "signsgd: ")
}

func (e *fieldError) Unwrap() error { return e.err }
