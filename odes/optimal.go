package odes

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Optimal returns the schedule η(t) that minimizes the risk at the horizon, and that
// risk. On isotropic data it is the greedy schedule. Elsewhere it accepts a higher risk
// at first and gains on the slow modes.
//
// It is found by Pontryagin's principle. With the adjoint p_i = ∂R(T)/∂r_i(t), which
// solves p_i' = 2ηhλ_i p_i − Σ_j p_j ∂_R(−2ηhλ_j r_j + η² Σ_n g_n c_j^{(n)}/(2d)) from
// p_i(T) = 1, the derivative of R(T) by η(t) vanishes at
//
//	η* = 2h Σ p_i λ_i r_i / (Σ_n g_n Σ_i p_i c_i^{(n)}/d),
//
// and moving η towards η* lowers R(T). The schedule is piecewise linear on 160
// intervals, which are shorter at both ends. The descent starts from the greedy schedule
// and from the best constant, and stops when a sweep gains less than 1e-9 of the risk.
// The risk returned is that of the ODE under the schedule. The system's own schedule
// plays no part.
func (s *System) Optimal(ctx context.Context, horizon float64) (schedule.Interpolated, float64, error) {
	var best schedule.Interpolated
	if err := s.errCoupled("Optimal"); err != nil {
		return best, 0, err
	}
	if s.Limit.Centred {
		return best, 0, errors.New("odes: Optimal: Limit.Centred is not supported")
	}
	constant, _, err := s.BestConstant(ctx, horizon)
	if err != nil {
		return best, 0, err
	}
	if s, err = s.compact(); err != nil {
		return best, 0, err
	}
	lowest := math.Inf(1)
	for _, start := range []float64{math.NaN(), constant} {
		c := newControl(s, horizon, start)
		if err := c.descend(ctx); err != nil {
			return best, 0, err
		}
		if c.risk < lowest {
			best, lowest = c.schedule(), c.risk
		}
	}
	curve, err := s.WithRate(best).Solve(ctx, []float64{horizon})
	if err != nil {
		return best, 0, err
	}
	return best, curve.Risk[0], nil
}

// control is a rate for each of a number of intervals, with the modes and their
// adjoint in the middle of each.
type control struct {
	sys   *System
	time  []float64   // ends of the intervals
	rate  []float64   // η of each interval; NaN for the greedy one
	modes [][]float64 // r in the middle
	optim []float64   // η* of each interval
	risk  float64     // at the horizon
}

const intervals = 160

// newControl returns a control of constant rate. A NaN stands for the greedy rate.
func newControl(s *System, horizon, rate float64) *control {
	c := &control{sys: s, time: make([]float64, intervals+1), rate: make([]float64, intervals),
		modes: make([][]float64, intervals), optim: make([]float64, intervals)}
	for m := range c.time {
		c.time[m] = horizon * (1 - math.Cos(math.Pi*float64(m)/intervals)) / 2
	}
	for m := range c.rate {
		c.rate[m] = rate
		c.modes[m] = make([]float64, len(c.sys.Modes.Lambda))
	}
	c.risk = c.forward(c.rate)
	return c
}

// descend moves the rates towards η* as long as that lowers the risk.
func (c *control) descend(ctx context.Context) error {
	const sweeps, gain = 2000, 1e-9
	share := 1.0
	trial := make([]float64, intervals)
	for range sweeps {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.backward()
		improved := 0.0
		for ; share > 1e-6; share /= 2 {
			for m := range trial {
				trial[m] = c.rate[m] + share*(c.optim[m]-c.rate[m])
			}
			if risk := c.forward(trial); risk < c.risk {
				improved = 1 - risk/c.risk
				c.risk = risk
				copy(c.rate, trial)
				break
			}
		}
		if improved < gain {
			break
		}
		share = min(1, 2*share)
	}
	c.risk = c.forward(c.rate)
	if math.IsNaN(c.risk) || math.IsInf(c.risk, 0) {
		return fmt.Errorf("odes: Optimal: the risk is %v", c.risk)
	}
	return nil
}

