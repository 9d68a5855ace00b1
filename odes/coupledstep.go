package odes

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// coupledStep is one step of the Radau IIA method for a coupled limit. The modes see each
// other through the overlaps R_ab and the scalars alone. Given these at the stages, every
// mode is a linear system of its own, solved implicitly however large λ is. The overlaps
// at the stages are the fixed point of one pass over the modes, which Anderson's method
// accelerates.
type coupledStep struct {
	sys *System
	*homogenized.Coupling
	mix    *mixture
	lambda []float64
	input  []float64 // c_i^{(n)}/(2d), mode by mode
	modes  []float64 // the entries of every mode at the start of the step
	next   []float64 // at its end
	out    [][stages]float64

	start, size float64
	end         float64 // the schedule's values from here on belong to a later piece

	now   coupledPoint
	stage [stages]coupledPoint
	state homogenized.State
	rate  [stages]float64
	fault error // why the coefficients of the last attempt are no numbers

	jacobian, residual []float64 // of the scalars
	accelerate         anderson
	flat               []float64 // the overlaps at the stages, entry by entry
	image              []float64
	scale              []float64 // of each entry
	noise              float64   // the rounding error of the last solution, if it is above the tolerance
}

// coupledPoint is what the coefficients see at one time.
type coupledPoint struct {
	overlap []float64 // by entry
	scalar  []float64
	descent float64
}

func newCoupledPoint(entries, scalars int) coupledPoint {
	b := make([]float64, entries+scalars)
	return coupledPoint{overlap: b[:entries:entries], scalar: b[entries:]}
}

func (p *coupledPoint) set(other *coupledPoint) {
	copy(p.overlap, other.overlap)
	copy(p.scalar, other.scalar)
	p.descent = other.descent
}

func newCoupledStep(s *System) (*coupledStep, error) {
	c := s.Limit.Coupling
	k, m, noises := len(c.Vectors), len(c.Scalars), len(s.Limit.Noise)
	st := &coupledStep{sys: s, Coupling: c, mix: newMixture(k, noises)}
	n := len(st.mix.entries)
	starts, err := s.starts()
	if err != nil {
		return nil, err
	}
	scale := 1 / (2 * float64(s.Modes.Dim))
	for i, l := range s.Modes.Lambda {
		if l == 0 { // no part in any overlap
			continue
		}
		if last := len(st.lambda) - 1; last < 0 || l != st.lambda[last] { // equal modes move as one
			st.lambda = append(st.lambda, l)
			st.input = append(st.input, make([]float64, noises)...)
			st.modes = append(st.modes, make([]float64, n)...)
		}
		at := len(st.lambda) - 1
		for g, w := range s.Modes.Weights {
			st.input[at*noises+g] += w[i] * scale
		}
		for e, ab := range st.mix.entries {
			st.modes[at*n+e] += starts.entry(i, c.Vectors[ab[0]].Start, c.Vectors[ab[1]].Start)
		}
	}
	if len(st.lambda) == 0 {
		return nil, fmt.Errorf("odes: System.Modes has no mode with λ > 0")
	}
	st.next = make([]float64, len(st.modes))
	st.out = make([][stages]float64, n)
	st.now = newCoupledPoint(n, m)
	for j := range st.stage {
		st.stage[j] = newCoupledPoint(n, m)
	}
	st.state.Gain = make([]float64, noises)
	st.jacobian, st.residual = make([]float64, m*m*stages*stages), make([]float64, m*stages)
	st.flat, st.image, st.scale = make([]float64, n*stages), make([]float64, n*stages), make([]float64, n)
	st.gather()
	for j, z := range c.Scalars {
		if z.Start == nil {
			continue
		}
		v := z.Start(st.now.overlap[0])
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("odes: Coupling.Scalars[%d].Start gives %v: must be finite", j, v)
		}
		st.now.scalar[j] = v
	}
	return st, nil
}

// gather sets the overlaps and the descent at the start of the step from the modes.
func (st *coupledStep) gather() {
	clear(st.now.overlap)
	st.now.descent = 0
	n := len(st.now.overlap)
	for i, l := range st.lambda {
		for e, v := range st.modes[i*n : i*n+n] {
			st.now.overlap[e] += v
		}
		st.now.descent += l * st.modes[i*n]
	}
}

