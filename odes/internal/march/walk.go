package march

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// walker makes the steps of one solution.
type walker struct {
	*step
	stop  float64  // where the step ends
	tol   float64  // relative tolerance
	floor float64  // absolute tolerance
	now   Position // at the start of the step
	slope float64  // dR/dt there
	last  Piece    // the step before
	stats *Stats
	visit func(p *Piece) (more bool)
}

// Walk solves the equation up to the horizon, step by step, and shows visit every piece in
// turn until it has seen enough. A piece is good until visit returns. What the solution
// takes is added to stats. A risk that leaves the range of numbers is a *DivergedError.
func (e *Equation) Walk(ctx context.Context, horizon float64, stats *Stats, visit func(p *Piece) (more bool)) error {
	w := &walker{step: newStep(e), tol: e.Tolerance, floor: e.Floor, stats: stats, visit: visit, now: e.Start()}
	for _, stop := range Stops(e.Rate, horizon) {
		w.end = math.Nextafter(stop, 0)
		if more, err := w.to(ctx, stop); err != nil || !more {
			return err
		}
	}
	return nil
}

// MaxPasses is how many passes over n modes a solution may take. It is a hundred times
// what smooth rates take, and some seconds of work.
func MaxPasses(n int) int { return max(20_000, 10_000_000/(20+n)) }

// to makes the steps up to the time stop.
func (w *walker) to(ctx context.Context, stop float64) (more bool, err error) {
	fresh, size := true, 0.0
	for w.start < stop {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if stop-w.start < Shortest {
			if !w.skip(stop) {
				return false, nil
			}
			continue
		}
		if w.now.R < MinRisk {
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
		size, w.stop = Next(size, w.start, stop)
		if w.stop == w.start || size < Shortest {
			if w.slope > 0 && w.now.R < 1e-10*w.slope*w.start { // growth too fast for the clock
				return false, &DivergedError{Time: w.start, Risk: w.now.R}
			}
			return false, fmt.Errorf("odes: the step size vanishes at t = %v, risk %v: the tolerance %v cannot be met", w.start, w.now.R, w.tol)
		}
		if budget := MaxPasses(len(w.modes)); w.stats.Passes > budget {
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
		if w.now.R > Divergent {
			return 0, false, &DivergedError{Time: w.start, Risk: w.now.R}
		}
		return 0.25, false, nil
	}
	// The last coefficient of the Legendre series bounds the error of the polynomial,
	// within the step and at its end. It may be zero by chance. The coefficient before
	// it, which is larger where the series converges, guards against that.
	low := math.Inf(1)
	for k := range w.at {
		low = min(low, w.at[k].R)
	}
	w.last = Piece{
		Segment: Segment{Start: w.start, Size: w.size, Stop: w.stop}, Clock: w.clock[nodes-1],
		Known: len(w.responses) > 1, Preconditioned: w.eq.Preconditioned(), step: w.step,
	}
	w.last.Risk, w.last.Descent = w.series()
	tail := max(math.Abs(w.last.Risk[nodes-1]), math.Abs(w.last.Risk[nodes-2])/8)
	ratio := tail / (w.tol*low + w.floor)
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	if ratio > 1 {
		return max(factor, 0.2), false, nil
	}
	return min(factor, 10), true, nil
}

// series returns the polynomials through the risks and the descents at the nodes.
func (w *walker) series() (risk, descent collocation.Series) {
	var r, d [nodes]float64
	for k := range w.at {
		r[k], d[k] = w.at[k].R, w.at[k].Q
	}
	return collocation.Interpolate(&r), collocation.Interpolate(&d)
}

// guess fills in the risks at the nodes: the start, and for the others the
// polynomial of the step before if that is not too far, or an exponential.
func (w *walker) guess() {
	w.at[0] = w.now
	before := &w.last
	near := before.Size > 0 && before.Stop == w.start && w.size < 1.2*before.Size
	for k := 1; k < nodes; k++ {
		t := collocation.Lobatto[k] * w.size
		guess := w.now.R * math.Exp(w.slope*t/w.now.R)
		if near {
			guess = before.At(w.start + t)
		}
		w.at[k] = w.now
		w.at[k].R = min(max(guess, w.now.R/4), w.now.R*4)
	}
}

// accept moves on to the end of the step.
func (w *walker) accept() (more bool) {
	more = w.visit(&w.last)
	w.slope = 0
	for k := range w.at {
		w.slope += collocation.Differentiate[nodes-1][k] * w.at[k].R / w.size
	}
	w.now.R, w.now.Q = w.commit()
	w.start = w.stop
	return more
}

// firstSize returns a size for the first step of a piece of the schedule, in which
// the modes move by a small part of the risk.
func (w *walker) firstSize() (float64, error) {
	c := &w.coef[0]
	at := w.now
	if err := w.eq.Evaluate(c, w.start, &at); err != nil {
		return 0, err
	}
	slope, speed := w.eq.Speed(c, w.modes)
	w.slope = slope
	return min(2*math.Pow(w.tol, 1./nodes)*w.now.R/speed, MaxTime), nil // at rest, all of it
}

// skip moves to the time stop, so near that nothing moves before.
func (w *walker) skip(stop float64) (more bool) {
	p := w.still(stop, collocation.Series{w.now.R})
	w.start = stop
	return w.visit(&p)
}

// still returns the piece up to stop of a risk that no step was needed for.
func (w *walker) still(stop float64, risk collocation.Series) Piece {
	return Piece{Segment: Segment{w.start, stop - w.start, stop, risk}, Preconditioned: w.eq.Preconditioned()}
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
	w.floor = max(w.floor, 1e-12*w.tol*w.now.R)
	// At least the resolution of the clock: less would not move it.
	w.size = min(max(1e-13*span, math.Nextafter(w.start, stop)-w.start), span)
	for {
		if err := w.noiseAlone(); err != nil {
			return false, err
		}
		if w.now.R >= MinRisk {
			break
		}
		if quiet = w.size; quiet == span {
			break
		}
		w.size = min(10*w.size, span)
	}
	if quiet > 0 {
		w.size = quiet
		w.now = w.eq.At(0)
		clear(w.modes)
	}
	if w.stop = w.start + w.size; w.size == span {
		w.stop = stop
	}
	p := w.still(w.stop, collocation.Series{w.now.R / 2, w.now.R / 2}) // exactly 0 at the start
	w.start = w.stop
	return w.visit(&p), nil
}

// noiseAlone sets the modes to what the noise makes of zero in the step, at the rate of
// its end.
func (w *walker) noiseAlone() error {
	c := &w.coef[0]
	at := w.eq.At(MinRisk)
	if err := w.eq.Evaluate(c, min(w.start+w.size, w.end), &at); err != nil {
		return err
	}
	w.now = w.eq.At(0)
	// Noise that vanishes with the risk may not outweigh the drift.
	quiet := w.eq.AtRest(c, nil) <= MinRisk
	for i, l := range w.eq.Modes.Lambda {
		w.modes[i] = 0
		if quiet {
			continue
		}
		for n, weights := range w.eq.Modes.Weights {
			w.modes[i] += c.Input[n] * weights[i] * w.size
		}
		w.now.R += w.modes[i]
		w.now.Q += w.modes[i] * l
	}
	return nil
}
