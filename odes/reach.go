package odes

import (
	"context"
	"fmt"
	"math"
)

// TimeToReach returns the first time at which the risk is at the level or below. It is
// 0 if the risk starts there, and +Inf if the risk does not get there by the horizon.
func (s *System) TimeToReach(ctx context.Context, level, horizon float64) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	if !(level >= 0) {
		return 0, fmt.Errorf("odes: level is %v: must be nonnegative", level)
	}
	if err := checkHorizon(horizon); err != nil {
		return 0, err
	}
	if s.Modes.InitialRisk() <= level {
		return 0, nil
	}
	reached := math.Inf(1)
	var stats Stats
	err := s.walk(ctx, horizon, &stats, func(p *piece) bool {
		before := p.start
		for _, x := range lobatto[1:] { // the risk may dip within a step
			t := p.start + x*p.size
			if p.at(t) <= level {
				reached = bisect(before, t, func(t float64) bool { return p.at(t) > level })
				return false
			}
			before = t
		}
		return true
	})
	if err != nil {
		return 0, err
	}
	return reached, nil
}
