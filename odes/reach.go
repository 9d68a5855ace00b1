package odes

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/roots"
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
	err := s.walk(ctx, horizon, &stats, func(p piece) bool {
		before := p.Start
		for _, x := range collocation.Lobatto[1:] { // the risk may dip within a step
			t := p.Start + x*p.Size
			if p.At(t) <= level {
				reached = roots.Bisect(before, t, func(t float64) bool { return p.At(t) > level })
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
