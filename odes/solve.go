package odes

import (
	"context"
	"fmt"
	"math"
)

const (
	maxTime   = 1e300
	maxRisk   = 1e250 // the coefficients of a limit may square it no more
	divergent = 1e100 // above this a step that fails is put down to divergence
	minRisk   = 1e-280
)

// DefaultTolerance is the relative tolerance that a zero System.Tolerance stands
// for.
const DefaultTolerance = 1e-10

// Solve returns the risk at the given times, which must increase and start at 0
// or later. It steps with a method of high order that is exact in the decay of
// the modes, so that its cost does not depend on the condition number, and
// controls the error of R relative to R itself.
//
// It ends early with ctx, and with a *DivergedError if the risk leaves the
// range of numbers.
func (s *System) Solve(ctx context.Context, times []float64) (*Curve, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	c := &Curve{Times: append([]float64{}, times...), Risk: make([]float64, len(times))}
	v := &solver{step: newStep(s), tol: s.Tolerance, curve: c}
	if v.tol == 0 {
		v.tol = DefaultTolerance
	}
	for _, r := range s.Modes.Risk {
		v.now += r
	}
	return c, v.run(ctx)
}

// solver drives the steps of one solution.
type solver struct {
	*step
	tol   float64
	now   float64 // risk at the start of the step
	curve *Curve
	next  int // index of the next time to output

	last                series // risk in the step before
	lastStart, lastSize float64
}

func (v *solver) run(ctx context.Context) error {
	times := v.curve.Times
	horizon := times[len(times)-1]
	v.end = horizon
	for v.next < len(times) && times[v.next] == 0 {
		v.curve.Risk[v.next] = v.now
		v.next++
	}
	for size := 0.0; v.start < horizon; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if v.now < minRisk {
			if err := v.leaveZero(horizon); err != nil {
				return err
			}
			size = 0
			continue
		}
		if size == 0 {
			var err error
			if size, err = v.firstSize(); err != nil {
				return err
			}
		}
		switch remaining := horizon - v.start; {
		case size > 0.99*remaining:
			size = remaining
		case size > 0.5*remaining:
			size = remaining / 2
		}
		if v.start+size == v.start {
			return fmt.Errorf("odes: the step size vanishes at t = %v, risk %v: System.Tolerance %v cannot be met", v.start, v.now, v.tol)
		}
		factor, err := v.try(size)
		if err != nil {
			return err
		}
		size *= factor
	}
	return nil
}

// try makes a step of the size, or rejects it. It returns by what factor the next
// step should differ.
func (v *solver) try(size float64) (factor float64, err error) {
	v.size = size
	v.guess()
	ok, err := v.solve(v.tol/10, &v.curve.Stats)
	if err != nil {
		return 0, err
	}
	if !ok {
		if v.now > divergent {
			return 0, &DivergedError{Time: v.start, Risk: v.now}
		}
		v.curve.Stats.Rejected++
		return 0.25, nil
	}
	ratio := v.errorEstimate() / v.tol
	factor = 0.9 * math.Pow(max(ratio, 1e-10), -1./nodes)
	if ratio > 1 {
		v.curve.Stats.Rejected++
		return max(factor, 0.2), nil
	}
	v.accept()
	return min(factor, 4), nil
}

// leaveZero handles a risk of zero, from which only noise leads away and where the
// coefficients need not be defined: for the first instant the noise acts alone.
func (v *solver) leaveZero(horizon float64) error {
	c := &v.coef[0]
	if err := v.sys.evaluate(c, v.start, minRisk, &v.work); err != nil {
		return err
	}
	v.size = 1e-13 * (horizon - v.start)
	v.now = 0
	for i := range v.modes {
		v.modes[i] = 0
		for n, w := range v.sys.Modes.Weights {
			v.modes[i] += c.input[n] * w[i] * v.size
		}
		v.now += v.modes[i]
	}
	stop := v.start + v.size
	if v.now < minRisk { // no noise either
		stop = horizon
		clear(v.modes)
		v.now = 0
	}
	times := v.curve.Times
	for ; v.next < len(times) && times[v.next] <= stop; v.next++ {
		v.curve.Risk[v.next] = v.now * (times[v.next] - v.start) / v.size
	}
	v.start = stop
	return nil
}

// firstSize returns a step in which the modes move by about a tenth of the risk.
func (v *solver) firstSize() (float64, error) {
	c := &v.coef[0]
	if err := v.sys.evaluate(c, v.start, v.now, &v.work); err != nil {
		return 0, err
	}
	speed := 0.0
	for i, rate := range v.rates {
		slope := -c.decay * rate * v.modes[i]
		for n, w := range v.sys.Modes.Weights {
			slope += c.input[n] * w[i]
		}
		speed += math.Abs(slope)
	}
	return min(0.1*v.now/speed, maxTime), nil // a standstill is 0/0 or more
}

// guess fills in the risks at the nodes: the start, and for the others the
// polynomial of the step before within bounds, or at first the start.
func (v *solver) guess() {
	v.risk[0] = v.now
	for k := 1; k < nodes; k++ {
		v.risk[k] = v.now
		if v.curve.Stats.Steps > 0 {
			x := (v.start + lobatto[k]*v.size - v.lastStart) / v.lastSize
			v.risk[k] = min(max(v.last.at(x), v.now/2), v.now*2)
		}
	}
}

// errorEstimate returns an estimate of the relative error of the step.
func (v *solver) errorEstimate() float64 {
	c := interpolate(&v.risk)
	low := math.Inf(1)
	for _, r := range v.risk {
		low = min(low, r)
	}
	return math.Abs(c[nodes-1]) / low
}

// accept outputs what falls in the step and moves on.
func (v *solver) accept() {
	stop := v.start + v.size
	v.last, v.lastStart, v.lastSize = interpolate(&v.risk), v.start, v.size
	times := v.curve.Times
	for ; v.next < len(times) && times[v.next] <= stop; v.next++ {
		v.curve.Risk[v.next] = v.last.at((times[v.next] - v.start) / v.size)
	}
	v.now = v.commit()
	v.start = stop
	v.curve.Stats.Steps++
}
