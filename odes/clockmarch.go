package odes

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// clockMarch solves a system under a constant rate with the clock A, dA = ηh dt, in the
// place of time. Every mode is then linear, dr_i/dA = −2λ_i r_i + Σ_n f_n c_i^{(n)} with
// f_n = ηg_n/(2dh), so a step of a given length does the same to the modes of every
// solution, and clockTable knows it. Left are the nine risks at the nodes,
//
//	R_j = Σ_i r_i e^{−2λ_i A_j} + Σ_n Σ_k kernel[n][j][k] f_n(R_k),
//
// which Newton's method finds with its exact derivative, and t = ∫ dA/(ηh).
type clockMarch struct {
	sys    *System
	tables *clockTables
	tol    float64
	floor  float64
	stats  *Stats

	modes []float64 // r_i at the start of the step
	start float64   // its time

	at     [nodes]position
	coef   [nodes]coefficients
	time   [nodes]float64 // from the start of the step
	risk   series         // over the clock
	last   series         // the same of the step before; its length is before
	before float64
}

// maxClockSteps is the number of steps after which the clock is given up. Solutions take
// some ten or twenty.
const maxClockSteps = 1000

// solveByClock is Solve of a valid system at valid times where the clock can replace the
// time. ok is false where it cannot, or where the risk comes near the ends of the range of
// numbers: solve then knows what to do.
func (s *System) solveByClock(ctx context.Context, times []float64) (c *Curve, ok bool, err error) {
	eta, constant := s.Rate.(schedule.Constant)
	if !constant || !(eta > 0) || s.Limit.Centred || s.Limit.Coupling != nil {
		return nil, false, nil
	}
	compact, err := s.compact()
	if err != nil {
		return nil, false, err
	}
	c = &Curve{Times: append([]float64{}, times...), Risk: make([]float64, len(times)), Rate: make([]float64, len(times))}
	m := &clockMarch{
		sys: compact, tables: compact.clockTables(), tol: s.tolerance(), floor: s.Floor, stats: &c.Stats,
		modes: append([]float64{}, compact.Modes.Risk...),
	}
	for k := range m.coef {
		m.coef[k] = newCoefficients(len(s.Limit.Noise))
		m.at[k].preconditioned = s.preconditioned()
	}
	for i := range c.Rate {
		c.Rate[i] = float64(eta)
	}
	c.first = s.Modes.InitialRisk()
	next := 0
	for ; next < len(times) && times[next] == 0; next++ {
		c.Risk[next] = c.first
	}
	if next == len(times) {
		return c, true, nil
	}
	horizon := times[len(times)-1]
	length, ok := m.begin()
	for ok && m.start < horizon {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		if c.Stats.Steps+c.Stats.Rejected > maxClockSteps || length < shortest || length > maxTime {
			return nil, false, nil
		}
		index := int(math.Floor(math.Log2(length) * sizesPerOctave))
		table := m.tables.get(index)
		factor, accepted, curve := m.try(table)
		if !accepted {
			c.Stats.Rejected++
			length = table.size * factor
			continue
		}
		c.Stats.Steps++
		end := m.start + m.time[nodes-1]
		if !(end > m.start) || !(end < maxTime) {
			return nil, false, nil
		}
		p := segment{m.start, m.time[nodes-1], min(end, horizon), curve}
		for ; next < len(times) && times[next] <= p.stop; next++ {
			c.Risk[next] = max(curve.At((times[next]-p.start)/p.size), 0)
		}
		c.pieces = append(c.pieces, p)
		m.commit(table)
		m.start = end
		length = table.size * factor
	}
	return c, ok, nil
}

// begin evaluates the start, and returns the length of a first step, in which the modes
// move by a small part of the risk. ok is false if the clock does not run there.
func (m *clockMarch) begin() (length float64, ok bool) {
	risk := floats.Sum(m.modes)
	m.at[0].risk = risk
	if !(risk >= minRisk) || m.sys.evaluate(&m.coef[0], 0, &m.at[0]) != nil || !(m.coef[0].decay > 0) {
		return 0, false
	}
	speed := 0.0
	for i, l := range m.sys.Modes.Lambda {
		slope := -2 * l * m.modes[i]
		for n, w := range m.sys.Modes.Weights {
			slope += m.coef[0].ratio[n] * w[i]
		}
		speed += math.Abs(slope)
	}
	length = 2 * math.Pow(m.tol, 1./nodes) * risk / speed
	return length, speed > 0 && !math.IsInf(speed, 1)
}

