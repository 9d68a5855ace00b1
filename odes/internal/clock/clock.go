// Package clock solves the equation of the risk under a constant rate over a clock in which
// its modes are linear.
package clock

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// nodes is the number of collocation nodes.
const nodes = collocation.Nodes

// walker solves an equation under a constant rate with the clock A, dA = ηh dt, in the
// place of time. Every mode is then linear, dr_i/dA = −2λ_i r_i + Σ_n f_n c_i^{(n)} with
// f_n = ηg_n/(2dh), so a step of a given length does the same to the modes of every
// solution, and a table knows it. Left are the nine risks at the nodes,
//
//	R_j = Σ_i r_i e^{−2λ_i A_j} + Σ_n Σ_k kernel[n][j][k] f_n(R_k),
//
// which Newton's method finds with its exact derivative, and t = ∫ dA/(ηh).
type walker struct {
	eq    *march.Equation
	stats *march.Stats

	modes []float64 // r_i at the start of the step
	start float64   // its time

	at     [nodes]march.Position
	coef   [nodes]march.Coefficients
	time   [nodes]float64     // from the start of the step
	risk   collocation.Series // over the clock
	last   collocation.Series // the same of the step before; its length is before
	before float64
}

// mostSteps is the number of steps after which the clock is given up. Solutions take some
// ten or twenty.
const mostSteps = 1000

// Solve solves an equation, whose rate is constant and positive, up to the horizon, with the
// tables of its modes. ok is false where the clock cannot replace the time, or where the risk
// comes near the ends of the range of numbers: march then knows what to do.
func Solve(ctx context.Context, eq *march.Equation, tables *Tables, horizon float64, stats *march.Stats) (segments []march.Segment, ok bool, err error) {
	w := &walker{eq: eq, stats: stats, modes: append([]float64{}, eq.Modes.Risk...)}
	for k := range w.coef {
		w.coef[k] = march.NewCoefficients(len(eq.Limit.Noise))
		w.at[k] = eq.At(0)
	}
	length, ok := w.begin()
	for ok && w.start < horizon {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		if stats.Steps+stats.Rejected > mostSteps || length < march.Shortest || length > march.MaxTime {
			return nil, false, nil
		}
		table := tables.get(int(math.Floor(math.Log2(length) * sizesPerOctave)))
		factor, accepted, curve := w.try(table)
		length = table.size * factor
		if !accepted {
			stats.Rejected++
			continue
		}
		stats.Steps++
		end := w.start + w.time[nodes-1]
		if !(end > w.start) || !(end < march.MaxTime) {
			return nil, false, nil
		}
		segments = append(segments, march.Segment{Start: w.start, Size: w.time[nodes-1], Stop: min(end, horizon), Risk: curve})
		w.commit(table)
		w.start = end
	}
	return segments, ok, nil
}

// begin evaluates the start, and returns the length of a first step, in which the modes
// move by a small part of the risk. ok is false if the clock does not run there.
func (w *walker) begin() (length float64, ok bool) {
	risk := floats.Sum(w.modes)
	w.at[0].R = risk
	if !(risk >= march.MinRisk) || w.eq.Evaluate(&w.coef[0], 0, &w.at[0]) != nil || !(w.coef[0].Decay > 0) {
		return 0, false
	}
	_, speed := w.eq.Speed(&w.coef[0], w.modes)
	length = 2 * math.Pow(w.eq.Tolerance, 1./nodes) * risk / speed * w.coef[0].Decay
	return length, speed > 0 && !math.IsInf(speed, 1)
}

// try makes a step of the length of the table. It returns by what factor the next one, or
// the next attempt at this one, should differ in length, and the risk over the time of
// the step.
func (w *walker) try(t *table) (factor float64, accepted bool, curve collocation.Series) {
	var free [nodes]float64
	for j := 1; j < nodes; j++ {
		free[j] = floats.Dot(t.left[j], w.modes)
	}
	w.guess(t, &free)
	if !w.solve(t, &free) {
		return 0.25, false, curve
	}
	// The time at the nodes, and the risk as a polynomial of the clock and of the time.
	low := math.Inf(1)
	var pace, risk [nodes]float64
	for k := range pace {
		pace[k] = t.size / w.coef[k].Decay
		risk[k] = w.at[k].R
		low = min(low, risk[k])
	}
	for j := 1; j < nodes; j++ {
		sum := 0.0
		for k, v := range pace {
			sum += collocation.Integrate[j][k] * v
		}
		w.time[j] = sum
		if !(sum > w.time[j-1]) {
			return 0.25, false, curve
		}
	}
	w.risk = collocation.Interpolate(&risk)
	basis := collocation.OverClock(&w.time).Legendre(1)
	for n := range curve {
		for k, v := range risk {
			curve[n] += basis[n][k] * v
		}
	}
	// What the polynomial of the clock lacks enters by integrals of Legendre's polynomial of
	// the degree n = nodes, which are at most 1/(2n+1).
	ratio := max(beyond(&curve), beyond(&w.risk)/16) / (w.eq.Tolerance*low + w.eq.Floor)
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	if !(ratio <= 1) {
		return max(min(factor, 0.7), 0.2), false, curve
	}
	return min(factor, 10), true, curve
}

