package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/odes/internal/roots"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// LargestRate returns the largest constant learning rate under which the risk comes
// to rest at a stable stationary point. It is +Inf for signSGD, which has such a point
// for every η, and 2dB/tr K for SGD, which diverges beyond it (255). It is the rate of
// the limit d → ∞; runs at finite d diverge in mean square from MeanSquareRate on, which is
// lower. For a coupled limit it is the largest under which LimitRisk is finite. The system's
// own schedule plays no part.
func (s *System) LargestRate(ctx context.Context) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	if s.Limit.Coupling == nil {
		s = s.remembering()
	}
	var failed error
	reached := 0.0 // the limit risk under the rate asked for last
	stable := func(eta float64) bool {
		s := s.WithRate(schedule.Constant(eta))
		limit, err := s.limitRisk(ctx)
		if err != nil {
			failed = err
			return false
		}
		reached = limit
		if limit == 0 || math.IsInf(limit, 1) || s.Limit.Coupling != nil {
			return !math.IsInf(limit, 1)
		}
		lin, err := s.linearizeAt(limit)
		if err != nil && !errors.Is(err, ErrNoStationary) {
			failed = err
		}
		return err == nil && lin.Slowest() > 0
	}
	// Strides grow once the rate is far from 1.
	const lowest, highest = 1e-100, 1e100
	stride := func(eta float64) float64 {
		if math.Abs(math.Log10(eta)) < 12 {
			return 4
		}
		return 1e4
	}
	lo, hi := 1.0, 1.0
	if stable(1) {
		for hi = 4; stable(hi); hi *= stride(hi) {
			if lo = hi; hi > highest || reached > 1e25*max(s.Modes.InitialRisk(), 1) && s.alwaysRests() {
				return math.Inf(1), failed
			}
		}
	} else {
		for lo = 0.25; failed == nil && !stable(lo); lo /= stride(lo) {
			if hi = lo; lo < lowest {
				return 0, fmt.Errorf("%w at any learning rate", ErrNoStationary)
			}
		}
	}
	for failed == nil && hi > 4*lo {
		if middle := math.Sqrt(lo) * math.Sqrt(hi); stable(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
	if failed != nil {
		return 0, failed
	}
	rate := roots.Bisect(lo, hi, stable)
	// Where the limit risk leaves the range of numbers the rate is not the largest.
	if limit, err := s.WithRate(schedule.Constant(rate * (1 - 1e-9))).LimitRisk(ctx); err == nil && limit > march.MaxRisk/1e50 && !math.IsInf(limit, 1) {
		return math.Inf(1), failed
	}
	return rate, failed
}

// alwaysRests reports whether the rate under which a risk R is at rest grows without bound
// as R does, as far as two huge risks tell.
func (s *System) alwaysRests() bool {
	if s.Limit.Coupling != nil {
		return false
	}
	eq := s.WithRate(schedule.Constant(1)).equation()
	c := march.NewCoefficients(len(s.Limit.Noise))
	// Under the rate 1 the risk at rest is proportional to that of the coefficients.
	share := func(risk float64) float64 {
		at := eq.At(risk)
		if err := eq.Evaluate(&c, 0, &at); err != nil {
			return math.NaN()
		}
		return eq.AtRest(&c, nil) / risk
	}
	return share(1e90) < 1e-10*share(1e60)
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