// try makes a step of the length of the table. It returns by what factor the next one, or
// the next attempt at this one, should differ in length, and the risk over the time of
// the step.
func (m *clockMarch) try(t *clockTable) (factor float64, accepted bool, curve series) {
	var free [nodes]float64
	for j := 1; j < nodes; j++ {
		free[j] = floats.Dot(t.left[j], m.modes)
	}
	m.guess(t, &free)
	if !m.solve(t, &free) {
		return 0.25, false, curve
	}
	// The time at the nodes, and the risk as a polynomial of the clock and of the time.
	low := math.Inf(1)
	var pace, risk, sigma [nodes]float64
	for k := range pace {
		pace[k] = t.size / m.coef[k].decay
		risk[k] = m.at[k].risk
		low = min(low, risk[k])
	}
	for j := 1; j < nodes; j++ {
		sum := 0.0
		for k, v := range pace {
			sum += integrate[j][k] * v
		}
		m.time[j] = sum
		if !(sum > m.time[j-1]) {
			return 0.25, false, curve
		}
	}
	for j := range sigma {
		sigma[j] = m.time[j] / m.time[nodes-1]
	}
	m.risk = interpolate(&risk)
	basis := newLagrange(&sigma).Legendre(1)
	for n := range curve {
		for k, v := range risk {
			curve[n] += basis[n][k] * v
		}
	}
	// What the polynomial of the clock lacks enters by integrals of Legendre's polynomial of
	// the degree n = nodes, which are at most 1/(2n+1).
	ratio := max(beyond(&curve), beyond(&m.risk)/16) / (m.tol*low + m.floor)
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	if !(ratio <= 1) {
		return max(min(factor, 0.7), 0.2), false, curve
	}
	return min(factor, 10), true, curve
}

// beyond estimates the first coefficient that a Legendre series lacks, which is about the
// error of its polynomial, from the last two: they shrink by their ratio, but never taken
// to be below an eighth. Either may be small by chance, which the other guards against.
func beyond(c *series) float64 {
	before, last := math.Abs(c[nodes-2]), math.Abs(c[nodes-1])
	if before == 0 {
		return last
	}
	return max(last, before/8) * min(max(last/before, 1./8), 1)
}

// guess fills in the risks at the nodes: from the polynomial of the step before if that is
// not too far, or from a forcing that stays what it is.
func (m *clockMarch) guess(t *clockTable, free *[nodes]float64) {
	near := m.before > 0 && t.size < 1.5*m.before
	for j := 1; j < nodes; j++ {
		guess := free[j]
		if near {
			guess = m.last.At(1 + lobatto[j]*t.size/m.before)
		} else {
			for n := range t.kernel {
				for k := range nodes {
					guess += t.kernel[n][j][k] * m.coef[0].ratio[n]
				}
			}
		}
		m.at[j].risk = min(max(guess, m.at[0].risk/4, minRisk), m.at[0].risk*4)
	}
}

// solve finds the risks at the nodes. ok is false if it cannot, the step being too long.
// It leaves the coefficients of the result.
func (m *clockMarch) solve(t *clockTable, free *[nodes]float64) (ok bool) {
	const maxPasses = 12
	const unknowns = nodes - 1
	var a [unknowns][unknowns]float64
	var b [unknowns]float64
	previous := 0.0
	for range maxPasses {
		m.stats.Passes++
		for k := 1; k < nodes; k++ {
			if m.sys.evaluate(&m.coef[k], m.start, &m.at[k]) != nil || !(m.coef[k].decay > 0) {
				return false
			}
		}
		for j := 1; j < nodes; j++ {
			row := &a[j-1]
			*row = [unknowns]float64{}
			sum := free[j] - m.at[j].risk
			for n := range t.kernel {
				kernel := &t.kernel[n][j]
				sum += kernel[0] * m.coef[0].ratio[n]
				for k := 1; k < nodes; k++ {
					sum += kernel[k] * m.coef[k].ratio[n]
					row[k-1] -= kernel[k] * m.coef[k].ratioSlope[n]
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
			now := m.at[j].risk
			next := now + b[j-1]
			if !(next < maxRisk) {
				return false
			}
			next = max(next, now/8) // a step of Newton's beyond 0 says only: less
			if next < minRisk {
				return false
			}
			change = max(change, math.Abs(next-now)/next)
			m.at[j].risk = next
		}
		if previous > 0 && change > previous && change > 0.1 {
			return false
		}
		// What is left after this change is about change²/previous.
		if tol := m.tol / 10; change < tol || change < previous && change*change < 0.1*tol*previous {
			for k := 1; k < nodes; k++ {
				if m.sys.evaluate(&m.coef[k], m.start, &m.at[k]) != nil || !(m.coef[k].decay > 0) {
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
func (m *clockMarch) commit(t *clockTable) {
	const last = nodes - 1
	floats.Mul(m.modes, t.left[last])
	for n := range t.moved {
		for k := range nodes {
			floats.AddScaled(m.modes, m.coef[k].ratio[n], t.moved[n][k])
		}
	}
	risk := 0.0
	for i, r := range m.modes {
		r = max(r, 0)
		m.modes[i] = r
		risk += r
	}
	m.last, m.before = m.risk, t.size
	m.coef[0], m.coef[last] = m.coef[last], m.coef[0]
	m.at[0].risk = risk
}

// solveSmall stores the solution x of ax = b in b, and overwrites a. ok is false if a is
// singular or not finite.
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