// advance moves the modes by dt under constant coefficients, exactly.
func (c *control) advance(dst, modes []float64, eta, h float64, input []float64, dt float64) (risk float64) {
	for i, l := range c.sys.Modes.Lambda {
		x := 2 * eta * h * l * dt
		forced := 0.0
		for n, w := range c.sys.Modes.Weights {
			forced += input[n] * w[i]
		}
		dst[i] = modes[i]*math.Exp(-x) + forced*dt*relax(x)
		risk += dst[i]
	}
	return risk
}

// relax returns (1 − e^{−x})/x.
func relax(x float64) float64 {
	if x == 0 {
		return 1
	}
	return -math.Expm1(-x) / x
}

// inputs stores η² g_n/(2d) and returns h.
func (c *control) inputs(dst []float64, eta, risk float64) (h float64) {
	for n, term := range c.sys.Limit.Noise {
		g, _ := term.Gain(risk)
		dst[n] = eta * eta * g / (2 * float64(c.sys.Modes.Dim))
	}
	h, _ = c.sys.Limit.Drift(risk)
	return h
}

// forward solves the system under the rates by the midpoint rule, stores the modes
// in the middle of every interval and returns the risk at the end. Rates that are
// NaN are replaced by the greedy ones.
func (c *control) forward(rate []float64) float64 {
	modes := append([]float64{}, c.sys.Modes.Risk...)
	next := make([]float64, len(modes))
	input := make([]float64, len(c.sys.Limit.Noise))
	risk := c.sys.Modes.InitialRisk()
	greedy := c.sys.Greedy()
	for m := range rate {
		dt := c.time[m+1] - c.time[m]
		if math.IsNaN(rate[m]) {
			at := position{risk: risk, preconditioned: c.sys.preconditioned()}
			for i, l := range c.sys.Modes.Lambda {
				at.descent += l * modes[i]
			}
			rate[m] = greedy.Rate(c.time[m], &at)
		}
		h := c.inputs(input, rate[m], risk)
		middle := c.advance(c.modes[m], modes, rate[m], h, input, dt/2)
		h = c.inputs(input, rate[m], middle)
		risk = c.advance(next, modes, rate[m], h, input, dt)
		modes, next = next, modes
		if !(risk < divergent) {
			return math.Inf(1)
		}
	}
	return risk
}

// backward solves the adjoint from the end and stores η* of every interval.
func (c *control) backward() {
	n := len(c.sys.Modes.Lambda)
	adjoint, middle := make([]float64, n), make([]float64, n)
	for i := range adjoint {
		adjoint[i] = 1
	}
	for m := intervals - 1; m >= 0; m-- {
		dt := c.time[m+1] - c.time[m]
		risk := 0.0
		for _, r := range c.modes[m] {
			risk += r
		}
		h, hSlope := c.sys.Limit.Drift(risk)
		eta, scale := c.rate[m], 1/(2*float64(c.sys.Modes.Dim))
		// source is Σ_j p_j ∂_R of the right-hand side, the same for all modes.
		source := func(p []float64) (source, pull, push float64) {
			for i, l := range c.sys.Modes.Lambda {
				pull += p[i] * l * c.modes[m][i]
			}
			source = -2 * eta * hSlope * pull
			for k, term := range c.sys.Limit.Noise {
				weight := 0.0
				for i, w := range c.sys.Modes.Weights[k] {
					weight += p[i] * w
				}
				g, gSlope := term.Gain(risk)
				source += eta * eta * gSlope * weight * scale
				push += g * weight
			}
			return source, pull, push
		}
		back := func(dst []float64, source, dt float64) {
			for i, l := range c.sys.Modes.Lambda {
				x := 2 * eta * h * l * dt
				dst[i] = adjoint[i]*math.Exp(-x) + source*dt*relax(x)
			}
		}
		s, _, _ := source(adjoint)
		back(middle, s, dt/2)
		s, pull, push := source(middle)
		back(adjoint, s, dt)
		c.optim[m] = 2 * h * pull / (push * 2 * scale)
	}
}

// schedule returns the rates as a piecewise linear schedule through the middles of
// the intervals.
func (c *control) schedule() schedule.Interpolated {
	s := schedule.Interpolated{Times: make([]float64, intervals), Rates: append([]float64{}, c.rate...)}
	for m := range s.Times {
		s.Times[m] = (c.time[m] + c.time[m+1]) / 2
	}
	return s
}
