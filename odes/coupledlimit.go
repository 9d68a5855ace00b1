package odes

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/coupled"
)

// limitRiskCoupled is limitRisk for a coupled limit. It also returns the limit at rest.
func (s *System) limitRiskCoupled() (float64, *coupled.Rest, error) {
	eq, err := s.equation()
	if err != nil {
		return 0, nil, err
	}
	r, err := eq.NewRest()
	if err != nil {
		return 0, nil, err
	}
	risk, err := findRest(max(s.Modes.InitialRisk(), minRisk), r.Response)
	return risk, r, err
}

// findRest returns the risk at which response(risk) = risk that is met first from start.
func findRest(start float64, response func(risk float64) (float64, error)) (float64, error) {
	var failed error
	rising := func(risk float64) bool {
		rest, err := response(risk)
		if err != nil {
			failed = err
		}
		return err == nil && risk < rest
	}
	// Strides grow far from the start, where nothing but powers of the risk are left.
	stride := 1.25
	next := func() float64 {
		if stride *= 1.02; stride > 3 {
			stride = min(stride*stride, 1e20)
		}
		return stride
	}
	lo, hi := start, start
	if rising(start) {
		for rising(hi) && failed == nil {
			if lo, hi = hi, hi*next(); hi > maxRisk {
				return math.Inf(1), nil
			}
		}
	} else {
		for failed == nil && !rising(lo) {
			if lo, hi = lo/next(), lo; lo < minRisk {
				return 0, nil
			}
		}
	}
	for range 100 {
		middle := math.Sqrt(lo) * math.Sqrt(hi)
		if !(lo < middle && middle < hi) {
			break
		}
		if rising(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return math.Sqrt(lo) * math.Sqrt(hi), failed
}

// localRateCoupled is LocalRate for a coupled limit.
func (s *System) localRateCoupled() (float64, error) {
	limit, r, err := s.limitRiskCoupled()
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
