package odes

import (
	"context"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Greedy returns the schedule under which the risk of the system falls fastest at
// every moment,
//
//	η* = 2 h(R) Σ λ_i r_i / (Σ_n g_n(R) Σ_i c_i^{(n)}/d).
//
// On isotropic data this is (26) for signSGD and η* = R/𝓟 of (27) for SGD. It serves
// simulations, SDEs and ODEs of the same problem and optimizer. The system's own
// schedule plays no part. It is not known for coupled limits: there every rate is NaN, and
// using it is an error.
func (s *System) Greedy() schedule.Greedy {
	load := make([]float64, len(s.Modes.Weights))
	for n, w := range s.Modes.Weights {
		for _, c := range w {
			load[n] += c / float64(s.Modes.Dim)
		}
	}
	limit := s.Limit
	if limit.Coupling != nil {
		undefined := func(float64) float64 { return math.NaN() }
		return schedule.Greedy{Drift: undefined, Noise: undefined}
	}
	name := ""
	if limit.Name != "" {
		name = "greedy schedule of " + limit.Name
	}
	return schedule.Greedy{
		Name:           name,
		Preconditioned: limit.Basis == spectra.Preconditioned,
		Drift: func(risk float64) float64 {
			h, _ := limit.Drift(risk)
			return h
		},
		Noise: func(risk float64) float64 {
			sum := 0.0
			for n, term := range limit.Noise {
				g, _ := term.Gain(risk)
				sum += g * load[n]
			}
			return sum
		},
	}
}

// Optimal returns the schedule η(t) that minimizes the risk at the horizon, and that
// risk. On isotropic data it is the greedy schedule. Elsewhere it accepts a higher risk
// at first and gains on the slow modes.
//
// It is found by descent. With the adjoint p_i = ∂R(T)/∂r_i(t), the derivative of R(T) by
// η(t) is that of Sensitivity.Rate, which vanishes at
//
//	η* = max(0, 2h Σ p_i λ_i r_i / (Σ_n g_n Σ_i p_i c_i^{(n)}/d)).
//
// The schedule is linear between some 200 times, which are dense in log t, in log(T − t)
// and where the risk falls fast. A quasi-Newton method moves the logarithms of its rates,
// first on a coarse discretization from several starts: the greedy schedule, the best
// constant, its linear decay and powers of t. The best of them is finished with the
// exact gradient, to 1e-5 of the risk: no change of some of the rates gains more. There
// may be other minima. The cost is that of some hundred solutions.
//
// Optimal returns the best that it has seen, by Solve: the result of the descent, the
// best constant, or the greedy schedule at 1,000 times. So it is worse than none of
// these, up to the interpolation. The risk returned is that of the ODE under the
// schedule returned. The system's own schedule plays no part. A start at θ* gives the rate
// 0. Centred and coupled limits are errors, and so is a limit without noise, as for
// BestConstant.
func (s *System) Optimal(ctx context.Context, horizon float64) (schedule.Interpolated, float64, error) {
	var none schedule.Interpolated
	if err := s.uncoupled("Optimal"); err != nil {
		return none, 0, err
	}
	constant, risk, err := s.BestConstant(ctx, horizon)
	if err != nil {
		return none, 0, err
	}
	best := schedule.Interpolated{Times: []float64{0}, Rates: []float64{constant}}
	if risk == 0 || constant == 0 {
		return best, risk, nil // nothing is below
	}
	small, err := s.compact()
	if err != nil {
		return none, 0, err
	}
	// consider keeps a candidate that is better than the best so far. It first looks at few
	// digits, which tell most of them apart.
	consider := func(candidate schedule.Interpolated) error {
		for _, tolerance := range []float64{1e-6, small.tolerance()} {
			trial := small.WithRate(candidate)
			trial.Tolerance = max(tolerance, small.tolerance())
			curve, err := trial.Solve(ctx, []float64{horizon})
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil || !(curve.Risk[0] < risk*(1+100*(trial.Tolerance-small.tolerance()))) {
				return nil
			}
			if trial.Tolerance == small.tolerance() && curve.Risk[0] < risk {
				best, risk = candidate, curve.Risk[0]
			}
		}
		return nil
	}
	o, err := newOptimizer(ctx, small, horizon, constant)
	if err != nil {
		return none, 0, err
	}
	if len(o.greedy.Times) > 0 {
		if err := consider(o.greedy); err != nil {
			return none, 0, err
		}
	}
	found, err := o.descend(ctx, risk)
	if err != nil {
		return none, 0, err
	}
	if len(found.Times) > 0 {
		if err := consider(found); err != nil {
			return none, 0, err
		}
	}
	return best, risk, ctx.Err()
}