// time returns the time of the stage j.
func (st *coupledStep) time(j int) float64 { return min(st.start+radau.point[j]*st.size, st.end) }

// coefficients fills in the flow at the stages from the overlaps there, and the scalars.
// It reports whether all of them are numbers. An error means that the system is not
// defined there.
func (st *coupledStep) coefficients() (ok bool, err error) {
	drift := [stages]float64{}
	for j := range stages {
		t, p := st.time(j), &st.stage[j]
		risk := p.overlap[0]
		if !(risk > 0 && risk < maxRisk) {
			return false, nil
		}
		at := position{risk: risk, descent: p.descent, preconditioned: st.sys.preconditioned()}
		if st.rate[j], err = schedule.At(st.sys.Rate, t, &at); err != nil {
			return false, err
		}
		h, slope := st.sys.Limit.Drift(risk)
		if err := checkCoefficient(-1, h, slope, risk, t); err != nil {
			return false, err
		}
		drift[j] = h
		for n, term := range st.sys.Limit.Noise {
			g, slope := term.Gain(risk)
			if err := checkCoefficient(n, g, slope, risk, t); err != nil {
				return false, err
			}
			st.mix.gain[j][n] = g
		}
	}
	if !st.solveScalars(&drift) {
		return false, nil
	}
	for j := range stages {
		if !st.evaluate(j, drift[j]) {
			return false, nil
		}
	}
	return true, nil
}

// evaluate stores the flow of the stage j. It reports whether its slopes of the scalars,
// and F, H and s, are numbers.
func (st *coupledStep) evaluate(j int, drift float64) bool {
	f := &st.mix.flow[j]
	st.flowAt(f, st.time(j), st.rate[j], drift, st.mix.gain[j], &st.stage[j])
	sum := 0.0
	for a := range st.mix.k {
		sum += 0 * f.S[a]
		for b := range st.mix.k {
			sum += 0*f.F[a][b] + 0*f.H[a][b]
		}
	}
	if sum != 0 { // NaN
		st.fault = fmt.Errorf("odes: Coupling.Flow gives coefficients that are not finite at t = %v", st.time(j))
		return false
	}
	return true
}

// flowAt stores the flow at a point in f.
func (st *coupledStep) flowAt(f *homogenized.Flow, t, rate, drift float64, gain []float64, p *coupledPoint) {
	s := &st.state
	s.Time, s.Rate, s.Drift = t, rate, drift
	copy(s.Gain, gain)
	for e, ab := range st.mix.entries {
		s.Overlap[ab[0]][ab[1]], s.Overlap[ab[1]][ab[0]] = p.overlap[e], p.overlap[e]
	}
	copy(s.Scalar[:], p.scalar)
	*f = homogenized.Flow{}
	st.Flow(f, s)
}

// solveScalars solves the collocation equations of the scalars, given the overlaps, by
// Newton's method with slopes by differences.
func (st *coupledStep) solveScalars(drift *[stages]float64) bool {
	m := len(st.Scalars)
	if m == 0 {
		return true
	}
	n := m * stages
	var base, moved homogenized.Flow
	for range 20 {
		a := st.jacobian
		clear(a)
		for j := range stages {
			p := &st.stage[j]
			st.flowAt(&base, st.time(j), st.rate[j], drift[j], st.mix.gain[j], p)
			for q := range m {
				sum := radau.start[j]*st.now.scalar[q] + st.size*base.Slope[q]
				for l := range stages {
					sum -= radau.inverse[j][l] * st.stage[l].scalar[q]
					a[(j*m+q)*n+l*m+q] += radau.inverse[j][l]
				}
				st.residual[j*m+q] = sum
			}
			for q := range m {
				z := p.scalar[q]
				bump := 1e-7 * max(math.Abs(z), math.Abs(st.now.scalar[q]), st.size*math.Abs(base.Slope[q]), 1e-30)
				p.scalar[q] = z + bump
				st.flowAt(&moved, st.time(j), st.rate[j], drift[j], st.mix.gain[j], p)
				p.scalar[q] = z
				for r := range m {
					a[(j*m+r)*n+j*m+q] -= st.size * (moved.Slope[r] - base.Slope[r]) / bump
				}
			}
		}
		eliminate(a, st.residual)
		change := 0.0
		for j := range stages {
			for q := range m {
				step := st.residual[j*m+q]
				p := &st.stage[j].scalar[q]
				*p += step
				if math.IsNaN(*p) || math.IsInf(*p, 0) {
					st.fault = fmt.Errorf("odes: Coupling.Scalars[%d] is %v at t = %v", q, *p, st.time(j))
					return false
				}
				change = max(change, math.Abs(step)/max(math.Abs(*p), math.Abs(st.now.scalar[q]), 1e-300))
			}
		}
		if change < 1e-13 {
			return true
		}
	}
	// Slopes by differences may leave a slow tail; the outer iteration goes on from here.
	return true
}

