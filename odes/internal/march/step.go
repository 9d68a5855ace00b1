package march

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// nodes is the number of collocation nodes.
const nodes = collocation.Nodes

// step is one step of an exponential collocation method, made for modes that
// see each other only through R.
//
// Let A(u) be the integral of a = ηh since the start of the step. Whatever R does,
// each mode is then known in closed form,
//
//	r_i(u) = r_i e^{−2λ_i A(u)} + Σ_n c_i^{(n)} ∫_0^u e^{−2λ_i (A(u)−A(s))} b_n(s) ds,
//
// however large λ_i is. The unknowns are the risks at the nodes. Given them, A is
// the integral of the polynomial through the nodes' a; the forcing b_n/a, as a
// function of A, is replaced by its polynomial (a mode that hardly decays in the
// step takes the polynomial of the whole integrand over s instead, for which a may
// vanish); and summing over i gives the risks back. This fixed point is found by
// Newton's method on the nodes, the dependence of A on them iterated.
type step struct {
	eq      *Equation
	modes   []float64 // r_i at the start
	rates   []float64 // 2λ_i
	fastest float64   // the largest of them
	forced  []bool    // whether noise reaches the mode: some c_i > 0

	start, size float64
	end         float64 // the schedule's values from here on belong to a later piece

	at    [nodes]Position
	coef  [nodes]Coefficients
	clock [nodes]float64 // A at the nodes
	// square is ∫a² since the start, for Centred systems.
	square [nodes]float64

	responses []*response // of R, and of the descent if the schedule asks for it

	jacobian blas64.General
	residual blas64.General
	pivots   []int
	ratio    [][nodes]float64 // scratch of commit: b_n/a
	drive    [][nodes]float64 // the same: see collocation.Drive
}

func newStep(e *Equation) *step {
	const n = nodes - 1
	st := &step{
		eq: e, modes: append([]float64{}, e.Modes.Risk...), rates: make([]float64, len(e.Modes.Lambda)), forced: make([]bool, len(e.Modes.Lambda)),
		responses: []*response{newResponse(nil, len(e.Limit.Noise))},
		jacobian:  blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)},
		residual:  blas64.General{Rows: n, Cols: 1, Stride: 1, Data: make([]float64, n)},
		pivots:    make([]int, n),
		ratio:     make([][nodes]float64, len(e.Limit.Noise)),
		drive:     make([][nodes]float64, len(e.Limit.Noise)),
	}
	for i, l := range e.Modes.Lambda {
		st.rates[i] = 2 * l
		st.fastest = max(st.fastest, 2*l)
		for _, c := range e.Modes.Weights {
			st.forced[i] = st.forced[i] || c[i] > 0
		}
	}
	for k := range st.coef {
		st.coef[k] = NewCoefficients(len(e.Limit.Noise))
		st.at[k].Preconditioned = e.Preconditioned()
	}
	return st
}

// prepare evaluates the coefficients at the nodes and the clock. It reports
// whether the clock runs forward, as far as that matters.
func (st *step) prepare() (bool, error) {
	for k, x := range collocation.Lobatto {
		t := min(st.start+x*st.size, st.end)
		if err := st.eq.Evaluate(&st.coef[k], t, &st.at[k]); err != nil {
			return false, err
		}
	}
	if st.at[0].Asked && len(st.responses) == 1 {
		st.responses = append(st.responses, newResponse(st.eq.Modes.Lambda, len(st.eq.Limit.Noise)))
	}
	forward := true
	for j := 1; j < nodes; j++ {
		sum, square := 0.0, 0.0
		for k := range st.coef {
			a := st.coef[k].Decay
			sum += collocation.Integrate[j][k] * a
			square += collocation.Integrate[j][k] * a * a
		}
		st.clock[j], st.square[j] = sum*st.size, square*st.size
		forward = forward && st.clock[j] >= st.clock[j-1]
	}
	// At a jump of the schedule the polynomial of a may go below zero. This is harmless if
	// every mode decays so little that the clock is not used.
	return forward || st.fastest*st.clock[nodes-1] < collocation.Slow, nil
}

