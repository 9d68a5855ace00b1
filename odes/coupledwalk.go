package odes

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/spectra"
)

// coupledWalker makes the steps of one solution of a coupled limit.
type coupledWalker struct {
	*coupledStep
	stop  float64
	tol   float64
	floor float64
	last  piece
	stats *Stats
	visit func(p *piece) (more bool)
}

// finest is the smallest relative change of the overlaps that a pass can tell from
// rounding errors.
const finest = 1e-12

// coarsest is the largest error that rounding may leave in an overlap of a step.
const coarsest = 1e-7

// maxCoupledPasses is how many passes over n modes of some entries a solution may take: some
// seconds of work. Smooth rates take some hundred.
func maxCoupledPasses(n, entries int) int { return max(1000, 5_000_000/(20+n*entries*entries)) }

// coupledSeries is the solution of a coupled limit over one step.
type coupledSeries struct {
	overlap []series // by entry
	scalar  []series
}

// walkCoupled is walk for a coupled limit.
func (s *System) walkCoupled(ctx context.Context, horizon float64, stats *Stats, visit func(p *piece) (more bool)) error {
	st, err := newCoupledStep(s)
	if err != nil {
		return err
	}
	w := &coupledWalker{coupledStep: st, tol: s.tolerance(), floor: s.Floor, stats: stats, visit: visit}
	if err := w.leaveZero(horizon); err != nil {
		return err
	}
	for _, stop := range s.stops(horizon) {
		w.end = math.Nextafter(stop, 0)
		if more, err := w.to(ctx, stop); err != nil || !more {
			return err
		}
	}
	return nil
}

