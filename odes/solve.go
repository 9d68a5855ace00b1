package odes

import (
	"context"

	"github.com/riskcurves/riskcurves/odes/internal/clock"
	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
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
	return s.solve(ctx, times, func(piece) {})
}

// solve is Solve of a valid system at valid times, which shows every piece to visit.
func (s *System) solve(ctx context.Context, times []float64, visit func(p piece)) (*Curve, error) {
	c := &Curve{Times: append([]float64{}, times...), Risk: make([]float64, len(times)), Rate: make([]float64, len(times))}
	next := 0
	at := s.equation().Start()
	c.first = at.R
	var last *coupled.Piece
	s, err := c.startCoupled(s)
	if err != nil {
		return nil, err
	}
	record := func() {
		c.Risk[next] = at.R
		c.Rate[next] = s.Rate.Rate(times[next], &at)
		c.recordCoupled(next, last)
		next++
	}
	for next < len(times) && times[next] == 0 {
		record()
	}
	err = s.walk(ctx, times[len(times)-1], &c.Stats, func(p piece) bool {
		for next < len(times) && times[next] <= p.Stop {
			at, last = p.Position(times[next]), p.coupled
			record()
		}
		c.pieces = append(c.pieces, p.Segment)
		visit(p)
		return true
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// solveByClock is Solve of a valid system at valid times where the clock can replace the
// time. ok is false where it cannot; solve then knows what to do.
func (s *System) solveByClock(ctx context.Context, times []float64) (c *Curve, ok bool, err error) {
	eta, constant := s.Rate.(schedule.Constant)
	if !constant || !(eta > 0) || s.Limit.Centred || s.Limit.Coupling != nil {
		return nil, false, nil
	}
	compact, err := s.compact()
	if err != nil {
		return nil, false, err
	}
	c = &Curve{Times: append([]float64{}, times...), Risk: make([]float64, len(times)), Rate: make([]float64, len(times)), first: s.Modes.InitialRisk()}
	if horizon := times[len(times)-1]; horizon > 0 {
		c.pieces, ok, err = clock.Solve(ctx, compact.equation(), compact.clockTables(), horizon, (*march.Stats)(&c.Stats))
		if !ok || err != nil {
			return nil, false, err
		}
	}
	next := 0
	for i, t := range times {
		c.Rate[i] = float64(eta)
		if t == 0 {
			c.Risk[i] = c.first
			continue
		}
		for c.pieces[next].Stop < t {
			next++
		}
		c.Risk[i] = c.pieces[next].At(t)
	}
	return c, true, nil
}