// update makes one step of Newton's method on the risks at the nodes and returns
// the largest relative change. ok is false if a risk leaves the range of numbers.
func (st *step) update() (change float64, ok bool) {
	const n = nodes - 1
	r := st.responses[0]
	// With b/a held, a change of a moves the risk by about the integral of R'δa/a.
	var speed [nodes]float64 // R'/a ∂a/∂R times the size of the step
	for k := range st.coef {
		if a := st.coef[k].Decay; a > 0 {
			for m := range st.at {
				speed[k] += collocation.Differentiate[k][m] * st.at[m].R
			}
			speed[k] *= st.coef[k].DecaySlope / a
		}
	}
	for j := 1; j < nodes; j++ {
		row := st.jacobian.Data[(j-1)*n : j*n]
		clear(row)
		row[j-1] = 1
		for g := range r.ratio {
			for k := 1; k < nodes; k++ {
				slope := r.input[g][j][k] * st.coef[k].InputSlope[g]
				if d := r.ratio[g][j][k]; d != 0 {
					slope += d * st.coef[k].RatioSlope[g]
				}
				row[k-1] -= slope
			}
		}
		for k := 1; k < nodes; k++ {
			row[k-1] -= collocation.Integrate[j][k] * speed[k]
		}
		gap := r.at(j, &st.coef) - st.at[j].R
		if math.IsNaN(gap) || math.IsInf(gap, 0) {
			return 0, false
		}
		st.residual.Data[j-1] = gap
	}
	if !lapack64.Getrf(st.jacobian, st.pivots) {
		return 0, false
	}
	lapack64.Getrs(blas.NoTrans, st.jacobian, st.residual, st.pivots)
	for j := 1; j < nodes; j++ {
		now := st.at[j].R
		next := now + st.residual.Data[j-1]
		if !(next < MaxRisk) {
			return 0, false
		}
		next = max(next, now/8) // a step of Newton's beyond 0 says only: less
		change = max(change, math.Abs(next-now)/next)
		st.at[j].R = next
		if len(st.responses) > 1 {
			descent := max(st.responses[1].at(j, &st.coef), 0)
			change = max(change, math.Abs(descent-st.at[j].Q)/descent)
			st.at[j].Q = descent
		}
	}
	return change, true
}

// solve finds the risks at the nodes, of which the first is right and the others
// are guesses, to the relative tolerance tol. ok is false if it cannot, the step
// being too large. It leaves coefficients and clock prepared for the result.
func (st *step) solve(tol float64, stats *Stats) (ok bool, err error) {
	const maxPasses = 12
	previous := 0.0
	for range maxPasses {
		if ok, err := st.prepare(); !ok || err != nil {
			return false, err
		}
		st.respond()
		stats.Passes++
		change, ok := st.update()
		if !ok || previous > 0 && change > previous && change > 0.1 {
			return false, nil
		}
		// The changes shrink geometrically: what is left after this one is about
		// change²/previous.
		if change < tol || change < previous && change*change < 0.1*tol*previous {
			return st.prepare()
		}
		previous = change
	}
	return false, nil
}

// commit moves the modes to the end of the step and returns their risk and
// descent.
func (st *step) commit() (risk, descent float64) {
	const last = nodes - 1
	total := st.clock[last]
	for n := range st.ratio {
		for k := range st.coef {
			st.ratio[n][k] = st.coef[k].Ratio[n]
		}
	}
	collocation.Drive(st.drive, &st.clock, total, st.ratio)
	var decay, m [nodes]float64
	var kernel [nodes][nodes]float64
	decay[0] = 1
	for i, rate := range st.rates {
		decay[last] = collocation.ExpNegative(st.exponent(i, last))
		driven := rate*total >= collocation.Slow
		own := driven && st.eq.Limit.Centred
		switch {
		case !st.forced[i]:
		case driven && !own:
			collocation.DecayMoments(&m, rate*total, decay[last])
		default:
			for j := 1; j < last; j++ {
				decay[j] = collocation.ExpNegative(st.exponent(i, j))
			}
			if own {
				st.ownKernel(&kernel, i, &decay)
			} else {
				st.slowKernel(&kernel, &decay)
			}
		}
		r := st.modes[i] * decay[last]
		for n, c := range st.eq.Modes.Weights {
			if c[i] == 0 {
				continue
			}
			forced := 0.0
			if driven && !own {
				for p, v := range m {
					forced += st.drive[n][p] * v
				}
			} else {
				for k, v := range kernel[last] {
					forced += v * st.coef[k].Input[n]
				}
			}
			r += c[i] * forced
		}
		r = max(r, 0)
		st.modes[i] = r
		risk += r
		descent += r * rate / 2
	}
	return risk, descent
}
