package odes

import (
	"context"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/quasinewton"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

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
	// consider keeps a candidate that is better than the best so far.
	consider := func(candidate schedule.Interpolated) error {
		curve, err := small.WithRate(candidate).Solve(ctx, []float64{horizon})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && curve.Risk[0] < risk {
			best, risk = candidate, curve.Risk[0]
		}
		return nil
	}
	o := &optimizer{sys: small, horizon: horizon, constant: constant}
	o.passes(ctx)
	if greedy, ok := o.greedy(ctx, 1000); ok {
		if err := consider(greedy); err != nil {
			return none, 0, err
		}
	}
	found, err := o.descend(ctx)
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

// optimizer finds the optimal schedule of a system whose modes are compressed.
type optimizer struct {
	sys         *System
	horizon     float64
	constant    float64 // the best constant rate
	first, last float64 // the shortest times at both ends
	curve       *Curve  // under the greedy schedule or the best constant
}

// passes solves the system under the greedy schedule, or the best constant if that fails,
// and finds the shortest times on which something happens.
func (o *optimizer) passes(ctx context.Context) {
	s := o.sys
	start := s.initial()
	fastest := 0.0
	for _, l := range s.Modes.Lambda {
		fastest = max(fastest, 2*l)
	}
	largest := o.constant
	if eta, err := schedule.At(s.Greedy(), 0, &start); err == nil {
		largest = max(largest, eta)
	}
	end := []float64{o.horizon}
	curve, err := s.WithRate(s.Greedy()).Solve(ctx, end)
	if err != nil {
		if curve, err = s.WithRate(schedule.Constant(o.constant)).Solve(ctx, end); err != nil {
			return
		}
	}
	o.curve = curve
	scale := func(risk, eta float64) float64 {
		h, _ := s.Limit.Drift(max(risk, minRisk))
		t := 0.1 / (fastest * h * eta)
		if !(t > 1e-9*o.horizon) {
			return 1e-9 * o.horizon
		}
		return min(t, o.horizon/10)
	}
	o.first = scale(start.risk, largest)
	o.last = scale(curve.Risk[0], max(curve.Rate[0], 0))
}

// grid returns n + 1 times for schedules.
func (o *optimizer) grid(n int) []float64 {
	floor := math.Inf(1) // a risk that falls out of the numbers passes no more
	if r := o.curve.Risk[0]; r > 0 {
		floor = -math.Log(r) + 1
	}
	return grid(n, o.horizon, o.first, o.last, func(t float64) float64 {
		return min(-math.Log(o.curve.At(t)), floor, 500)
	})
}

// greedy returns the greedy schedule, interpolated between n times.
func (o *optimizer) greedy(ctx context.Context, n int) (schedule.Interpolated, bool) {
	if o.curve == nil {
		return schedule.Interpolated{}, false
	}
	times := o.grid(n)
	curve, err := o.sys.WithRate(o.sys.Greedy()).Solve(ctx, times)
	if err != nil {
		return schedule.Interpolated{}, false
	}
	rates := curve.Rate
	for i, eta := range rates {
		if !(eta >= 0) || math.IsInf(eta, 1) {
			rates[i] = 0
		}
	}
	return schedule.Interpolated{Times: times, Rates: rates}, true
}

// descend returns the best schedule that the descent finds, and one without times if it
// has nowhere to begin.
func (o *optimizer) descend(ctx context.Context) (schedule.Interpolated, error) {
	const coarse, fine = 96, 200
	if o.curve == nil {
		return schedule.Interpolated{}, ctx.Err()
	}
	rough, err := o.rough()
	if err != nil {
		return schedule.Interpolated{}, err
	}
	times := o.grid(coarse)
	c := newControl(rough.Modes, times, rough.fixed)
	var best []float64
	lowest := math.Inf(1)
	for _, x := range o.starts(ctx, times) {
		value, err := quasinewton.Minimize(ctx, x, c.gradient, o.settings(1e-6, 150))
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
	x := resample(times, old, best)
	c = newControl(rough.Modes, times, rough.fixed)
	set := o.settings(1e-7, 500)
	set.Memory = new(quasinewton.Memory)
	if _, err := quasinewton.Minimize(ctx, x, c.gradient, set); err != nil {
		return schedule.Interpolated{}, err
	}
	// The discretization has moved the minimum a little. The true gradient moves it back.
	rates := make([]float64, len(x))
	exact := func(x, slope []float64) (float64, error) {
		for k, v := range x {
			rates[k] = math.Exp(v)
		}
		v, err := rough.WithRate(schedule.Interpolated{Times: times, Rates: rates}).Sensitivity(ctx, o.horizon)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			return math.Inf(1), nil
		}
		g, err := v.Knots(times)
		if err != nil {
			return 0, err
		}
		for k := range slope {
			slope[k] = g[k] * rates[k] / v.Risk
		}
		return math.Log(v.Risk), nil
	}
	set.Gain, set.Iterations = 3e-6, 12
	// Where the discretization has led astray, the greedy schedule is where to begin.
	if greedy, ok := o.greedy(ctx, fine); ok {
		slope := make([]float64, len(x))
		y := resample(times, greedy.Times, greedy.Rates)
		for k, eta := range y {
			y[k] = max(math.Log(eta), math.Log(o.constant)-30)
		}
		here, err := exact(x, slope)
		if err != nil {
			return schedule.Interpolated{}, err
		}
		there, err := exact(y, slope)
		if err != nil {
			return schedule.Interpolated{}, err
		}
		if there < here {
			x, set.Memory, set.Iterations = y, nil, 60
		}
	}
	if _, err := quasinewton.Minimize(ctx, x, exact, set); err != nil {
		return schedule.Interpolated{}, err
	}
	for k, v := range x {
		if rates[k] = math.Exp(v); rates[k] < 1e-30*o.constant {
			rates[k] = 0
		}
	}
	return schedule.Interpolated{Times: times, Rates: rates}, nil
}

// rough returns the system with its modes compressed for the descent, which does not
// need more than seven digits.
func (o *optimizer) rough() (*System, error) {
	rough := *o.sys
	rough.Tolerance = max(rough.tolerance(), 1e-8)
	if len(rough.Modes.Lambda) > 40 {
		modes, err := rough.Modes.Compress(1e-8)
		if err != nil {
			return nil, err
		}
		rough.Modes = modes
		rough.compressed = new(compression)
	}
	return &rough, nil
}

// settings stops the descent at the gain in log R.
func (o *optimizer) settings(gain float64, iterations int) quasinewton.Settings {
	x := math.Log(o.constant)
	return quasinewton.Settings{Gain: gain, Iterations: iterations, Reach: 1, Lower: x - 100, Upper: x + 50}
}

// starts returns logarithms of rates at which to begin.
func (o *optimizer) starts(ctx context.Context, times []float64) [][]float64 {
	lowest := math.Log(o.constant) - 30
	shape := func(f func(t float64) float64) []float64 {
		x := make([]float64, len(times))
		for k, t := range times {
			x[k] = max(math.Log(f(t)), lowest)
		}
		return x
	}
	starts := [][]float64{
		shape(func(float64) float64 { return o.constant }),
		shape(func(t float64) float64 { return o.constant * (2*(1-t/o.horizon) + 1e-3) }),
		shape(func(t float64) float64 { return o.constant / math.Sqrt(t/o.horizon+1e-3) / 2 }),
	}
	if greedy, ok := o.greedy(ctx, len(times)-1); ok && len(greedy.Times) == len(times) {
		starts = append(starts, shape(func(t float64) float64 { return greedy.Rate(t, nil) }))
	}
	return starts
}
