package odes

import (
	"context"
	"errors"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/odes/internal/roots"
)

// LimitRisk returns the risk R∞ at which the system comes to rest under a rate
// that no longer depends on time: the solution of
//
//	4 d R h(R) = η Σ_n g_n(R) Σ_{λ_i>0} c_i^{(n)}/λ_i
//
// that the risk meets first on its way from R(0). For signSGD it is unique, Theorem
// 3 and equation (244); for centred normal noise of variance v² it is (19),
// a(a + √(a²+v²)) with a = π η tr D/(8 d c_B). The rate is read at t = +Inf; it may
// depend on the risk. Two solutions closer than a factor 1.25 may both be missed, and so may
// two closer than a factor 1000 that lie twenty decades from R(0) and from 1.
//
// The risk of a coupled limit rests where the modes at rest under F, H, s and the scalars
// at rest have the risk that these are taken at; F, H and s are read at t = +Inf, too.
//
// The result is +Inf if the risk diverges, as that of SGD beyond its largest learning
// rate, and 0 if it decays to 0. A final learning rate of 0 is an error.
func (s *System) LimitRisk(ctx context.Context) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	return s.limitRisk(ctx)
}

// limitRisk is LimitRisk of a valid system.
func (s *System) limitRisk(ctx context.Context) (float64, error) {
	if s.Limit.Coupling != nil {
		risk, _, err := s.limitRiskCoupled(ctx)
		return risk, err
	}
	eq := s.equation()
	c := march.NewCoefficients(len(s.Limit.Noise))
	at := eq.At(0)
	return findRest(ctx, s.Modes.InitialRisk(), func(risk float64) (float64, error) {
		at.R = risk
		if err := eq.Evaluate(&c, math.Inf(1), &at); err != nil {
			return 0, err
		}
		rest := eq.AtRest(&c, nil)
		if math.IsNaN(rest) {
			return 0, errNoRate
		}
		return rest, nil
	})
}

var errNoRate = errors.New("odes: the learning rate is 0 in the end, so the risk has no limit that the system decides")

// findRest returns the risk at which response(risk) = risk that is met first from start:
// 0 or +Inf if there is none. The response is the risk of modes at rest under coefficients
// at a risk, so the risk rises towards it.
func findRest(ctx context.Context, start float64, response func(risk float64) (float64, error)) (float64, error) {
	start = max(start, march.MinRisk)
	var failed error
	rising := func(risk float64) bool {
		if failed == nil {
			failed = ctx.Err()
		}
		if failed != nil {
			return false
		}
		rest, err := response(risk)
		failed = err
		return err == nil && risk < rest
	}
	// Walk from the start to where the balance turns, then halve the interval.
	stride := func(risk float64) float64 {
		if math.Abs(math.Log10(risk/start)) < 20 || math.Abs(math.Log10(risk)) < 20 {
			return 1.25
		}
		return 1000
	}
	lo, hi := start, start
	if rising(start) {
		for rising(hi) {
			if lo, hi = hi, hi*stride(hi); hi > march.MaxRisk {
				return math.Inf(1), nil
			}
		}
	} else {
		for failed == nil && !rising(lo) {
			if lo, hi = lo/stride(lo), lo; lo < march.MinRisk {
				return 0, failed
			}
		}
	}
	risk := roots.Bisect(lo, hi, rising)
	if failed != nil {
		return 0, failed
	}
	return risk, nil
}