// pass goes over the modes with the coefficients at the stages and stores the overlaps
// that they make in image, entry by entry, and the descents at the stages. It leaves the
// modes at the end of the step in next.
func (st *coupledStep) pass() {
	st.mix.size = st.size
	st.mix.arrange()
	n, noises := len(st.mix.entries), len(st.sys.Limit.Noise)
	clear(st.image)
	var descent [stages]float64
	for i, l := range st.lambda {
		st.mix.solve(st.out, l, st.modes[i*n:i*n+n], st.input[i*noises:i*noises+noises])
		for e := range st.out {
			image := st.image[e*stages:][:stages]
			for j, v := range st.out[e] {
				image[j] += v
			}
			st.next[i*n+e] = st.out[e][stages-1]
		}
		for j, v := range st.out[0] {
			descent[j] += l * v
		}
	}
	for j := range st.stage {
		st.stage[j].descent = descent[j]
	}
}

// measure sets the scale of every entry, the largest √(R_aa R_bb) of the step.
func (st *coupledStep) measure(values []float64) {
	var largest [homogenized.MaxVectors]float64
	for a := range st.mix.k {
		e := st.mix.place[a][a]
		largest[a] = math.Abs(st.now.overlap[e])
		for _, v := range values[e*stages : (e+1)*stages] {
			largest[a] = max(largest[a], math.Abs(v))
		}
	}
	for e, ab := range st.mix.entries {
		st.scale[e] = max(math.Sqrt(largest[ab[0]]*largest[ab[1]]), 1e-290)
	}
}

// solve finds the overlaps at the stages, of which stage holds guesses, to the relative
// tolerance tol. ok is false if it cannot, the step being too large.
func (st *coupledStep) solve(tol float64, stats *Stats) (ok bool, err error) {
	const maxPasses = 25
	for j := range st.stage {
		for e, v := range st.stage[j].overlap {
			st.flat[e*stages+j] = v
		}
	}
	st.accelerate.reset(len(st.flat))
	first, best, stalled := math.Inf(1), math.Inf(1), 0
	st.noise = 0
	for pass := range maxPasses {
		if ok, err := st.coefficients(); !ok || err != nil {
			return false, err
		}
		st.pass()
		stats.Passes++
		st.measure(st.image)
		change := 0.0
		for e, scale := range st.scale {
			for j := range stages {
				v := st.image[e*stages+j]
				change = max(change, math.Abs(v-st.flat[e*stages+j])/scale)
			}
		}
		if math.IsNaN(change) || math.IsInf(change, 0) {
			return false, nil
		}
		if pass == 0 {
			first = change
		} else if change > 1e3*max(first, 1) {
			return false, nil
		}
		// Where the risk is small against what the vectors exchange, rounding errors stop
		// the iteration above the tolerance.
		if stalled++; change < best/2 {
			best, stalled = change, 0
		}
		if stalled == 5 && best < coarsest {
			st.noise, tol = best, math.Inf(1)
		}
		if change < tol {
			st.take(st.image)
			return st.stage[stages-1].overlap[0] > 0, nil
		}
		st.accelerate.next(st.flat, st.image, st.scale)
		if !st.positive(st.flat) {
			copy(st.flat, st.image)
			st.accelerate.reset(len(st.flat))
		}
		st.take(st.flat)
	}
	return false, nil
}

// positive reports whether the risks among the values are.
func (st *coupledStep) positive(values []float64) bool {
	for _, v := range values[:stages] {
		if !(v > 0) {
			return false
		}
	}
	return true
}

// take sets the overlaps at the stages.
func (st *coupledStep) take(values []float64) {
	for j := range st.stage {
		for e := range st.stage[j].overlap {
			st.stage[j].overlap[e] = values[e*stages+j]
		}
	}
}
