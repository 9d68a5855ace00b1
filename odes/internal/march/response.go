package march

import "github.com/riskcurves/riskcurves/odes/internal/collocation"

// response says how a sum over the modes, Σ_i w_i r_i, moves in a step, at node j,
// given the coefficients at the nodes k: freely, and in response to b_n or to
// b_n/a.
type response struct {
	weight []float64 // w_i, nil for 1
	free   [nodes]float64
	input  [][nodes][nodes]float64 // [n][j][k], from modes that hardly decay
	ratio  [][nodes][nodes]float64 // [n][j][k], from the others
	moment [][nodes][nodes]float64 // [n][j][p], scratch: their responses to Legendre's polynomials
}

func newResponse(weight []float64, terms int) *response {
	return &response{
		weight: weight,
		input:  make([][nodes][nodes]float64, terms),
		ratio:  make([][nodes][nodes]float64, terms),
		moment: make([][nodes][nodes]float64, terms),
	}
}

func (r *response) clear() {
	r.free = [nodes]float64{}
	clear(r.input)
	clear(r.ratio)
	clear(r.moment)
}

// at returns the sum at node j for the coefficients.
func (r *response) at(j int, coef *[nodes]Coefficients) float64 {
	sum := r.free[j]
	for n := range r.input {
		for k := range coef {
			sum += r.input[n][j][k] * coef[k].Input[n]
			if d := r.ratio[n][j][k]; d != 0 { // else b/a may be infinite
				sum += d * coef[k].Ratio[n]
			}
		}
	}
	return sum
}

// respond passes over the modes and collects their responses for the clock of the
// step.
func (st *step) respond() {
	for _, r := range st.responses {
		r.clear()
	}
	total := st.clock[nodes-1]
	anyDriven := false
	var decay [nodes]float64
	var kernel [nodes][nodes]float64
	decay[0] = 1
	for i, rate := range st.rates {
		for j := 1; j < nodes; j++ {
			decay[j] = collocation.ExpNegative(st.exponent(i, j))
		}
		driven := rate*total >= collocation.Slow
		switch {
		case !st.forced[i]:
		case !driven:
			st.slowKernel(&kernel, &decay)
		case st.eq.Limit.Centred:
			st.ownKernel(&kernel, i, &decay)
		default:
			anyDriven = true
			for j := 1; j < nodes; j++ {
				collocation.DecayMoments(&kernel[j], rate*st.clock[j], decay[j])
			}
		}
		for _, r := range st.responses {
			w := 1.0
			if r.weight != nil {
				w = r.weight[i]
			}
			for j := 1; j < nodes; j++ {
				r.free[j] += w * st.modes[i] * decay[j]
			}
			for n, c := range st.eq.Modes.Weights {
				if c[i] == 0 {
					continue
				}
				into := &r.input[n]
				if driven && !st.eq.Limit.Centred {
					into = &r.moment[n]
				}
				scale := w * c[i]
				for j := 1; j < nodes; j++ {
					for k := range nodes {
						into[j][k] += scale * kernel[j][k]
					}
				}
			}
		}
	}
	if anyDriven {
		for _, r := range st.responses {
			collocation.FromMoments(r.ratio, r.moment, &st.clock)
		}
	}
}

// slowKernel stores the response of a mode that hardly decays: the integrals of the
// Lagrange polynomials in time, weighted with what is left at node j of an input at
// node k.
func (st *step) slowKernel(kernel *[nodes][nodes]float64, decay *[nodes]float64) {
	var growth [nodes]float64
	for k := range growth {
		growth[k] = st.size / decay[k]
	}
	for j := 1; j < nodes; j++ {
		for k := range growth {
			kernel[j][k] = collocation.Integrate[j][k] * decay[j] * growth[k]
		}
	}
}

// exponent returns how far mode i has decayed at node j.
func (st *step) exponent(i, j int) float64 {
	x := st.rates[i] * st.clock[j]
	if st.eq.Limit.Centred {
		x += st.rates[i] * st.rates[i] * st.square[j] / (4 * float64(st.eq.Modes.Dim))
	}
	return x
}

// ownKernel is the response to b of mode i of a Centred system, which has a clock of
// its own, A + λ_i ∫a²/(2d).
func (st *step) ownKernel(kernel *[nodes][nodes]float64, i int, decay *[nodes]float64) {
	var clock, factor [nodes]float64
	for k := range factor {
		clock[k] = st.exponent(i, k)
		a := st.coef[k].Decay
		factor[k] = 1 / (st.rates[i] * a * (1 + st.rates[i]*a/(4*float64(st.eq.Modes.Dim))))
	}
	var moments, own [1][nodes][nodes]float64
	for j := 1; j < nodes; j++ {
		collocation.DecayMoments(&moments[0][j], clock[j], decay[j])
	}
	collocation.FromMoments(own[:], moments[:], &clock)
	for j := 1; j < nodes; j++ {
		for k := range factor {
			kernel[j][k] = own[0][j][k] * factor[k]
		}
	}
}
