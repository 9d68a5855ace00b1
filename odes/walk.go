package odes

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

const (
	maxTime   = 1e300
	maxRisk   = coupled.MaxRisk
	divergent = coupled.Divergent
	shortest  = 1e-280 // a shorter way is no step: 1/size would overflow
	minRisk   = coupled.MinRisk
)

// piece is the solution over one step.
type piece struct {
	start, size float64
	stop        float64 // start + size, up to rounding
	risk        series
	descent     series

	preconditioned bool           // the basis of the descent
	*step                         // coefficients and clock at the nodes; nil where the risk starts from 0
	more           *coupled.Piece // of a coupled limit, else nil
}

// at returns the risk at time t of the piece.
func (p *piece) at(t float64) float64 { return max(p.risk.At((t-p.start)/p.size), 0) }

// position returns the risk at time t and, if the schedule has asked for it, the
// descent.
func (p *piece) position(t float64) position {
	at := position{risk: p.at(t), preconditioned: p.preconditioned}
	if p.more != nil || p.step != nil && len(p.responses) > 1 {
		at.descent = max(p.descent.At((t-p.start)/p.size), 0)
	}
	return at
}

// walker makes the steps of one solution.
type walker struct {
	*step
	stop  float64  // where the step ends
	tol   float64  // relative tolerance
	floor float64  // absolute tolerance
	now   position // at the start of the step
	slope float64  // dR/dt there
	last  piece    // the step before
	stats *Stats
	visit func(p *piece) (more bool)
}

// walk solves the system up to the horizon, step by step, and shows visit every
// piece in turn until it has seen enough.
func (s *System) walk(ctx context.Context, horizon float64, stats *Stats, visit func(p *piece) (more bool)) error {
	if s.Limit.Coupling != nil {
		return s.walkCoupled(ctx, horizon, stats, visit)
	}
	s, err := s.compact()
	if err != nil {
		return err
	}
	return s.march(ctx, horizon, stats, visit)
}

// march is walk without compression of the modes.
func (s *System) march(ctx context.Context, horizon float64, stats *Stats, visit func(p *piece) (more bool)) error {
	w := &walker{step: newStep(s), tol: s.tolerance(), floor: s.Floor, stats: stats, visit: visit}
	w.now = s.initial()
	for _, stop := range stops(s.Rate, horizon) {
		w.end = math.Nextafter(stop, 0)
		if more, err := w.to(ctx, stop); err != nil || !more {
			return err
		}
	}
	return nil
}

// maxPasses is how many passes over n modes a solution may take. It is a hundred times
// what smooth rates take, and some seconds of work.
func maxPasses(n int) int { return max(20_000, 10_000_000/(20+n)) }

