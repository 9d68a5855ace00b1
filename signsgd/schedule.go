package signsgd

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// Schedule is a learning rate η over time t = k/d, in the scale of the theory:
// the step of an optimizer is η/d. It may depend on where the run is. Schedules
// are read by simulations, SDEs and ODEs alike; they hold no state and are safe
// for concurrent use.
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

// Constant is the schedule η(t) = Constant.
type Constant float64

// Rate returns the constant.
func (c Constant) Rate(float64, Position) float64 { return float64(c) }

// Func is a schedule that depends on time alone.
type Func func(t float64) float64

// Rate returns f(t).
func (f Func) Rate(t float64, _ Position) float64 { return f(t) }

// Matched is the schedule (16) that gives SGD the step of signSGD run with the
// schedule Sign: it divides by the root mean square of a gradient's residual,
//
//	η_SGD(t) = (2/π) c_B η(t)/√(2𝓟(R)),  2𝓟(R) = 2R + v²,
//
// with the factor c_B of the mini-batch version (260), c_1 = 1. MatchSGD makes
// one for a Problem.
type Matched struct {
	Sign         Schedule // η, the schedule of signSGD
	SecondMoment float64  // v² = E ε²
	Gain         float64  // c_B
}

// MatchSGD returns the matched schedule of the problem for signSGD run with
// eta. It needs noise of finite second moment: noise.ErrInfiniteVariance.
func MatchSGD(p Problem, eta Schedule) (Matched, error) {
	if err := p.Validate(); err != nil {
		return Matched{}, err
	}
	if eta == nil {
		return Matched{}, errors.New("signsgd: eta is nil")
	}
	v2 := p.Law().SecondMoment()
	if math.IsInf(v2, 1) {
		return Matched{}, fmt.Errorf("signsgd: matched schedule for %T noise: %w", p.Law(), noise.ErrInfiniteVariance)
	}
	return Matched{Sign: eta, SecondMoment: v2, Gain: noise.BatchFactor(p.BatchSize())}, nil
}

// Rate returns η_SGD at time t.
func (m Matched) Rate(t float64, at Position) float64 {
	return 2 / math.Pi * m.Gain * m.Sign.Rate(t, at) / math.Sqrt(2*at.Risk()+m.SecondMoment)
}

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
