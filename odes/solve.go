package odes

import (
	"context"

	"gonum.org/v1/gonum/floats"
)

// DefaultTolerance is the relative tolerance that a zero System.Tolerance stands
// for.
const DefaultTolerance = 1e-10

// Solve returns the risk at the given times, which must increase and start at 0 or
// later. It steps with a collocation method of high order that is exact in the
// decay of the modes, so that its cost does not depend on the condition number, and
// controls the error of R relative to R itself, at the steps as between them. Where
// a schedule says that it has jumps or kinks (signsgd.Piecewise), steps end there.
//
// It ends early with ctx, and with a *DivergedError if the risk leaves the range of
// numbers.
func (s *System) Solve(ctx context.Context, times []float64) (*Curve, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	c := &Curve{Times: append([]float64{}, times...), Risk: make([]float64, len(times)), Rate: make([]float64, len(times))}
	next := 0
	at := s.initial()
	record := func() {
		c.Risk[next] = at.risk
		c.Rate[next] = s.Rate.Rate(times[next], &at)
		next++
	}
	for next < len(times) && times[next] == 0 {
		record()
	}
	err := s.walk(ctx, times[len(times)-1], &c.Stats, func(p *piece) bool {
		for next < len(times) && times[next] <= p.stop {
			at = p.position(times[next])
			record()
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// initial returns the position at the start.
func (s *System) initial() position {
	return position{risk: s.initialRisk(), descent: floats.Dot(s.Modes.Lambda, s.Modes.Risk), basis: s.Basis}
}

// initialRisk returns R(0).
func (s *System) initialRisk() float64 { return floats.Sum(s.Modes.Risk) }