// stops returns where pieces of the schedule end, up to the horizon.
func stops(rate schedule.Schedule, horizon float64) []float64 {
	var all []float64
	for _, t := range schedule.Breaks(rate) {
		if t > 0 && t < horizon {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return slices.Compact(append(all, horizon))
}

// to makes the steps up to the time stop.
func (w *walker) to(ctx context.Context, stop float64) (more bool, err error) {
	fresh, size := true, 0.0
	for w.start < stop {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if stop-w.start < shortest {
			if !w.skip(stop) {
				return false, nil
			}
			continue
		}
		if w.now.risk < minRisk {
			if more, err := w.leaveZero(stop); err != nil || !more {
				return false, err
			}
			fresh = true
			continue
		}
		if fresh {
			if size, err = w.firstSize(); err != nil {
				return false, err
			}
			fresh = false
		}
		switch remaining := stop - w.start; {
		case size > 0.99*remaining:
			size, w.stop = remaining, stop
		case size > 0.5*remaining:
			size, w.stop = remaining/2, w.start+remaining/2
		default:
			w.stop = w.start + size
		}
		if w.stop == w.start || size < shortest {
			if w.slope > 0 && w.now.risk < 1e-10*w.slope*w.start { // growth too fast for the clock
				return false, &DivergedError{Time: w.start, Risk: w.now.risk}
			}
			return false, fmt.Errorf("odes: the step size vanishes at t = %v, risk %v: the tolerance %v cannot be met", w.start, w.now.risk, w.tol)
		}
		if budget := maxPasses(len(w.modes)); w.stats.Passes > budget {
			return false, fmt.Errorf("odes: the solution takes more than %d passes over %d modes, and is at t = %v: the learning rate or a coefficient varies faster than steps can follow", budget, len(w.modes), w.start)
		}
		w.size = size
		factor, accepted, err := w.try()
		if err != nil {
			return false, err
		}
		if accepted {
			if w.stats.Steps++; !w.accept() {
				return false, nil
			}
		} else {
			w.stats.Rejected++
		}
		size *= factor
	}
	return true, nil
}

// try makes a step. It returns by what factor the next one, or the next attempt at
// this one, should differ in size.
func (w *walker) try() (factor float64, accepted bool, err error) {
	w.guess()
	solved, err := w.solve(w.tol/10, w.stats)
	if err != nil {
		return 0, false, err
	}
	if !solved {
		if w.now.risk > divergent {
			return 0, false, &DivergedError{Time: w.start, Risk: w.now.risk}
		}
		return 0.25, false, nil
	}
	// The last coefficient of the Legendre series bounds the error of the polynomial,
	// within the step and at its end. It may be zero by chance. The coefficient before
	// it, which is larger where the series converges, guards against that.
	low := math.Inf(1)
	for k := range w.at {
		low = min(low, w.at[k].risk)
	}
	w.last = piece{start: w.start, size: w.size, stop: w.stop, preconditioned: w.sys.preconditioned(), step: w.step}
	w.last.risk, w.last.descent = w.series()
	tail := max(math.Abs(w.last.risk[nodes-1]), math.Abs(w.last.risk[nodes-2])/8)
	ratio := tail / (w.tol*low + w.floor)
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	if ratio > 1 {
		return max(factor, 0.2), false, nil
	}
	return min(factor, 10), true, nil
}

// series returns the polynomials through the risks and the descents at the nodes.
func (w *walker) series() (risk, descent series) {
	var r, d [nodes]float64
	for k := range w.at {
		r[k], d[k] = w.at[k].risk, w.at[k].descent
	}
	return interpolate(&r), interpolate(&d)
}

// guess fills in the risks at the nodes: the start, and for the others the
// polynomial of the step before if that is not too far, or an exponential.
func (w *walker) guess() {
	w.at[0] = w.now
	before := &w.last
	near := before.size > 0 && before.stop == w.start && w.size < 1.2*before.size
	for k := 1; k < nodes; k++ {
		t := lobatto[k] * w.size
		guess := w.now.risk * math.Exp(w.slope*t/w.now.risk)
		if near {
			guess = before.at(w.start + t)
		}
		w.at[k] = w.now
		w.at[k].risk = min(max(guess, w.now.risk/4), w.now.risk*4)
	}
}

// accept moves on to the end of the step.
func (w *walker) accept() (more bool) {
	more = w.visit(&w.last)
	w.slope = 0
	for k := range w.at {
		w.slope += differentiate[nodes-1][k] * w.at[k].risk / w.size
	}
	w.now.risk, w.now.descent = w.commit()
	w.start = w.stop
	return more
}

// firstSize returns a size for the first step of a piece of the schedule, in which
// the modes move by a small part of the risk.
func (w *walker) firstSize() (float64, error) {
	c := &w.coef[0]
	at := w.now
	if err := w.sys.evaluate(c, w.start, &at); err != nil {
		return 0, err
	}
	speed := 0.0
	w.slope = 0
	for i, rate := range w.rates {
		slope := -c.decay * rate * w.modes[i]
		for n, weights := range w.sys.Modes.Weights {
			slope += c.input[n] * weights[i]
		}
		w.slope += slope
		speed += math.Abs(slope)
	}
	return min(2*math.Pow(w.tol, 1./nodes)*w.now.risk/speed, maxTime), nil // at rest, all of it
}

// skip moves to the time stop, so near that nothing moves before.
func (w *walker) skip(stop float64) (more bool) {
	p := piece{start: w.start, size: stop - w.start, stop: stop, risk: series{w.now.risk}, preconditioned: w.sys.preconditioned()}
	w.start = stop
	return w.visit(&p)
}

// leaveZero handles a risk of zero, where the coefficients need not be defined. Only
// noise leads away from there, so for the first instant the noise acts alone. As long as
// the rate is 0 there is no noise, and leaveZero waits.
func (w *walker) leaveZero(stop float64) (more bool, err error) {
	span, quiet := stop-w.start, 0.0
	// What the noise would make of the whole way sets the scale on which the first
	// risks, too small for their own, are to be right.
	w.size = span
	if err := w.noiseAlone(); err != nil {
		return false, err
	}
	w.floor = max(w.floor, 1e-12*w.tol*w.now.risk)
	// At least the resolution of the clock: less would not move it.
	w.size = min(max(1e-13*span, math.Nextafter(w.start, stop)-w.start), span)
	for {
		if err := w.noiseAlone(); err != nil {
			return false, err
		}
		if w.now.risk >= minRisk {
			break
		}
		if quiet = w.size; quiet == span {
			break
		}
		w.size = min(10*w.size, span)
	}
	if quiet > 0 {
		w.size = quiet
		w.now = position{preconditioned: w.sys.preconditioned()}
		clear(w.modes)
	}
	if w.stop = w.start + w.size; w.size == span {
		w.stop = stop
	}
	linear := series{w.now.risk / 2, w.now.risk / 2} // exactly 0 at the start
	p := piece{start: w.start, size: w.size, stop: w.stop, risk: linear, preconditioned: w.sys.preconditioned()}
	w.start = w.stop
	return w.visit(&p), nil
}

// noiseAlone sets the modes to what the noise makes of zero in the step, at the rate of
// its end.
func (w *walker) noiseAlone() error {
	c := &w.coef[0]
	at := position{risk: minRisk, preconditioned: w.sys.preconditioned()}
	if err := w.sys.evaluate(c, min(w.start+w.size, w.end), &at); err != nil {
		return err
	}
	w.now = position{preconditioned: w.sys.preconditioned()}
	// Noise that vanishes with the risk may not outweigh the drift.
	quiet := w.sys.rest(c, nil) <= minRisk
	for i, l := range w.sys.Modes.Lambda {
		w.modes[i] = 0
		if quiet {
			continue
		}
		for n, weights := range w.sys.Modes.Weights {
			w.modes[i] += c.input[n] * weights[i] * w.size
		}
		w.now.risk += w.modes[i]
		w.now.descent += w.modes[i] * l
	}
	return nil
}
