package odes

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/coupled"
)

// limitRiskCoupled is limitRisk for a coupled limit. It also returns the limit at rest.
func (s *System) limitRiskCoupled(ctx context.Context) (float64, *coupled.Rest, error) {
	eq, err := s.equation()
	if err != nil {
		return 0, nil, err
	}
	r, err := eq.NewRest()
	if err != nil {
		return 0, nil, err
	}
	risk, err := findRest(ctx, s.Modes.InitialRisk(), r.Response)
	return risk, r, err
}

// localRateCoupled is LocalRate for a coupled limit.
func (s *System) localRateCoupled(ctx context.Context) (float64, error) {
	limit, r, err := s.limitRiskCoupled(ctx)
	if err != nil {
		return 0, err
	}
	if limit == 0 || math.IsInf(limit, 1) {
		return 0, fmt.Errorf("%w: the limit risk is %v", ErrNoStationary, limit)
	}
	rate, err := r.Slowest(limit)
	if errors.Is(err, coupled.ErrNoRest) {
		return 0, ErrNoStationary
	}
	return rate, err
}

// errCoupled returns the error of a method that has no answer for coupled limits.
func (s *System) errCoupled(method string) error {
	if s.Limit.Coupling == nil {
		return nil
	}
	return fmt.Errorf("odes: %s: the limit is coupled: %s is known for limits of one vector only", method, method)
}
