package odes

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// step is one step of an exponential collocation method, made for a system whose
// modes see each other only through R.
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
	sys   *System
	modes []float64 // r_i at the start
	rates []float64 // 2λ_i

	start, size float64
	end         float64 // latest time the schedule may be asked for
	risk        [nodes]float64
	coef        [nodes]coefficients
	clock       [nodes]float64 // A at the nodes

	free   [nodes]float64          // Σ r_i e^{−2λ_i A}
	smooth [][nodes][nodes]float64 // response at node j to b_n at node k, modes that hardly decay
	driven [][nodes][nodes]float64 // and to b_n/a, the others
	moment [][nodes][nodes]float64 // their responses to powers of A
	jac    blas64.General
	rhs    blas64.General
	pivots []int
	work   risk
}

// slow is the decay exponent in a step below which a mode hardly decays.
const slow = 0.1

func newStep(s *System) *step {
	const n = nodes - 1
	st := &step{
		sys:   s,
		modes: append([]float64{}, s.Modes.Risk...), rates: make([]float64, len(s.Modes.Lambda)),
		smooth: make([][nodes][nodes]float64, len(s.Gains)),
		driven: make([][nodes][nodes]float64, len(s.Gains)),
		moment: make([][nodes][nodes]float64, len(s.Gains)),
		jac:    blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)},
		rhs:    blas64.General{Rows: n, Cols: 1, Stride: 1, Data: make([]float64, n)},
		pivots: make([]int, n),
	}
	for i, l := range s.Modes.Lambda {
		st.rates[i] = 2 * l
	}
	for k := range st.coef {
		buf := make([]float64, 4*len(s.Gains))
		m := len(s.Gains)
		st.coef[k] = coefficients{input: buf[:m], ratio: buf[m : 2*m], inputSlope: buf[2*m : 3*m], ratioSlope: buf[3*m:]}
	}
	return st
}

// prepare evaluates the coefficients at the nodes and the clock. It reports
// whether the clock runs forward.
func (st *step) prepare() (bool, error) {
	for k, x := range lobatto {
		t := min(st.start+x*st.size, st.end)
		if err := st.sys.evaluate(&st.coef[k], t, st.risk[k], &st.work); err != nil {
			return false, err
		}
	}
	for j := 1; j < nodes; j++ {
		sum := 0.0
		for k := range st.coef {
			sum += integrate[j][k] * st.coef[k].decay
		}
		st.clock[j] = sum * st.size
		if !(st.clock[j] >= st.clock[j-1]) {
			return false, nil
		}
	}
	return true, nil
}

// respond passes over the modes and collects their responses.
func (st *step) respond() {
	st.free = [nodes]float64{}
	for n := range st.smooth {
		st.smooth[n] = [nodes][nodes]float64{}
		st.moment[n] = [nodes][nodes]float64{}
	}
	total := st.clock[nodes-1]
	anyDriven := false
	var decay, growth [nodes]float64
	var m [nodes]float64
	for i, rate := range st.rates {
		r := st.modes[i]
		decay[0] = 1
		for j := 1; j < nodes; j++ {
			decay[j] = math.Exp(-rate * st.clock[j])
			st.free[j] += r * decay[j]
		}
		if rate*total < slow {
			for k := range growth {
				growth[k] = 1 / decay[k]
			}
			for n, c := range st.sys.Modes.Weights {
				if c[i] == 0 {
					continue
				}
				sm := &st.smooth[n]
				for j := 1; j < nodes; j++ {
					scale := c[i] * st.size * decay[j]
					for k := range growth {
						sm[j][k] += scale * integrate[j][k] * growth[k]
					}
				}
			}
			continue
		}
		anyDriven = true
		for j := 1; j < nodes; j++ {
			decayMoments(&m, rate*st.clock[j], decay[j])
			for n, c := range st.sys.Modes.Weights {
				mo := &st.moment[n][j]
				for p := range m {
					mo[p] += c[i] * m[p]
				}
			}
		}
	}
	for n := range st.driven {
		st.driven[n] = [nodes][nodes]float64{}
	}
	if !anyDriven {
		return
	}
	// A polynomial Σ_p q_p σ^p in σ = A/total has the response
	// total Σ_p q_p σ_j^{p+1} m_p at node j.
	var sigma [nodes]float64
	for k := range sigma {
		sigma[k] = st.clock[k] / total
	}
	lagrange := monomials(sigma[:])
	for n := range st.driven {
		for j := 1; j < nodes; j++ {
			power := total
			for p := range nodes {
				power *= sigma[j]
				v := power * st.moment[n][j][p]
				for k := range nodes {
					st.driven[n][j][k] += v * lagrange[p][k]
				}
			}
		}
	}
}

