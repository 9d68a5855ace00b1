package odes

import (
	"context"

	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/floats"
)

// DefaultTolerance is the relative tolerance where System.Tolerance is 0.
const DefaultTolerance = 1e-10

// Solve returns the risk at the given times. They must be nonnegative and must not
// decrease. Curve.At gives the risk at any other time up to the last.
//
// Solve steps with a collocation method of high order that is exact in the decay of the
// modes, so its cost does not depend on the condition number. It controls the error of
// R relative to R itself, at the steps and between them. Steps end at the jumps and
// kinks that a schedule tells of (schedule.Piecewise). A schedule that hides them is
// followed to about a hundred times the tolerance. A pulse of the rate may be missed if
// it is far shorter than the time on which the risk moves.
//
// Solve fails when ctx ends, and with a *DivergedError if the risk leaves the range of
// numbers.
func (s *System) Solve(ctx context.Context, times []float64) (*Curve, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	if c, ok, err := s.solveByClock(ctx, times); ok || err != nil {
		return c, err
	}
	return s.solve(ctx, times, func(*piece) {})
}

// solve is Solve of a valid system at valid times, which shows every piece to visit.
func (s *System) solve(ctx context.Context, times []float64, visit func(p *piece)) (*Curve, error) {
	c := &Curve{Times: append([]float64{}, times...), Risk: make([]float64, len(times)), Rate: make([]float64, len(times))}
	next := 0
	at := s.initial()
	c.first = at.risk
	var last *piece
	s, err := c.startCoupled(s)
	if err != nil {
		return nil, err
	}
	record := func() {
		c.Risk[next] = at.risk
		c.Rate[next] = s.Rate.Rate(times[next], &at)
		c.recordCoupled(next, last)
		next++
	}
	for next < len(times) && times[next] == 0 {
		record()
	}
	err = s.walk(ctx, times[len(times)-1], &c.Stats, func(p *piece) bool {
		for next < len(times) && times[next] <= p.stop {
			at, last = p.position(times[next]), p
			record()
		}
		c.pieces = append(c.pieces, segment{p.start, p.size, p.stop, p.risk})
		visit(p)
		return true
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// initial returns the position at the start.
func (s *System) initial() position {
	return position{risk: s.Modes.InitialRisk(), descent: floats.Dot(s.Modes.Lambda, s.Modes.Risk), preconditioned: s.preconditioned()}
}

// preconditioned reports whether the modes are those of K̄.
func (s *System) preconditioned() bool { return s.Limit.Basis == spectra.Preconditioned }
