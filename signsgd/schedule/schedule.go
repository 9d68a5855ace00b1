package schedule

import (
	"errors"
	"fmt"
	"math"
)

// Schedule is a learning rate η over the time t = k/d, in the scale of the theory: the
// step of an optimizer is η/d. It may depend on the position of the run that it steers.
// Simulations, SDEs and ODEs read the same schedules. A Schedule holds no state and is
// safe for concurrent use.
//
// A schedule may have the method Validate() error, which names its first bad parameter;
// see Validate. A schedule with jumps or kinks in t should be Piecewise.
type Schedule interface {
	// Rate returns η at the time t for a run at the given position. The rate must be
	// nonnegative and finite.
	Rate(t float64, at Position) float64
}

// Position is what a schedule may ask of a run. A run computes only what is asked for.
type Position interface {
	// Risk returns R = ½ νᵀKν with ν = θ − θ*.
	Risk() float64

	// Descent returns ½ νᵀKAν, where A is K̄ = D⁻¹K if preconditioned is set and K if
	// not. In the eigenmodes of A it is Σ λ_i r_i. Without noise, dR/dt = −2ηh(R) times
	// Descent. It is NaN where the position does not know it.
	Descent(preconditioned bool) float64
}

// Piecewise is a Schedule that is smooth in t between certain times only. At a jump it
// is continuous from the right.
type Piecewise interface {
	Schedule

	// Breaks returns the times t > 0 of the jumps and kinks, in increasing order.
	// Solvers of differential equations end a step at each of them.
	Breaks() []float64
}

// Breaks returns the breaks of a Piecewise schedule, and nil for any other.
func Breaks(s Schedule) []float64 {
	if p, ok := s.(Piecewise); ok {
		return p.Breaks()
	}
	return nil
}

// At returns the rate of the schedule at the time t. It returns an error if the
// schedule is nil or the rate is not a nonnegative finite number.
func At(s Schedule, t float64, at Position) (float64, error) {
	if s == nil {
		return 0, errNil
	}
	rate := s.Rate(t, at)
	if !(rate >= 0) || math.IsInf(rate, 1) {
		return 0, fmt.Errorf("schedule: the learning rate is %v at t = %v: must be nonnegative and finite", rate, t)
	}
	return rate, nil
}

// Validate returns an error that names the first bad parameter of the schedule. It
// returns nil if there is none, or if the schedule has no method Validate. A nil
// schedule is an error.
func Validate(s Schedule) error {
	if s == nil {
		return errNil
	}
	if v, ok := s.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

var errNil = errors.New("schedule: the schedule is nil")

// checkPositive returns an error unless 0 < x < ∞.
func checkPositive(field string, x float64) error {
	if !(x > 0) || math.IsInf(x, 1) {
		return fmt.Errorf("schedule: %s is %v: must be positive and finite", field, x)
	}
	return nil
}

// checkNonnegative returns an error unless 0 ≤ x < ∞.
func checkNonnegative(field string, x float64) error {
	if !(x >= 0) || math.IsInf(x, 1) {
		return fmt.Errorf("schedule: %s is %v: must be nonnegative and finite", field, x)
	}
	return nil
}