// stops returns where pieces of the schedule and of the coupling end, up to the horizon.
func (s *System) stops(horizon float64) []float64 {
	all := stops(s.Rate, horizon)
	for _, t := range s.Limit.Coupling.Breaks {
		if t < horizon {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// leaveZero moves a start at θ*, where coefficients need not be defined, away from it by
// what the noise makes of it in 1e-18 of the horizon, or the weight decay by 1e-18 of θ*.
func (w *coupledWalker) leaveZero(horizon float64) error {
	if w.now.overlap[0] >= minRisk {
		return nil
	}
	n, noises := len(w.now.overlap), len(w.sys.Limit.Noise)
	for i := range w.lambda {
		away := 0.0
		for g, term := range w.sys.Limit.Noise {
			gain, _ := term.Gain(minRisk)
			away += 1e-18 * horizon * gain * w.input[i*noises+g]
		}
		for a := 1; a < w.mix.k; a++ {
			away += 1e-18 * w.modes[i*n+w.mix.place[a][a]]
		}
		for e, ab := range w.mix.entries { // averages start with the iterate
			if w.Vectors[ab[0]].Start == homogenized.Displacement && w.Vectors[ab[1]].Start == homogenized.Displacement {
				w.modes[i*n+e] += away
			}
		}
	}
	w.gather()
	if !(w.now.overlap[0] >= minRisk) {
		return fmt.Errorf("odes: the coupled limit starts at risk 0, and nothing leads away from there")
	}
	return nil
}

// to makes the steps up to the time stop.
func (w *coupledWalker) to(ctx context.Context, stop float64) (more bool, err error) {
	size, err := w.firstSize(stop - w.start)
	if err != nil {
		return false, err
	}
	for w.start < stop {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		switch remaining := stop - w.start; {
		case size > 0.99*remaining:
			size, w.stop = remaining, stop
		case size > 0.5*remaining:
			size, w.stop = remaining/2, w.start+remaining/2
		default:
			w.stop = w.start + size
		}
		if w.stop == w.start || size < 1e-40*stop {
			if w.fault != nil {
				return false, w.fault
			}
			if w.now.overlap[0] > divergent {
				return false, &DivergedError{Time: w.start, Risk: w.now.overlap[0]}
			}
			return false, fmt.Errorf("odes: the step size vanishes at t = %v, risk %v: the tolerance %v cannot be met", w.start, w.now.overlap[0], w.tol)
		}
		if budget := maxCoupledPasses(len(w.lambda), len(w.scale)); w.stats.Passes > budget {
			return false, fmt.Errorf("odes: the solution takes more than %d passes over %d modes, and is at t = %v: the limit varies faster than steps can follow", budget, len(w.lambda), w.start)
		}
		w.size = size
		factor, accepted, err := w.try()
		if err != nil {
			return false, err
		}
		if accepted {
			w.stats.Steps++
			if !w.accept() {
				return false, nil
			}
		} else {
			w.stats.Rejected++
		}
		size *= factor
	}
	return true, nil
}

// firstSize returns a size for the first step, in which the overlaps move by a small part.
// It measures their speed over a tiny step.
func (w *coupledWalker) firstSize(span float64) (float64, error) {
	w.size = 1e-9 * span
	w.last = piece{}
	w.guess()
	ok, err := w.coefficients()
	if err != nil || !ok {
		return w.size, err
	}
	w.pass()
	w.stats.Passes++
	w.measure(w.image)
	speed := 0.0
	for e := range w.scale {
		if now := w.now.overlap[w.mix.place[w.mix.entries[e][0]][w.mix.entries[e][0]]]; now > 0 {
			speed = max(speed, math.Abs(w.image[e*stages+stages-1]-w.now.overlap[e])/w.scale[e]/w.size)
		}
	}
	if !(speed > 0) || math.IsInf(speed, 1) {
		return w.size, nil
	}
	return min(0.5*math.Pow(w.tol, 1./nodes)/speed, span), nil
}

// guess fills in the stages: the polynomial of the step before if that is not too far, or
// the start.
func (w *coupledWalker) guess() {
	before := &w.last
	near := before.size > 0 && before.stop == w.start && w.size < 2*before.size
	for j := range w.stage {
		p := &w.stage[j]
		p.set(&w.now)
		if !near {
			continue
		}
		x := (w.start + radau.point[j]*w.size - before.start) / before.size
		for e := range p.overlap {
			p.overlap[e] = before.more.overlap[e].At(x)
		}
		for q := range p.scalar {
			p.scalar[q] = before.more.scalar[q].At(x)
		}
		p.overlap[0] = min(max(p.overlap[0], w.now.overlap[0]/4), w.now.overlap[0]*4)
		p.descent = max(before.descent.At(x), 0)
	}
}

// try makes a step. It returns by what factor the next one, or the next attempt at this
// one, should differ in size.
func (w *coupledWalker) try() (factor float64, accepted bool, err error) {
	w.guess()
	solved, err := w.solve(max(w.tol/10, finest), w.stats)
	if err != nil {
		return 0, false, err
	}
	if !solved {
		if w.now.overlap[0] > divergent {
			return 0, false, &DivergedError{Time: w.start, Risk: w.now.overlap[0]}
		}
		return 0.25, false, nil
	}
	w.last = piece{start: w.start, size: w.size, stop: w.stop, preconditioned: w.sys.preconditioned(), more: new(coupledSeries)}
	ratio := 0.0
	tol := max(w.tol, 10*w.noise)
	low := w.now.overlap[0]
	for _, v := range w.image[:stages] {
		low = min(low, v)
	}
	tail := func(c series) float64 { return max(math.Abs(c[nodes-1]), math.Abs(c[nodes-2])/8) }
	var values [nodes]float64
	for e, scale := range w.scale {
		values[0] = w.now.overlap[e]
		copy(values[1:], w.image[e*stages:(e+1)*stages])
		c := interpolateStages(&values)
		w.last.more.overlap = append(w.last.more.overlap, c)
		if e == 0 {
			scale = low
		}
		ratio = max(ratio, tail(c)/(tol*scale+w.floor))
	}
	for q, now := range w.now.scalar {
		values[0] = now
		largest := math.Abs(now)
		for j := range w.stage {
			values[j+1] = w.stage[j].scalar[q]
			largest = max(largest, math.Abs(values[j+1]))
		}
		c := interpolateStages(&values)
		w.last.more.scalar = append(w.last.more.scalar, c)
		ratio = max(ratio, tail(c)/(tol*largest+1e-290))
	}
	values[0] = w.now.descent
	for j := range w.stage {
		values[j+1] = w.stage[j].descent
	}
	w.last.descent = interpolateStages(&values)
	w.last.risk = w.last.more.overlap[0]
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	if ratio > 1 || !(low > 0) {
		return min(max(factor, 0.2), 0.9), false, nil
	}
	return min(factor, 10), true, nil
}

// interpolateStages returns the polynomial through the values at the start and the
// stages.
func interpolateStages(values *[nodes]float64) (c series) {
	for n := range c {
		for j, v := range values {
			c[n] += radau.legendre[n][j] * v
		}
	}
	return c
}

// accept moves on to the end of the step.
func (w *coupledWalker) accept() (more bool) {
	w.fault = nil
	more = w.visit(&w.last)
	w.modes, w.next = w.next, w.modes
	w.now.set(&w.stage[stages-1])
	w.start = w.stop
	return more
}

// starts gives the entries of the modes at the start.
type starts struct {
	risk          []float64 // ½λ (Tν₀)²
	mixed, target []float64 // ½λ Tν₀·Tθ* and ½λ (Tθ*)²; nil for θ* = 0 or where no vector starts there
}

// entry returns ½λ_i y_i^a y_i^b at the start.
func (s *starts) entry(i int, a, b homogenized.Start) float64 {
	switch {
	case a == homogenized.Zero || b == homogenized.Zero:
		return 0
	case a == homogenized.Displacement && b == homogenized.Displacement:
		return s.risk[i]
	case s.target == nil:
		return 0
	case a == homogenized.Target && b == homogenized.Target:
		return s.target[i]
	}
	return s.mixed[i]
}

// starts returns the entries of the modes at the start of a coupled limit.
func (s *System) starts() (*starts, error) {
	out := &starts{risk: s.Modes.Risk}
	targets := slices.ContainsFunc(s.Limit.Coupling.Vectors, func(v homogenized.Vector) bool { return v.Start == homogenized.Target })
	if !targets {
		return out, nil
	}
	if s.covariance == nil || s.nu == nil {
		return nil, fmt.Errorf("odes: the limit has a vector that starts at θ*: the system must be made by New or NewFromLimit, and not be started by WithStart")
	}
	if s.target == nil {
		return out, nil
	}
	k, modes, err := s.formedModes()
	if err != nil {
		return nil, err
	}
	t, err := spectra.NewTransform(k, modes)
	if err != nil {
		return nil, err
	}
	y, z := t.Apply(nil, s.nu), t.Apply(nil, s.target)
	out.mixed, out.target = make([]float64, len(y)), make([]float64, len(y))
	if len(y) != len(s.Modes.Lambda) {
		return nil, fmt.Errorf("odes: the modes are not those of the covariance")
	}
	for i, l := range s.Modes.Lambda {
		out.mixed[i], out.target[i] = l*y[i]*z[i]/2, l*z[i]*z[i]/2
	}
	return out, nil
}
