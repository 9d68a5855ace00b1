package odes

import (
	"context"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/control"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/odes/internal/quasinewton"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// optimizer finds optimal schedules by descent.
type optimizer struct {
	sys         *System // with seven digits, which is what the descent needs
	horizon     float64
	constant    float64               // the best constant rate
	first, last float64               // the shortest times at both ends
	curve       *Curve                // under the greedy schedule or the best constant; nil if both fail
	greedy      schedule.Interpolated // without times if it fails
}

// newOptimizer returns the optimizer of a system whose modes are compressed. It solves it
// under the greedy schedule, or the best constant if that fails, and finds the shortest
// times on which something happens.
func newOptimizer(ctx context.Context, s *System, horizon, constant float64) (*optimizer, error) {
	o := &optimizer{horizon: horizon, constant: constant}
	rough := *s
	rough.Tolerance = max(rough.tolerance(), 1e-8)
	if len(rough.Modes.Lambda) > 40 {
		modes, err := rough.Modes.Compress(1e-8)
		if err != nil {
			return nil, err
		}
		rough.Modes = modes
		rough.compressed = new(compression)
	}
	o.sys = &rough
	start := s.equation().Start()
	fastest := 0.0
	for _, l := range s.Modes.Lambda {
		fastest = max(fastest, 2*l)
	}
	largest := constant
	if eta, err := schedule.At(s.Greedy(), 0, &start); err == nil {
		largest = max(largest, eta)
	}
	end := []float64{horizon}
	var descents []collocation.Series // of the pieces of the curve
	curve, err := rough.WithRate(s.Greedy()).solve(ctx, end, func(p piece) { descents = append(descents, p.Descent) })
	fell := err == nil
	if !fell {
		if curve, err = rough.WithRate(schedule.Constant(constant)).Solve(ctx, end); err != nil {
			return o, ctx.Err()
		}
	}
	o.curve = curve
	scale := func(risk, eta float64) float64 {
		h, _ := s.Limit.Drift(max(risk, march.MinRisk))
		t := 0.1 / (fastest * h * eta)
		if !(t > 1e-9*horizon) {
			return 1e-9 * horizon
		}
		return min(t, horizon/10)
	}
	o.first = scale(start.R, largest)
	o.last = scale(curve.Risk[0], max(curve.Rate[0], 0))
	if fell {
		o.followGreedy(descents, 1000)
	}
	return o, ctx.Err()
}

// grid returns n + 1 times for schedules.
func (o *optimizer) grid(n int) []float64 {
	floor := math.Inf(1) // a risk that falls out of the numbers passes no more
	if r := o.curve.Risk[0]; r > 0 {
		floor = -math.Log(r) + 1
	}
	return control.Grid(n, o.horizon, o.first, o.last, func(t float64) float64 {
		return min(-math.Log(o.curve.At(t)), floor, 500)
	})
}

// followGreedy stores the greedy schedule at n + 1 times, given Σ λ_i r_i of every piece of
// the curve, which is that of the greedy schedule.
func (o *optimizer) followGreedy(descents []collocation.Series, n int) {
	times, greedy := o.grid(n), o.sys.Greedy()
	rates := make([]float64, len(times))
	at := o.sys.equation().Start()
	m := 0
	for k, t := range times {
		if t > 0 {
			for m < len(descents)-1 && o.curve.pieces[m].Stop < t {
				m++
			}
			p := &o.curve.pieces[m]
			x := (t - p.Start) / p.Size
			at.R, at.Q = max(p.Risk.At(x), 0), max(descents[m].At(x), 0)
		}
		if eta := greedy.Rate(t, &at); eta >= 0 && !math.IsInf(eta, 1) {
			rates[k] = eta
		}
	}
	o.greedy = schedule.Interpolated{Times: times, Rates: rates}
}

// starts returns logarithms of rates at which to begin.
func (o *optimizer) starts(times []float64) [][]float64 {
	starts := [][]float64{
		o.logs(times, func(float64) float64 { return o.constant }),
		o.logs(times, func(t float64) float64 { return o.constant * (2*(1-t/o.horizon) + 1e-3) }),
		o.logs(times, func(t float64) float64 { return o.constant / math.Sqrt(t/o.horizon+1e-3) / 2 }),
	}
	if len(o.greedy.Times) > 0 {
		starts = append(starts, o.logs(times, func(t float64) float64 { return o.greedy.Rate(t, nil) }))
	}
	return starts
}

// logs returns the logarithms of a rate at the times, which stay above what never matters.
func (o *optimizer) logs(times []float64, rate func(t float64) float64) []float64 {
	lowest := math.Log(o.constant) - 30
	x := make([]float64, len(times))
	for k, t := range times {
		x[k] = max(math.Log(rate(t)), lowest)
	}
	return x
}

// fixed stores the coefficients of the system's own limit.
func (s *System) fixed(c *control.Coefficients, _ int, risk float64) {
	c.H, c.HRisk = s.Limit.Drift(risk)
	for n, term := range s.Limit.Noise {
		c.G[n], c.GRisk[n] = term.Gain(risk)
	}
}

// settings stops the descent at the gain in log R.
func (o *optimizer) settings(gain float64, iterations int) quasinewton.Settings {
	x := math.Log(o.constant)
	return quasinewton.Settings{Gain: gain, Iterations: iterations, Reach: 1, Lower: x - 100, Upper: x + 50}
}

// descend returns the best schedule that the descent finds, and one without times if it
// has nowhere to begin. The risk is the least that is known.
func (o *optimizer) descend(ctx context.Context, risk float64) (schedule.Interpolated, error) {
	const coarse, fine = 96, 200
	if o.curve == nil {
		return schedule.Interpolated{}, nil
	}
	times := o.grid(coarse)
	c := control.New(o.sys.Modes, times, o.sys.fixed)
	var best []float64
	lowest := math.Inf(1)
	for _, x := range o.starts(times) {
		value, err := quasinewton.Minimize(ctx, x, c.LogRisk, o.settings(1e-6, 150))
		if err != nil {
			return schedule.Interpolated{}, err
		}
		if value < lowest {
			best, lowest = x, value
		}
	}
	if best == nil {
		return schedule.Interpolated{}, nil
	}
	// A finer grid, which minds where this schedule changes.
	old := times
	times = o.grid(fine)
	x := control.Resample(times, old, best)
	c = control.New(o.sys.Modes, times, o.sys.fixed)
	set := o.settings(1e-7, 500)
	set.Memory = new(quasinewton.Memory)
	if _, err := quasinewton.Minimize(ctx, x, c.LogRisk, set); err != nil {
		return schedule.Interpolated{}, err
	}
	// The discretization has moved the minimum a little. The true gradient moves it back.
	e := &exactDescent{optimizer: o, times: times, rates: make([]float64, len(times))}
	e.at, e.slope = make([]float64, len(times)), make([]float64, len(times))
	set.Gain, set.Iterations = 3e-6, 12
	here, err := e.value(ctx, x)
	if err != nil {
		return schedule.Interpolated{}, err
	}
	if math.Log(risk) < here && len(o.greedy.Times) > 0 {
		// The discretization has led astray. The greedy schedule is where to begin.
		y := o.logs(times, func(t float64) float64 { return o.greedy.Rate(t, nil) })
		there, err := e.value(ctx, y)
		if err != nil {
			return schedule.Interpolated{}, err
		}
		if there < here {
			x, set.Memory, set.Iterations = y, nil, 60
		}
	}
	if _, err := quasinewton.Minimize(ctx, x, func(x, slope []float64) (float64, error) {
		v, err := e.value(ctx, x)
		copy(slope, e.slope)
		return v, err
	}, set); err != nil {
		return schedule.Interpolated{}, err
	}
	rates := make([]float64, len(x))
	for k, v := range x {
		if rates[k] = math.Exp(v); rates[k] < 1e-30*o.constant {
			rates[k] = 0
		}
	}
	return schedule.Interpolated{Times: times, Rates: rates}, nil
}

// exactDescent is the logarithm of the risk of the equations themselves as a function of
// the logarithms of the rates. It remembers the last place.
type exactDescent struct {
	*optimizer
	times, rates []float64
	at, slope    []float64
	last         float64
	known        bool
}

// value returns the value, and leaves the gradient in slope.
func (e *exactDescent) value(ctx context.Context, x []float64) (float64, error) {
	if e.known && slices.Equal(x, e.at) {
		return e.last, nil
	}
	for k, v := range x {
		e.rates[k] = math.Exp(v)
	}
	s := e.sys.WithRate(schedule.Interpolated{Times: e.times, Rates: e.rates})
	s.Tolerance = max(s.Tolerance, 1e-7) // steps are short anyway, and gains below 3e-6 do not count
	v, err := s.sensitivity(ctx, e.horizon, march.MaxPasses(0))
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	copy(e.at, x)
	e.known, e.last = true, math.Inf(1)
	if err != nil {
		return e.last, nil
	}
	slope, err := v.Knots(e.times)
	if err != nil {
		return 0, err
	}
	for k := range slope {
		e.slope[k] = slope[k] * e.rates[k] / v.Risk
	}
	e.last = math.Log(v.Risk)
	return e.last, nil
}
