package signsgd

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/spectra"
)

// Schedule is a learning rate η over time t = k/d, in the scale of the theory:
// the step of an optimizer is η/d. It may depend on where the run is. Schedules
// are read by simulations, SDEs and ODEs alike; they hold no state and are safe
// for concurrent use.
//
// A schedule may have the method Validate() error, which returns an error that
// names its first bad parameter; see ValidateSchedule. One with jumps or kinks in t
// should be Piecewise.
type Schedule interface {
	// Rate returns η at time t for a run at the given position: nonnegative and
	// finite.
	Rate(t float64, at Position) float64
}

// Position is what a schedule may ask of the run it steers. What is not asked
// for is not computed.
type Position interface {
	// Risk returns R = ½ νᵀKν.
	Risk() float64

	// Descent returns ½ νᵀKAν = Σ λ_i r_i, A being K in the Plain basis and K̄ in the
	// Preconditioned one: the risk falls at the rate 2ηh(R) times it, but for the
	// noise. It is NaN where a position does not know it in that basis.
	Descent(basis spectra.Basis) float64
}

// Piecewise is a Schedule that is smooth in t only between certain times. It is
// continuous from the right at a jump.
type Piecewise interface {
	Schedule

	// Breaks returns the times t > 0 of the jumps and kinks, increasing. Solvers of
	// differential equations step exactly to them.
	Breaks() []float64
}

// breaks returns the breaks of the schedule, if it has any.
func breaks(eta Schedule) []float64 {
	if p, ok := eta.(Piecewise); ok {
		return p.Breaks()
	}
	return nil
}

// Constant is the schedule η(t) = Constant.
type Constant float64

// Validate returns an error unless the constant is nonnegative and finite.
func (c Constant) Validate() error { return checkNonnegative("Constant", float64(c)) }

// Rate returns the constant.
func (c Constant) Rate(float64, Position) float64 { return float64(c) }

// Func is a schedule that depends on time alone. It should be smooth; a Piecewise
// schedule of one's own says where it is not.
type Func func(t float64) float64

// Validate returns an error if the function is nil.
func (f Func) Validate() error {
	if f == nil {
		return errors.New("signsgd: the schedule Func is nil")
	}
	return nil
}

// Rate returns f(t).
func (f Func) Rate(t float64, _ Position) float64 { return f(t) }

// RateAt returns the rate of the schedule at time t, or an error unless it is
// nonnegative and finite.
func RateAt(eta Schedule, t float64, at Position) (float64, error) {
	if eta == nil {
		return 0, errors.New("signsgd: the schedule is nil")
	}
	rate := eta.Rate(t, at)
	if !(rate >= 0) || math.IsInf(rate, 1) {
		return 0, fmt.Errorf("signsgd: the learning rate is %v at t = %v: must be nonnegative and finite", rate, t)
	}
	return rate, nil
}

// ValidateSchedule returns an error that names the first bad parameter of the
// schedule, and nil if there is none or it has no Validate method. A nil schedule is
// an error. Runs call it before they start.
func ValidateSchedule(eta Schedule) error {
	if eta == nil {
		return errors.New("signsgd: the schedule is nil")
	}
	if v, ok := eta.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}