// beyond estimates the first coefficient that a Legendre series lacks, which is about the
// error of its polynomial, from the last two: they shrink by their ratio, but never taken
// to be below an eighth. Either may be small by chance, which the other guards against.
func beyond(c *collocation.Series) float64 {
	before, last := math.Abs(c[nodes-2]), math.Abs(c[nodes-1])
	if before == 0 {
		return last
	}
	return max(last, before/8) * min(max(last/before, 1./8), 1)
}

// guess fills in the risks at the nodes: from the polynomial of the step before if that is
// not too far, or from a forcing that stays what it is.
func (w *walker) guess(t *table, free *[nodes]float64) {
	near := w.before > 0 && t.size < 1.5*w.before
	for j := 1; j < nodes; j++ {
		guess := free[j]
		if near {
			guess = w.last.At(1 + collocation.Lobatto[j]*t.size/w.before)
		} else {
			for n := range t.kernel {
				for k := range nodes {
					guess += t.kernel[n][j][k] * w.coef[0].Ratio[n]
				}
			}
		}
		w.at[j].R = min(max(guess, w.at[0].R/4, march.MinRisk), w.at[0].R*4)
	}
}

// solve finds the risks at the nodes. ok is false if it cannot, the step being too long.
// It leaves the coefficients of the result.
func (w *walker) solve(t *table, free *[nodes]float64) (ok bool) {
	const maxPasses = 12
	const unknowns = nodes - 1
	var a [unknowns][unknowns]float64
	var b [unknowns]float64
	previous := 0.0
	for range maxPasses {
		w.stats.Passes++
		for k := 1; k < nodes; k++ {
			if w.eq.Evaluate(&w.coef[k], w.start, &w.at[k]) != nil || !(w.coef[k].Decay > 0) {
				return false
			}
		}
		for j := 1; j < nodes; j++ {
			row := &a[j-1]
			*row = [unknowns]float64{}
			sum := free[j] - w.at[j].R
			for n := range t.kernel {
				kernel := &t.kernel[n][j]
				sum += kernel[0] * w.coef[0].Ratio[n]
				for k := 1; k < nodes; k++ {
					sum += kernel[k] * w.coef[k].Ratio[n]
					row[k-1] -= kernel[k] * w.coef[k].RatioSlope[n]
				}
			}
			row[j-1]++
			b[j-1] = sum
		}
		if !solveSmall(&a, &b) {
			return false
		}
		change := 0.0
		for j := 1; j < nodes; j++ {
			now := w.at[j].R
			next := now + b[j-1]
			if !(next < march.MaxRisk) {
				return false
			}
			next = max(next, now/8) // a step of Newton's beyond 0 says only: less
			if next < march.MinRisk {
				return false
			}
			change = max(change, math.Abs(next-now)/next)
			w.at[j].R = next
		}
		if previous > 0 && change > previous && change > 0.1 {
			return false
		}
		// What is left after this change is about change²/previous.
		if tol := w.eq.Tolerance / 10; change < tol || change < previous && change*change < 0.1*tol*previous {
			for k := 1; k < nodes; k++ {
				if w.eq.Evaluate(&w.coef[k], w.start, &w.at[k]) != nil || !(w.coef[k].Decay > 0) {
					return false
				}
			}
			return true
		}
		previous = change
	}
	return false
}

// commit moves the modes to the end of the step.
func (w *walker) commit(t *table) {
	const last = nodes - 1
	floats.Mul(w.modes, t.left[last])
	for n := range t.moved {
		for k := range nodes {
			floats.AddScaled(w.modes, w.coef[k].Ratio[n], t.moved[n][k])
		}
	}
	risk := 0.0
	for i, r := range w.modes {
		r = max(r, 0)
		w.modes[i] = r
		risk += r
	}
	w.last, w.before = w.risk, t.size
	w.coef[0], w.coef[last] = w.coef[last], w.coef[0]
	w.at[0].R = risk
}

// solveSmall stores the solution x of ax = b in b, and overwrites a. ok is false if a is
// singular or not finite. Elimination in arrays takes 0.95 µs where gonum's Getrf and Getrs
// take 1.4 µs, and a seventh of a solution is spent here.
func solveSmall(a *[nodes - 1][nodes - 1]float64, b *[nodes - 1]float64) (ok bool) {
	for i := range a {
		pivot := i
		for r := i + 1; r < len(a); r++ {
			if math.Abs(a[r][i]) > math.Abs(a[pivot][i]) {
				pivot = r
			}
		}
		if d := math.Abs(a[pivot][i]); !(d > 0) || math.IsInf(d, 1) {
			return false
		}
		a[i], a[pivot] = a[pivot], a[i]
		b[i], b[pivot] = b[pivot], b[i]
		top := &a[i]
		for r := i + 1; r < len(a); r++ {
			row := &a[r]
			f := row[i] / top[i]
			if f == 0 {
				continue
			}
			for k := i + 1; k < len(a); k++ {
				row[k] -= f * top[k]
			}
			b[r] -= f * b[i]
		}
	}
	for i := len(a) - 1; i >= 0; i-- {
		sum := b[i]
		for k := i + 1; k < len(a); k++ {
			sum -= a[i][k] * b[k]
		}
		b[i] = sum / a[i][i]
	}
	return true
}
