package collocation

// Slow is the decay exponent in a step below which a mode hardly decays: then the forcing
// is best taken as a polynomial of time, and above of the clock, which is what decays.
const Slow = 0.1

// OverClock returns the Lagrange polynomials of the nodes over the part of the clock that has
// passed there, given the clock at the nodes. The last must be positive.
func OverClock(clock *[Nodes]float64) *Lagrange {
	sigma := *clock
	for k := range sigma {
		sigma[k] /= clock[Nodes-1]
	}
	return NewLagrange(&sigma)
}

// FromMoments adds to kernels[n][j][k] the response at node j to b/a at node k, given the
// responses moments[n][j][p] to Legendre's polynomials over the clock up to node j. The clock
// must run.
func FromMoments(kernels, moments [][Nodes][Nodes]float64, clock *[Nodes]float64) {
	basis := OverClock(clock)
	for j := 1; j < Nodes; j++ {
		for g, x := range Gauss.Point {
			values := basis.Values(basis.Point[j] * x)
			for n := range kernels {
				weight := 0.0
				for p, m := range &moments[n][j] {
					weight += m * Gauss.Project[g][p]
				}
				weight *= clock[j]
				into := &kernels[n][j]
				for k, v := range values {
					into[k] += weight * v
				}
			}
		}
	}
}

// Drive stores in dst the Legendre series over the clock from 0 to end of the polynomials
// through values at the nodes, times end: what the moments of a mode that decays are
// multiplied with to give its response.
func Drive(dst [][Nodes]float64, clock *[Nodes]float64, end float64, values [][Nodes]float64) {
	clear(dst)
	total := clock[Nodes-1]
	if total == 0 {
		return
	}
	series := OverClock(clock).Legendre(end / total)
	for n := range dst {
		for p := range series {
			for k, v := range &values[n] {
				dst[n][p] += end * series[p][k] * v
			}
		}
	}
}

// Forcing is what drives linear modes over a part of a step, dv/dt = −2aλv + Σ_n f_n b_n.
// A mode that hardly decays sees the polynomials through the b_n in time, and any other those
// through the b_n/a over the clock.
type Forcing struct {
	Clock  [Nodes]float64   // ∫a at the nodes of the step
	End    float64          // the same at the end of the part
	Inputs [][Nodes]float64 // b_n times the integrals over the part of the Lagrange polynomials in time
	Drive  [][Nodes]float64 // those of b_n/a, see Drive
}

// Move stores in dst the modes at the end of the part, given those at the start of the step,
// which dst may be, and the f_n; nil is 1. growth is that of Grow for every mode, or nil.
func (f *Forcing) Move(dst, start, lambda []float64, force [][]float64, growth [][Nodes]float64) {
	total := f.Clock[Nodes-1]
	var m, own [Nodes]float64
	for i, l := range lambda {
		rate := 2 * l
		left := ExpNegative(rate * f.End)
		v := start[i] * left
		driven, grown := rate*total >= Slow, &own
		switch {
		case driven:
			DecayMoments(&m, rate*f.End, left)
		case growth != nil:
			grown = &growth[i]
		default:
			Grow(grown, &f.Clock, l)
		}
		for n, w := range force {
			weight := 1.0
			if w != nil {
				weight = w[i]
			}
			if weight == 0 {
				continue
			}
			forced := 0.0
			if driven {
				for p, u := range &f.Drive[n] {
					forced += u * m[p]
				}
			} else {
				for k, u := range &f.Inputs[n] {
					forced += u * grown[k]
				}
				forced *= left
			}
			v += weight * forced
		}
		dst[i] = v
	}
}

// Grow stores e^{2λA} at the nodes, given the clock A there.
func Grow(growth, clock *[Nodes]float64, lambda float64) {
	for k, a := range clock {
		growth[k] = 1 / ExpNegative(2*lambda*max(a, 0))
	}
}
