package coupled

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// Settings says how a Walk solves.
type Settings struct {
	Stops     []float64 // where steps end, in ascending order; the last is the horizon
	Tolerance float64   // the relative error of each overlap in a step
	Floor     float64   // an absolute error that is tolerated, too
}

// Piece is the solution over one step, as functions of (t − Start)/Size.
type Piece struct {
	Start, Size float64
	Stop        float64              // Start + Size, up to rounding
	Overlap     []collocation.Series // by entry
	Scalar      []collocation.Series
	Descent     collocation.Series
}

// walker moves along the solution from step to step.
type walker struct {
	*step
	stop  float64
	tol   float64
	floor float64
	last  *Piece // nil before the first step
	stats *march.Stats
	visit func(p *Piece) (more bool)

	check      *Modes    // other nodes that the modes are condensed to; nil for all modes
	checkImage []float64 // the overlaps of check at the stages
}

// errCoarse says that the modes were condensed too much.
var errCoarse = errors.New("odes: the modes of the coupled limit were condensed too much")

// finest is the smallest relative change of the overlaps that a pass can tell from
// rounding errors.
const finest = 1e-12

// maxPasses is how many passes over n modes of some entries a solution may take. Smooth
// rates take some hundred, and every stop some tens more. The quotient is about 4 s of
// work, where all entries of a mode depend on each other. It is more only where a few
// thousand passes or the stops are.
func maxPasses(n, entries, stops int) int {
	return max(4000, 20_000_000/(20+n*entries*entries*entries/3)) + 50*stops
}

// Walk shows the pieces of the solution up to the last stop to visit, one after another,
// until that returns false. It condenses the modes where that saves work. If the check
// finds them too coarse, it starts again with more nodes, and goes on with the visits where
// it had been.
func (eq *Equation) Walk(ctx context.Context, settings Settings, stats *march.Stats, visit func(p *Piece) (more bool)) error {
	seen := 0.0 // up to where pieces were visited
	for points := eq.Modes.pointsFor(settings.Tolerance); ; points *= 2 {
		st, err := newStep(eq)
		if err != nil {
			return err
		}
		w := &walker{step: st, tol: settings.Tolerance, floor: settings.Floor, stats: stats, visit: visit}
		if err := w.leaveZero(settings.Stops[len(settings.Stops)-1]); err != nil {
			return err
		}
		w.condense(points)
		err = w.through(ctx, settings.Stops, seen)
		if err != errCoarse {
			return err
		}
		seen = max(seen, w.start)
	}
}

// condense replaces the modes by few, if that saves at least a third of them, and sets the
// check.
func (w *walker) condense(points int) {
	few, check := w.modes.condense(points), w.modes.condense(points+3)
	if few == nil || check == nil || 3*check.Len() > 2*w.modes.Len() {
		return
	}
	w.modes, w.check = few, check
	w.checkImage = make([]float64, len(w.image))
}

// through walks through all stops, without visits before the time seen.
func (w *walker) through(ctx context.Context, stops []float64, seen float64) error {
	visit := w.visit
	w.visit = func(p *Piece) (more bool) { return p.Start < seen || visit(p) }
	if seen > 0 {
		stops = append(slices.Clone(stops), seen)
		slices.Sort(stops)
		stops = slices.Compact(stops)
	}
	for _, stop := range stops {
		w.end = math.Nextafter(stop, 0)
		if more, err := w.to(ctx, stop, len(stops)); err != nil || !more {
			return err
		}
	}
	return nil
}

// leaveZero moves a start at θ*, where coefficients need not be defined, away from it by
// what the noise makes of it in 1e-18 of the horizon, or the weight decay by 1e-18 of θ*.
func (w *walker) leaveZero(horizon float64) error {
	if w.now.overlap[0] >= march.MinRisk {
		return nil
	}
	gain := w.state.Gain
	if _, _, err := w.Coefficients(gain, horizon*1e-18, march.MinRisk, 0); err != nil {
		return err
	}
	for i := range w.modes.lambda {
		mode, away := w.modes.at(i), 0.0
		for n, c := range w.modes.source(i) {
			away += 1e-18 * horizon * gain[n] * c
		}
		for a := 1; a < w.mix.k; a++ {
			away += 1e-18 * mode[w.mix.place[a][a]]
		}
		for e, ab := range w.mix.entries { // averages start with the iterate
			if w.Vectors[ab[0]].Start == homogenized.Displacement && w.Vectors[ab[1]].Start == homogenized.Displacement {
				mode[e] += away
			}
		}
	}
	w.modes.sum(&w.now)
	if !(w.now.overlap[0] >= march.MinRisk) {
		return fmt.Errorf("odes: the coupled limit starts at risk 0, and nothing leads away from there")
	}
	return nil
}

