package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/control"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/odes/internal/quasinewton"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Budget says what a run may spend. At least one of the two must be positive; 0 is no
// limit.
type Budget struct {
	Steps   float64 // the largest t = steps/d
	Samples float64 // the largest ∫ B dt = samples/d
}

// Plan is a schedule of the learning rate and of the batch.
type Plan struct {
	Rate schedule.Interpolated // η(t)

	// From Times[m] to Times[m+1] the batch is Batch[m].
	Times []float64
	Batch []float64

	Steps, Samples float64 // what it spends, both over d
	Risk           float64 // at the end
}

// At returns the batch at time t, and that of the last interval after its end.
func (p *Plan) At(t float64) float64 {
	m, found := slices.BinarySearch(p.Times, t)
	if !found {
		m--
	}
	return p.Batch[min(max(m, 0), len(p.Batch)-1)]
}

// OptimalBatches returns the schedule η(t) and the batch B(t), 1 ≤ B ≤ batches.Largest(),
// that minimize the risk at the end within the budget. The batch is real: a continuous
// relaxation, as Batches says. A run rounds it.
//
// With the samples s = ∫ B dt for the time, the modes move by
//
//	dr_i/ds = −2η (h_B/B) λ_i r_i + η² Σ_n (g_n/B) c_i^{(n)}/(2d),
//
// and steps are t = ∫ ds/B. SGD's equation contains η/B alone, so all batches that keep
// to the budget give the same risk. A budget of samples alone is spent at the B that
// maximizes h_B(R)²/(B g_B(R)) at every moment, if there is one term of noise. A budget of
// steps alone is spent at the largest batch where more samples never harm.
//
// Both are piecewise on some hundred intervals: η linear and B constant. A quasi-Newton
// method moves their logarithms on a discretization, from several constant batches; the
// method of multipliers holds the budget of steps. The plan is within about 1e-4 of the
// least risk near it, and never worse than the best constant rate at a constant batch of
// 1, 2, 4, … or the largest. Plan.Risk is the solution of the equations under the plan to the
// tolerance. The system's own limit and schedule play no part, but its modes must be those
// of the limits. A start at θ* is an error.
func (s *System) OptimalBatches(ctx context.Context, batches *Batches, budget Budget) (*Plan, error) {
	switch {
	case batches == nil:
		return nil, fmt.Errorf("odes: OptimalBatches: batches is nil")
	case !(budget.Steps >= 0 && budget.Steps <= march.MaxTime):
		return nil, fmt.Errorf("odes: OptimalBatches: Budget.Steps is %v: must be nonnegative and finite", budget.Steps)
	case !(budget.Samples >= 0 && budget.Samples <= march.MaxTime):
		return nil, fmt.Errorf("odes: OptimalBatches: Budget.Samples is %v: must be nonnegative and finite", budget.Samples)
	case budget.Steps == 0 && budget.Samples == 0:
		return nil, fmt.Errorf("odes: OptimalBatches: Budget has neither Steps nor Samples")
	case s.Modes.InitialRisk() == 0:
		return nil, fmt.Errorf("odes: OptimalBatches: the system starts at risk 0")
	}
	j := &joint{batches: batches, steps: budget.Steps, perSample: true, horizon: budget.Samples}
	if most := budget.Steps * batches.Largest(); budget.Samples == 0 || budget.Steps > 0 && most < budget.Samples {
		j.perSample, j.horizon, j.steps = false, budget.Steps, 0
	} else if budget.Steps >= budget.Samples {
		j.steps = 0 // no run has more steps than samples
	}
	if err := j.begin(s); err != nil {
		return nil, err
	}
	best, err := j.bestConstantPlan(ctx, budget)
	if err != nil {
		return nil, err
	}
	for _, batch := range j.constants() {
		plan, err := j.descend(ctx, batch)
		if err != nil {
			return nil, err
		}
		if plan != nil && (best == nil || plan.Risk < best.Risk) {
			best = plan
		}
	}
	if best == nil {
		return nil, fmt.Errorf("odes: OptimalBatches: the descent finds no plan under which the risk is finite")
	}
	return best, nil
}