// update makes one step of Newton's method on the risks at the nodes and returns
// the largest relative change. ok is false if a risk is not positive.
func (st *step) update() (change float64, ok bool) {
	const n = nodes - 1
	for j := 1; j < nodes; j++ {
		residual := st.free[j] - st.risk[j]
		row := st.jac.Data[(j-1)*n : j*n]
		clear(row)
		row[j-1] = 1
		for g := range st.driven {
			for k := range nodes {
				c := &st.coef[k]
				d, s := st.driven[g][j][k], st.smooth[g][j][k]
				slope := s * c.inputSlope[g]
				residual += s * c.input[g]
				if d != 0 { // else the ratio may be infinite
					residual += d * c.ratio[g]
					slope += d * c.ratioSlope[g]
				}
				if k > 0 {
					row[k-1] -= slope
				}
			}
		}
		st.rhs.Data[j-1] = residual
	}
	for _, v := range st.rhs.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, false
		}
	}
	if !lapack64.Getrf(st.jac, st.pivots) {
		return 0, false
	}
	lapack64.Getrs(blas.NoTrans, st.jac, st.rhs, st.pivots)
	for j := 1; j < nodes; j++ {
		next := st.risk[j] + st.rhs.Data[j-1]
		if !(next < maxRisk) {
			return 0, false
		}
		next = max(next, st.risk[j]/8) // a step of Newton's beyond 0 says only: less
		change = max(change, math.Abs(next-st.risk[j])/next)
		st.risk[j] = next
	}
	return change, true
}

// solve finds the risks at the nodes, of which the first is right and the others
// are guesses, to the relative tolerance tol. ok is false if it cannot, the step
// being too large. It leaves coefficients and clock prepared for the result.
func (st *step) solve(tol float64, stats *Stats) (ok bool, err error) {
	const maxPasses = 10
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
		if change < tol || change < previous && change*change < tol*previous {
			return st.prepare()
		}
		previous = change
	}
	return false, nil
}

// commit moves the modes to the end of the step and returns their risk.
func (st *step) commit() float64 {
	const last = nodes - 1
	total := st.clock[last]
	forcing := make([][nodes]float64, len(st.driven))
	if total > 0 {
		var sigma [nodes]float64
		for k := range sigma {
			sigma[k] = st.clock[k] / total
		}
		lagrange := monomials(sigma[:])
		for n := range forcing {
			for p := range nodes {
				for k := range nodes {
					forcing[n][p] += total * lagrange[p][k] * st.coef[k].ratio[n]
				}
			}
		}
	}
	sum := 0.0
	var m [nodes]float64
	for i, rate := range st.rates {
		decay := math.Exp(-rate * total)
		r := st.modes[i] * decay
		slowly := rate*total < slow
		if !slowly {
			decayMoments(&m, rate*total, decay)
		}
		for n, c := range st.sys.Modes.Weights {
			if c[i] == 0 {
				continue
			}
			response := 0.0
			if slowly {
				for k := range nodes {
					response += integrate[last][k] * st.coef[k].input[n] * math.Exp(-rate*(total-st.clock[k]))
				}
				response *= st.size
			} else {
				for p := range m {
					response += forcing[n][p] * m[p]
				}
			}
			r += c[i] * response
		}
		st.modes[i] = r
		sum += r
	}
	return sum
}