// to makes the steps up to the time stop, which is one of some stops.
func (w *walker) to(ctx context.Context, stop float64, stops int) (more bool, err error) {
	size, err := w.firstSize(stop - w.start)
	if err != nil {
		return false, err
	}
	for w.start < stop {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		size, w.stop = march.Next(size, w.start, stop)
		if w.stop == w.start || size < 1e-40*stop {
			if w.fault != nil {
				return false, w.fault
			}
			if w.now.overlap[0] > march.Divergent {
				return false, &march.DivergedError{Time: w.start, Risk: w.now.overlap[0]}
			}
			return false, fmt.Errorf("odes: the step size vanishes at t = %v, risk %v: the tolerance %v cannot be met", w.start, w.now.overlap[0], w.tol)
		}
		if budget := maxPasses(w.modes.Len(), len(w.scale), stops); w.stats.Passes > budget {
			return false, fmt.Errorf("odes: the solution takes more than %d passes over %d modes, and is at t = %v: the limit varies faster than steps can follow", budget, w.modes.Len(), w.start)
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
func (w *walker) firstSize(span float64) (float64, error) {
	w.size = 1e-9 * span
	w.last = nil
	w.guess()
	ok, err := w.coefficients()
	if err != nil || !ok {
		return w.size, err
	}
	w.pass(false)
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
func (w *walker) guess() {
	before := w.last
	near := before != nil && before.Stop == w.start && w.size < 2*before.Size
	last := 1.0
	if near {
		last = 1 + w.size/before.Size
	}
	for j := range w.stage {
		p := &w.stage[j]
		p.set(&w.now)
		if !near {
			continue
		}
		x := (w.start + radau.point[j]*w.size - before.Start) / before.Size
		for e := range p.overlap {
			p.overlap[e] = extrapolate(&before.Overlap[e], x, last)
		}
		for q := range p.scalar {
			p.scalar[q] = extrapolate(&before.Scalar[q], x, last)
		}
		if now := w.now.overlap[0]; now >= march.MinRisk {
			p.overlap[0] = min(max(p.overlap[0], now/4), now*4)
		}
		p.descent = max(before.Descent.At(x), 0)
	}
}

// try makes a step. It returns by what factor the next one, or the next attempt at this
// one, should differ in size.
func (w *walker) try() (factor float64, accepted bool, err error) {
	w.guess()
	solved, err := w.solve(max(w.tol/10, finest), w.stats)
	if err != nil {
		return 0, false, err
	}
	if !solved {
		if w.now.overlap[0] > march.Divergent {
			return 0, false, &march.DivergedError{Time: w.start, Risk: w.now.overlap[0]}
		}
		return 0.25, false, nil
	}
	p := &Piece{Start: w.start, Size: w.size, Stop: w.stop}
	w.last = p
	ratio := 0.0
	low := w.now.overlap[0]
	for _, v := range w.image[:stages] {
		low = min(low, v)
	}
	tail := func(c collocation.Series) float64 { return max(math.Abs(c[nodes-1]), math.Abs(c[nodes-2])/8) }
	var values [nodes]float64
	for e, scale := range w.scale {
		values[0] = w.now.overlap[e]
		copy(values[1:], w.image[e*stages:(e+1)*stages])
		c := interpolateStages(&values)
		p.Overlap = append(p.Overlap, c)
		if e == 0 {
			scale = max(low, march.MinRisk)
		}
		ratio = max(ratio, tail(c)/(w.tol*scale+w.floor))
	}
	for q, now := range w.now.scalar {
		values[0] = now
		largest := math.Abs(now)
		for j := range w.stage {
			values[j+1] = w.stage[j].scalar[q]
			largest = max(largest, math.Abs(values[j+1]))
		}
		c := interpolateStages(&values)
		p.Scalar = append(p.Scalar, c)
		ratio = max(ratio, tail(c)/(w.tol*largest+1e-290))
	}
	values[0] = w.now.descent
	for j := range w.stage {
		values[j+1] = w.stage[j].descent
	}
	p.Descent = interpolateStages(&values)
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	if ratio > 1 || !(low > w.least()) {
		return min(max(factor, 0.2), 0.9), false, nil
	}
	if w.check != nil && !w.checked(low) {
		return 0, false, errCoarse
	}
	return min(factor, 10), true, nil
}

// checked reports whether the nodes of check, under the coefficients of the step, make the
// same overlaps up to a quarter of the tolerance. These are other polynomials of a higher
// degree, so that the difference is about the error of the condensed modes since the start.
func (w *walker) checked(low float64) bool {
	w.passOver(w.check, w.checkImage, false)
	w.stats.Passes++
	for e, scale := range w.scale {
		if e == 0 {
			scale = max(low, march.MinRisk)
		}
		allowed := w.tol*scale/4 + w.floor
		for j := e * stages; j < (e+1)*stages; j++ {
			if !(math.Abs(w.checkImage[j]-w.image[j]) <= allowed) {
				return false
			}
		}
	}
	return true
}

// accept moves on to the end of the step.
func (w *walker) accept() (more bool) {
	w.fault = nil
	more = w.visit(w.last)
	w.modes.advance()
	if w.check != nil {
		w.check.advance()
	}
	w.now.set(&w.stage[stages-1])
	w.start = w.stop
	return more
}

// extrapolate returns the series at x > 1, up to the term before which they grow at the
// end: the last coefficients are no better known than the tolerance.
func extrapolate(c *collocation.Series, x, end float64) float64 {
	legendre := collocation.LegendreValues(2*end - 1)
	degree, least := 0, math.Inf(1)
	for n := 1; n < nodes; n++ {
		if v := math.Abs(c[n] * legendre[n]); v <= least {
			degree, least = n, v
		}
	}
	legendre = collocation.LegendreValues(2*x - 1)
	sum := 0.0
	for n := range degree + 1 {
		sum += c[n] * legendre[n]
	}
	return sum
}
