package signsgd

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
)

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
	v2, err := noise.FiniteSecondMoment(p.Law())
	if err != nil {
		return Matched{}, fmt.Errorf("signsgd: matched schedule: %w", err)
	}
	return Matched{Sign: eta, SecondMoment: v2, Gain: noise.BatchFactor(p.BatchSize())}, nil
}

// Validate returns an error unless Sign is valid, SecondMoment nonnegative and finite
// and Gain positive and finite.
func (m Matched) Validate() error {
	if err := ValidateSchedule(m.Sign); err != nil {
		return fmt.Errorf("signsgd: Matched.Sign: %w", err)
	}
	return errors.Join(checkNonnegative("Matched.SecondMoment", m.SecondMoment), checkPositive("Matched.Gain", m.Gain))
}

// Breaks returns those of Sign.
func (m Matched) Breaks() []float64 { return breaks(m.Sign) }

// Rate returns η_SGD at time t.
func (m Matched) Rate(t float64, at Position) float64 {
	return 2 / math.Pi * m.Gain * m.Sign.Rate(t, at) / math.Sqrt(2*at.Risk()+m.SecondMoment)
}