// joint finds a plan. Its time is that of samples, or of steps if samples do not count.
type joint struct {
	sys       *System
	batches   *Batches
	perSample bool
	horizon   float64
	steps     float64 // the budget of steps; 0 if it does not bind
}

// begin takes the modes of s.
func (j *joint) begin(s *System) error {
	l, err := j.limit(1)
	if err != nil {
		return err
	}
	if s, err = s.WithLimit(l); err != nil {
		return err
	}
	s.Rate = schedule.Constant(1)
	s, err = s.compact()
	j.sys = s
	return err
}

// bestConstantPlan returns the best plan of a constant rate and a constant batch within the
// budget, the batch being 1, 2, 4, … or the largest, and nil if every best rate is 0.
func (j *joint) bestConstantPlan(ctx context.Context, budget Budget) (*Plan, error) {
	var best *Plan
	largest := j.batches.Largest()
	for batch := 1.0; ; batch = min(2*batch, largest) {
		l, err := j.batches.At(batch)
		if err != nil {
			return nil, err
		}
		sys, err := j.sys.WithLimit(l)
		if err != nil {
			return nil, err
		}
		horizon := budget.Steps
		if most := budget.Samples / batch; horizon == 0 || budget.Samples > 0 && most < horizon {
			horizon = most
		}
		eta, risk, err := sys.BestConstant(ctx, horizon)
		if err != nil {
			return nil, err
		}
		if eta > 0 && (best == nil || risk < best.Risk) {
			best = &Plan{
				Rate:  schedule.Interpolated{Times: []float64{0}, Rates: []float64{eta}},
				Times: []float64{0, horizon}, Batch: []float64{batch},
				Steps: horizon, Samples: horizon * batch, Risk: risk,
			}
		}
		if batch == largest {
			return best, nil
		}
	}
}

// constants returns the batches to begin with.
func (j *joint) constants() []float64 {
	largest := j.batches.Largest()
	switch {
	case !j.perSample:
		return []float64{largest}
	case j.steps > 0:
		return []float64{j.horizon / j.steps}
	}
	return []float64{1, math.Sqrt(largest), largest}
}

// limit returns the limit at a batch, in the time of the descent.
func (j *joint) limit(batch float64) (homogenized.Limit, error) {
	l, err := j.batches.At(batch)
	if err != nil || !j.perSample {
		return l, err
	}
	over := func(f homogenized.Coefficient) homogenized.Coefficient {
		return func(risk float64) (value, slope float64) {
			value, slope = f(risk)
			return value / batch, slope / batch
		}
	}
	l.Drift = over(l.Drift)
	for n := range l.Noise {
		l.Noise[n].Gain = over(l.Noise[n].Gain)
	}
	return l, nil
}

