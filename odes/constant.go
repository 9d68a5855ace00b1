package odes

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// LargestRate returns the largest constant learning rate under which the risk comes
// to rest at a stable stationary point. It is +Inf for signSGD, which has such a point
// for every η, and 2dB/tr K for SGD, which diverges beyond it (255). For a coupled
// limit it is the largest under which LimitRisk is finite. The system's own schedule plays
// no part.
func (s *System) LargestRate() (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	var failed error
	stable := func(eta float64) bool {
		if s.Limit.Coupling != nil {
			limit, err := s.WithRate(schedule.Constant(eta)).LimitRisk()
			if err != nil {
				failed = err
			}
			return err == nil && !math.IsInf(limit, 1)
		}
		rate, err := s.WithRate(schedule.Constant(eta)).LocalRate()
		if errors.Is(err, ErrNoStationary) {
			limit, _ := s.WithRate(schedule.Constant(eta)).LimitRisk()
			return limit == 0
		}
		if err != nil {
			failed = err
		}
		return err == nil && rate > 0
	}
	const lowest, highest = 1e-100, 1e100
	lo, hi := 1.0, 1.0
	if stable(1) {
		for hi = 4; stable(hi); hi *= 4 {
			if lo = hi; hi > highest {
				return math.Inf(1), failed
			}
		}
	} else {
		for lo = 0.25; failed == nil && !stable(lo); lo /= 4 {
			if hi = lo; lo < lowest {
				return 0, fmt.Errorf("%w at any learning rate", ErrNoStationary)
			}
		}
	}
	if failed != nil {
		return 0, failed
	}
	return bisect(lo, hi, stable), failed
}
