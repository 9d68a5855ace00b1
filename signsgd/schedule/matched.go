package schedule

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Matched is the schedule (16). It gives SGD the step of signSGD run with the schedule
// Sign: it divides by the root mean square of a gradient's residual,
//
//	η_SGD(t) = (2/π) c_B η(t)/√(2𝓟(R)),  2𝓟(R) = 2R + v²,
//
// with the factor c_B of the mini-batch version (260), c_1 = 1. SecondMoment and Gain
// belong to a problem. signsgd.MatchSGD fills them in, and runs, SDEs and ODEs return an
// error if they are not those of their problem.
type Matched struct {
	Sign         Schedule // η, the schedule of signSGD
	SecondMoment float64  // v² = E ε²
	Gain         float64  // c_B
}

var _ Piecewise = Matched{}

// Validate returns an error unless Sign is valid, SecondMoment is nonnegative and
// finite, and Gain is positive and finite.
func (m Matched) Validate() error {
	if err := Validate(m.Sign); err != nil {
		return fmt.Errorf("schedule: Matched.Sign: %s", strings.TrimPrefix(err.Error(), "schedule: "))
	}
	return errors.Join(checkNonnegative("Matched.SecondMoment", m.SecondMoment), checkPositive("Matched.Gain", m.Gain))
}

// Breaks returns the breaks of Sign.
func (m Matched) Breaks() []float64 { return Breaks(m.Sign) }

// Rate returns η_SGD at the time t. It panics if Sign is nil.
func (m Matched) Rate(t float64, at Position) float64 {
	if m.Sign == nil {
		panic("schedule: Matched.Sign: the schedule is nil")
	}
	return 2 / math.Pi * m.Gain * m.Sign.Rate(t, at) / math.Sqrt(2*at.Risk()+m.SecondMoment)
}
