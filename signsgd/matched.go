package signsgd

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// MatchSGD returns the schedule (16) that gives SGD on the problem the steps of signSGD
// run with eta. It needs noise of finite second moment, else noise.ErrInfiniteVariance.
func MatchSGD(p Problem, eta schedule.Schedule) (schedule.Matched, error) {
	if err := p.Validate(); err != nil {
		return schedule.Matched{}, err
	}
	if err := schedule.Validate(eta); err != nil {
		return schedule.Matched{}, err
	}
	v2, err := noise.FiniteSecondMoment(p.Law())
	if err != nil {
		return schedule.Matched{}, fmt.Errorf("signsgd: matched schedule: %w", err)
	}
	return schedule.Matched{Sign: eta, SecondMoment: v2, Gain: noise.BatchFactor(p.BatchSize())}, nil
}

// CheckSchedule returns an error unless the schedule is valid and belongs to the valid
// problem: the SecondMoment and the Gain of a schedule.Matched must be those of the
// problem. NewRun calls it, and so does whatever else runs a problem under a schedule.
func CheckSchedule(p Problem, eta schedule.Schedule) error {
	if err := schedule.Validate(eta); err != nil {
		return err
	}
	m, ok := eta.(schedule.Matched)
	if !ok {
		return nil
	}
	want, err := MatchSGD(p, m.Sign)
	if err != nil {
		return err
	}
	if !near(m.SecondMoment, want.SecondMoment) {
		return fmt.Errorf("signsgd: the schedule's Matched.SecondMoment is %v: must be %.6g, that of the problem", m.SecondMoment, want.SecondMoment)
	}
	if !near(m.Gain, want.Gain) {
		return fmt.Errorf("signsgd: the schedule's Matched.Gain is %v: must be %.6g, that of the problem", m.Gain, want.Gain)
	}
	return CheckSchedule(p, m.Sign)
}

// near reports whether two nonnegative numbers agree up to rounding.
func near(x, y float64) bool { return math.Abs(x-y) <= 1e-12*max(x, y) }
