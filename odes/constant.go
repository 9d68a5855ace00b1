package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// LargestRate returns the largest constant learning rate under which the risk comes
// to rest at a stable stationary point. It is +Inf for signSGD, which has such a point
// for every η, and 2dB/tr K for SGD, which diverges beyond it (255). It is the rate of
// the limit d → ∞; runs at finite d diverge in mean square from MeanSquareRate on, which is
// lower. The system's own schedule plays no part.
func (s *System) LargestRate() (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	s = s.remembering()
	var failed error
	stable := func(eta float64) bool {
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
	rate := bisect(lo, hi, stable)
	// Where the limit risk leaves the range of numbers the rate is not the largest.
	if limit, err := s.WithRate(schedule.Constant(rate * (1 - 1e-9))).LimitRisk(); err == nil && limit > maxRisk/1e50 && !math.IsInf(limit, 1) {
		return math.Inf(1), failed
	}
	return rate, failed
}

// remembering returns the system with coefficients that remember their values, for
// questions that evaluate them at the same risks under many rates. It is for one
// goroutine.
func (s *System) remembering() *System {
	other := *s
	other.Limit.Drift = remember(s.Limit.Drift)
	other.Limit.Noise = slices.Clone(s.Limit.Noise)
	for n := range other.Limit.Noise {
		other.Limit.Noise[n].Gain = remember(s.Limit.Noise[n].Gain)
	}
	return &other
}

// remember returns the coefficient with a memory of its values.
func remember(c homogenized.Coefficient) homogenized.Coefficient {
	values := make(map[float64][2]float64)
	return func(risk float64) (value, slope float64) {
		v, ok := values[risk]
		if !ok {
			v[0], v[1] = c(risk)
			values[risk] = v
		}
		return v[0], v[1]
	}
}

// BestConstant returns the constant learning rate that minimizes the risk at the
// horizon, and that risk. It searches rates in steps of a factor e^½ and refines the
// lowest to about 1e-6 relative. A rate under which the risk diverges
// counts as +Inf. A system without noise may have no best rate and is an error. The
// system's own schedule plays no part.
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
	// end returns the logarithm of the risk at the horizon under η = e^x.
	end := func(x float64) float64 {
		other := s.WithRate(schedule.Constant(math.Exp(x)))
		curve, e := other.Solve(ctx, []float64{horizon})
		var diverged *DivergedError
		switch {
		case errors.As(e, &diverged):
			return math.Inf(1)
		case e != nil:
			err = e
			return math.NaN()
		}
		return math.Log(curve.Risk[0])
	}
	// The greedy rate at the start is where to begin to look.
	at := s.initial()
	greedy, err := schedule.At(s.Greedy(), 0, &at)
	if err != nil {
		return 0, 0, fmt.Errorf("odes: BestConstant: a system without noise has no best rate: %w", err)
	}
	centre := math.Log(greedy)
	if greedy == 0 { // the drift is too small for a float64
		centre = math.Log(at.risk) / 2
	}
	const stride, widest = 0.5, 100.0
	best, lowest := centre, math.Inf(1)
	scan := func(from, to float64) {
		for x := from; x < to && err == nil; x += stride {
			if v := end(x); v < lowest {
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
			x, v := golden(best-stride, best+stride, end)
			if err != nil {
				return 0, 0, err
			}
			return math.Exp(x), math.Exp(v), nil
		}
	}
	if err != nil {
		return 0, 0, err
	}
	return math.Exp(best), math.Exp(lowest), nil
}

// golden returns the place and the value of the minimum of f between lo and hi, by
// the golden section.
func golden(lo, hi float64, f func(x float64) float64) (x, value float64) {
	const ratio = math.Phi - 1
	a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
	fa, fb := f(a), f(b)
	for hi-lo > 1e-6 {
		if fa < fb {
			hi, b, fb = b, a, fa
			a = hi - ratio*(hi-lo)
			fa = f(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + ratio*(hi-lo)
			fb = f(b)
		}
	}
	if fa < fb {
		return a, fa
	}
	return b, fb
}