// descend returns the plan that the descent finds from a constant batch, and nil if it
// has nowhere to begin.
func (j *joint) descend(ctx context.Context, batch float64) (*Plan, error) {
	const intervals = 120
	l, err := j.limit(batch)
	if err != nil {
		return nil, err
	}
	sys, err := j.sys.WithLimit(l)
	if err != nil {
		return nil, err
	}
	eta, _, err := sys.BestConstant(ctx, j.horizon)
	if err != nil {
		return nil, err
	}
	if !(eta > 0) {
		return nil, nil
	}
	o, err := newOptimizer(ctx, sys, j.horizon, eta)
	if err != nil || o.curve == nil {
		return nil, err
	}
	times := o.grid(intervals)
	knots, parts := len(times), len(times)-1
	c := control.NewJoint(sys.Modes, times, j.steps, j.coefficients)
	set := o.settings(1e-6, 150)
	highest := math.Log(j.batches.Largest())
	at := min(max(math.Log(batch), 0), highest)
	rateBounds := [2]float64{set.Lower, set.Upper}
	free := false
	set.Bounds = func(i int) (lower, upper float64) {
		switch {
		case i < knots:
			return rateBounds[0], rateBounds[1]
		case free:
			return 0, highest
		}
		return at, at
	}
	var x []float64
	lowest := math.Inf(1)
	for _, start := range o.starts(times) {
		trial := append(slices.Clone(start), slices.Repeat([]float64{at}, parts)...)
		v, err := quasinewton.Minimize(ctx, trial, c.Value, set)
		if err != nil {
			return nil, err
		}
		if v < lowest {
			x, lowest = trial, v
		}
	}
	if x == nil {
		return nil, ctx.Err()
	}
	free = true
	set.Gain, set.Iterations = 1e-8, 400
	for range 30 {
		if _, err := quasinewton.Minimize(ctx, x, c.Value, set); err != nil {
			return nil, err
		}
		if c.Tighten(x) {
			break
		}
	}
	return j.plan(ctx, times, x[:knots], x[knots:])
}

// coefficients stores those of the limit at a batch, with their derivatives by log B.
func (j *joint) coefficients(c *control.Coefficients, batch, risk float64) {
	batch = min(max(batch, 1), j.batches.Largest())
	over := func(n int) (value, byRisk, byLog float64) {
		value, byRisk, byLog = j.batches.coefficient(n, batch, risk)
		if j.perSample {
			value, byRisk, byLog = value/batch, byRisk/batch, (byLog-value)/batch
		}
		return value, byRisk, byLog
	}
	c.H, c.HRisk, c.HParameter = over(-1)
	for n := range c.G {
		c.G[n], c.GRisk[n], c.GParameter[n] = over(n)
	}
}

// plan solves the equations under the rates and batches and returns them as a plan.
func (j *joint) plan(ctx context.Context, times, logRates, logBatches []float64) (*Plan, error) {
	p := &Plan{Times: []float64{0}, Rate: schedule.Interpolated{Times: []float64{0}, Rates: []float64{math.Exp(logRates[0])}}}
	clip := func(batch float64) float64 { return min(max(batch, 1), j.batches.Largest()) }
	correct := 1.0 // what is left of the multipliers' error
	for range 100 {
		steps := 0.0
		for m, y := range logBatches {
			steps += (times[m+1] - times[m]) / clip(math.Exp(y)*correct)
		}
		if j.steps == 0 || steps <= j.steps*(1+1e-12) {
			break
		}
		correct *= steps / j.steps
	}
	part := *j.sys
	now := slices.Clone(part.Modes.Risk)
	growth := make([][collocation.Nodes]float64, len(now))
	for m, y := range logBatches {
		span := times[m+1] - times[m]
		batch := clip(math.Exp(y) * correct)
		var err error
		if part.Limit, err = j.limit(batch); err != nil {
			return nil, err
		}
		ends := []float64{math.Exp(logRates[m]), math.Exp(logRates[m+1])}
		part.Modes.Risk = now
		part.Rate = schedule.Interpolated{Times: []float64{0, span}, Rates: ends}
		var stats Stats
		legs, err := part.record(ctx, span, &stats)
		var diverged *DivergedError
		if errors.As(err, &diverged) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		next := slices.Clone(now)
		if last := &legs[len(legs)-1]; !last.Still {
			last.Grow(growth)
			last.ModesAt(next, growth, 1)
		}
		now = next
		stepsHere, samples := span, span*batch
		if j.perSample {
			stepsHere, samples = span/batch, span
		}
		p.Steps += stepsHere
		p.Samples += samples
		p.Times, p.Batch = append(p.Times, p.Steps), append(p.Batch, batch)
		p.Rate.Times, p.Rate.Rates = append(p.Rate.Times, p.Steps), append(p.Rate.Rates, ends[1])
	}
	for _, r := range now {
		p.Risk += r
	}
	return p, nil
}
