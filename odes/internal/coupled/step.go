package coupled

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// step is one step of the Radau IIA method for a coupled limit. The modes see each
// other through the overlaps R_ab and the scalars alone. Given these at the stages, every
// mode is a linear system of its own, solved implicitly however large λ is. The overlaps
// at the stages are the fixed point of one pass over the modes, which Anderson's method
// accelerates.
type step struct {
	*Equation
	modes *Modes
	mix   *mixture
	out   [][stages]float64

	start, size float64
	end         float64 // the schedule's values from here on belong to a later piece

	now   point
	stage [stages]point
	state homogenized.State
	rate  [stages]float64
	fault error // why the coefficients of the last attempt are no numbers

	jacobian, residual []float64 // of the scalars
	pivot              []int
	accelerate         anderson
	flat               []float64 // the overlaps at the stages, entry by entry
	image              []float64
	scale              []float64 // of each entry
	newton             newton
	stiff              bool // whether the last steps needed newton
}

// newStep returns the step at the start.
func newStep(eq *Equation) (*step, error) {
	k, m, n, noises := len(eq.Vectors), len(eq.Scalars), eq.Modes.entries, eq.Modes.noises
	now, err := eq.start()
	if err != nil {
		return nil, err
	}
	st := &step{
		Equation: eq, modes: eq.Modes.clone(), mix: newMixture(k, noises), out: make([][stages]float64, n), now: now,
		jacobian: make([]float64, m*m*stages*stages), residual: make([]float64, m*stages), pivot: make([]int, m*stages),
		flat: make([]float64, n*stages), image: make([]float64, n*stages), scale: make([]float64, n),
	}
	for j := range st.stage {
		st.stage[j] = newPoint(n, m)
	}
	st.state.Gain = make([]float64, noises)
	st.newton.slopes = make([][stages]float64, n*stages)
	st.mix.tangent = newTangent(m, noises)
	return st, nil
}

// time returns the time of the stage j.
func (st *step) time(j int) float64 { return min(st.start+radau.point[j]*st.size, st.end) }

// least is what the risk at a stage must exceed: 0, or what rounding leaves of a risk that
// counts as zero.
func (st *step) least() float64 {
	if st.now.overlap[0] < MinRisk {
		return -MinRisk
	}
	return 0
}

// coefficients fills in the flow at the stages from the overlaps there, and the scalars.
// It reports whether all of them are numbers. An error means that the system is not
// defined there.
func (st *step) coefficients() (ok bool, err error) {
	drift := [stages]float64{}
	for j := range stages {
		t, p := st.time(j), &st.stage[j]
		risk := p.overlap[0]
		if !(risk > st.least() && risk < MaxRisk) {
			return false, nil
		}
		if st.rate[j], drift[j], err = st.Coefficients(st.mix.gain[j], t, max(risk, MinRisk), p.descent); err != nil {
			return false, err
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
func (st *step) evaluate(j int, drift float64) bool {
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
func (st *step) flowAt(f *homogenized.Flow, t, rate, drift float64, gain []float64, p *point) {
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
func (st *step) solveScalars(drift *[stages]float64) bool {
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
		factor(a, st.pivot)
		substitute(a, st.pivot, st.residual)
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
//
// With respond it also stores the derivatives of the image in the directions of the
// tangent.
func (st *step) pass(respond bool) {
	st.mix.size = st.size
	st.mix.arrange()
	if respond {
		clear(st.newton.slopes)
	}
	descent := st.passOver(st.modes, st.image, respond)
	for j := range st.stage {
		st.stage[j].descent = descent[j]
	}
}

// passOver is pass for some modes, under the coefficients that are set.
func (st *step) passOver(m *Modes, image []float64, respond bool) (descent [stages]float64) {
	clear(image)
	for i, l := range m.lambda {
		st.mix.solve(st.out, l, m.at(i), m.source(i), respond)
		if respond {
			for i := range st.newton.slopes {
				row := &st.newton.slopes[i]
				for q, v := range &st.mix.response[i] {
					row[q] += v
				}
			}
		}
		next := m.next[i*m.entries:]
		for e := range st.out {
			sum := image[e*stages:][:stages]
			for j, v := range st.out[e] {
				sum[j] += v
			}
			next[e] = st.out[e][stages-1]
		}
		for j, v := range st.out[0] {
			descent[j] += l * v
		}
	}
	return descent
}

// measure sets the scale of every entry, the largest √(R_aa R_bb) of the step. What counts
// as zero has the scale MinRisk.
func (st *step) measure(values []float64) {
	var largest [homogenized.MaxVectors]float64
	for a := range st.mix.k {
		e := st.mix.place[a][a]
		largest[a] = math.Abs(st.now.overlap[e])
		for _, v := range values[e*stages : (e+1)*stages] {
			largest[a] = max(largest[a], math.Abs(v))
		}
	}
	for e, ab := range st.mix.entries {
		st.scale[e] = max(math.Sqrt(largest[ab[0]]*largest[ab[1]]), MinRisk)
	}
	st.mix.measureIn(st.scale)
}

// solve finds the overlaps at the stages, of which stage holds guesses, to the relative
// tolerance tol. ok is false if it cannot, the step being too large.
//
// Where passes bring them closer too slowly, it takes the derivative of the pass and goes on
// with Newton's method.
func (st *step) solve(tol float64, stats *march.Stats) (ok bool, err error) {
	const maxPasses, maxDerivatives = 25, 6
	for j := range st.stage {
		for e, v := range st.stage[j].overlap {
			st.flat[e*stages+j] = v
		}
	}
	st.accelerate.reset(len(st.flat))
	first, before := math.Inf(1), math.Inf(1)
	derive, derivatives := st.stiff, 0
	for pass := range maxPasses {
		if ok, err := st.coefficients(); !ok || err != nil {
			return false, err
		}
		derive = derive && st.differentiate()
		st.pass(derive)
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
		} else if change > 1e3*max(first, 1) || derivatives == maxDerivatives && change > before {
			return false, nil
		}
		if change < tol {
			st.take(st.image)
			return st.stage[stages-1].overlap[0] > st.least(), nil
		}
		if derive {
			derivatives++
			stats.Passes++ // about as much work
			st.stiff = st.newton.factor(st.flat) > 0.2
			st.accelerate.reset(len(st.flat))
		}
		if derivatives > 0 {
			st.newton.move(st.image, st.flat)
		}
		derive = pass >= 2 && change > 0.3*before && derivatives < maxDerivatives
		before = change
		st.accelerate.next(st.flat, st.image, st.scale)
		if !st.positive(st.flat) {
			copy(st.flat, st.image)
			st.accelerate.reset(len(st.flat))
		}
		st.take(st.flat)
	}
	return false, nil
}

// positive reports whether the risks among the values are, or count as zero.
func (st *step) positive(values []float64) bool {
	for _, v := range values[:stages] {
		if !(v > st.least()) {
			return false
		}
	}
	return true
}

// take sets the overlaps at the stages.
func (st *step) take(values []float64) {
	for j := range st.stage {
		for e := range st.stage[j].overlap {
			st.stage[j].overlap[e] = values[e*stages+j]
		}
	}
}
