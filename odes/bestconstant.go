package odes

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// BestConstant returns the constant learning rate that minimizes the risk at the
// horizon, and that risk. It scans rates in steps of a factor e^½, and then finds where
// the derivative of R(T) by log η, from the adjoint, vanishes next to the lowest of them,
// to about 1e-8 of η. A rate under which the risk diverges counts as +Inf. From θ* the best
// rate is 0. A system without noise may have no best rate: it is an error if the risk
// still falls at rates e^100 times those on which it moves at all. The system's own
// schedule plays no part.
func (s *System) BestConstant(ctx context.Context, horizon float64) (eta, risk float64, err error) {
	if err := s.Validate(); err != nil {
		return 0, 0, err
	}
	if err := checkHorizon(horizon); err != nil {
		return 0, 0, err
	}
	if s.Modes.InitialRisk() == 0 {
		return 0, 0, nil
	}
	if s, err = s.compact(); err != nil {
		return 0, 0, err
	}
	c := &constants{sys: s, horizon: horizon}
	centre, known := s.typicalRate(horizon)
	const stride, widest = 0.5, 100.0
	best, lowest := centre, math.Inf(1)
	scan := func(from, to float64) {
		for x := from; x < to && err == nil; x += stride {
			var v float64
			if v, err = c.risk(ctx, x, true); v < lowest {
				best, lowest = x, v
			}
		}
	}
	lo, hi := centre-4, centre+3
	scan(lo, hi)
	for err == nil && hi-lo < widest { // while the best lies at an edge, look beyond it
		switch {
		case best < lo+stride:
			scan(lo-8, lo)
			lo -= 8
		case best > hi-2*stride:
			scan(hi, hi+8)
			hi += 8
		default:
			x, v, err := c.refine(ctx, best, stride)
			if err != nil {
				return 0, 0, err
			}
			return math.Exp(x), math.Exp(v), nil
		}
	}
	if err == nil && !known && best > hi-2*stride {
		err = fmt.Errorf("odes: BestConstant: a system without noise has no best rate: the risk still falls at η = %.3g", math.Exp(best))
	}
	if err != nil {
		return 0, 0, err
	}
	lowest, err = c.risk(ctx, best, false)
	return math.Exp(best), math.Exp(lowest), err
}

// typicalRate returns the logarithm of a rate to begin to look at: that of the greedy
// schedule at the start. Without noise there, which known says, it is the one under
// which the risk moves within the horizon.
func (s *System) typicalRate(horizon float64) (centre float64, known bool) {
	at := s.initial()
	greedy, err := schedule.At(s.Greedy(), 0, &at)
	switch {
	case err == nil && greedy > 0:
		return math.Log(greedy), true
	case err == nil: // the drift is too small for a float64
		return math.Log(at.risk) / 2, true
	}
	h, _ := s.Limit.Drift(at.risk)
	centre = math.Log(at.risk) - math.Log(2*h*at.descent) - math.Log(horizon)
	if math.IsNaN(centre) || math.IsInf(centre, 0) {
		centre = 0
	}
	return centre, false
}

// constants knows the risk at the horizon under constant rates.
type constants struct {
	sys     *System
	horizon float64
}

// risk returns the logarithm of the risk under η = e^x, to seven digits if it is rough.
func (c *constants) risk(ctx context.Context, x float64, rough bool) (float64, error) {
	s := c.sys.WithRate(schedule.Constant(math.Exp(x)))
	if rough {
		s.Tolerance = max(s.tolerance(), 1e-7)
	}
	var stats Stats
	risk := 0.0
	err := s.march(ctx, c.horizon, &stats, func(p *piece) bool {
		risk = p.at(p.stop)
		return true
	})
	var diverged *DivergedError
	switch {
	case errors.As(err, &diverged):
		return math.Inf(1), nil
	case err != nil:
		return math.NaN(), err
	}
	return math.Log(risk), nil
}

// slope returns the logarithm of the risk under η = e^x, with its derivative by x.
func (c *constants) slope(ctx context.Context, x float64) (value, slope float64, err error) {
	if c.sys.Limit.Centred {
		// Without an adjoint, by differences.
		const bump = 1e-4
		var below, above float64
		if value, err = c.risk(ctx, x, false); err != nil {
			return 0, 0, err
		}
		if below, err = c.risk(ctx, x-bump, false); err != nil {
			return 0, 0, err
		}
		above, err = c.risk(ctx, x+bump, false)
		return value, (above - below) / (2 * bump), err
	}
	v, err := c.sys.WithRate(schedule.Constant(math.Exp(x))).sensitivity(ctx, c.horizon)
	if err != nil {
		return 0, 0, err
	}
	if v.Risk == 0 {
		return math.Inf(-1), 0, nil
	}
	return math.Log(v.Risk), v.Scale() / v.Risk, nil
}

// refine returns the place and the value of the lowest risk next to best, the lowest of a
// scan with the stride.
func (c *constants) refine(ctx context.Context, best, stride float64) (x, value float64, err error) {
	var diverged *DivergedError
	lo, hi := best-stride, best+stride // the slope is negative at lo and positive at hi
	x = best
	lowestAt, lowest := best, math.Inf(1)
	var slopeLo, slopeHi float64 // NaN where not known
	slopeLo, slopeHi = math.NaN(), math.NaN()
	for range 60 {
		v, slope, e := c.slope(ctx, x)
		switch {
		case errors.As(e, &diverged): // as at a rate that is too large
			v, slope = math.Inf(1), math.NaN()
		case e != nil:
			return 0, 0, e
		}
		if v < lowest {
			lowestAt, lowest = x, v
		}
		if slope == 0 || math.IsInf(v, -1) {
			return x, v, nil
		}
		previous := x
		if slope < 0 {
			lo, slopeLo = x, slope
		} else {
			hi, slopeHi = x, slope
		}
		// A secant where both slopes are known; from one alone a step of half the way.
		x = lo + (hi-lo)/2
		if slopeLo < 0 && slopeHi > 0 {
			x = lo + (hi-lo)*slopeLo/(slopeLo-slopeHi)
			x = min(max(x, lo+0.02*(hi-lo)), hi-0.02*(hi-lo))
		}
		if math.Abs(x-previous) < 1e-8 || hi-lo < 1e-8 {
			break
		}
	}
	return lowestAt, lowest, nil
}
