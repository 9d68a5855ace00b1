package odes

import (
	"context"
	"errors"

	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// equation returns the equation of the modes, which says all of a system of one vector. That
// of a coupled limit has its coefficients alone.
func (s *System) equation() *march.Equation {
	return &march.Equation{Limit: s.Limit, Modes: s.Modes, Rate: s.Rate, Tolerance: s.tolerance(), Floor: s.Floor}
}

// piece is the solution over one step.
type piece struct {
	*march.Piece
	coupled *coupled.Piece // nil for a limit of one vector
}

// walk solves the system up to the horizon, step by step, and shows visit every piece in
// turn until it has seen enough.
func (s *System) walk(ctx context.Context, horizon float64, stats *Stats, visit func(p piece) (more bool)) error {
	if s.Limit.Coupling != nil {
		return s.walkCoupled(ctx, horizon, stats, visit)
	}
	s, err := s.compact()
	if err != nil {
		return err
	}
	return s.march(ctx, horizon, stats, visit)
}

// march is walk of a limit of one vector without compression of the modes.
func (s *System) march(ctx context.Context, horizon float64, stats *Stats, visit func(p piece) (more bool)) error {
	return told(s.equation().Walk(ctx, horizon, (*march.Stats)(stats), func(p *march.Piece) bool { return visit(piece{Piece: p}) }))
}

// record solves the system, whose modes are compressed already, and returns its steps.
func (s *System) record(ctx context.Context, horizon float64, stats *Stats) ([]march.Leg, error) {
	legs, err := s.equation().Record(ctx, horizon, (*march.Stats)(stats))
	return legs, told(err)
}

// told returns the error of a solution as users see it.
func told(err error) error {
	var diverged *march.DivergedError
	if errors.As(err, &diverged) {
		return (*DivergedError)(diverged)
	}
	return err
}
