package homogenized

import "math"

// propagator makes the exponential step of a coupled limit. In the mode λ the vector
// y = (y^1, …, y^k) follows dy = −A y dt + s dB, A = F + λH, with coefficients that are
// constant for the step Δ. So
//
//	y ← E y + L ζ,  E = e^{−AΔ},  L Lᵀ = V = ∫_0^Δ e^{−Au} s sᵀ e^{−Aᵀu} du,
//
// with k normal vectors ζ for each term of the noise, whose covariance over the modes is
// M_n. Given the coefficients this is exact in the mean and the covariance of the vectors
// in every mode, however large λ is.
type propagator struct {
	k          int
	e, v, a, b []float64   // k×k: E, V, and scratch
	next       []float64   // of a mode
	factor     [][]float64 // L of every mode
}

func newPropagator(k, dim int) *propagator {
	square := func() []float64 { return make([]float64, k*k) }
	p := &propagator{k: k, e: square(), v: square(), a: square(), b: square(), next: make([]float64, k), factor: make([][]float64, dim)}
	for i := range p.factor {
		p.factor[i] = square()
	}
	return p
}

// step moves the vectors of w by dt.
func (p *propagator) step(w *coupledPath, dt float64) {
	k := p.k
	for i, l := range w.frame.(*modal).modes.Lambda {
		p.propagate(&w.flow, l, dt)
		for a := range k {
			p.next[a] = 0
			for b, y := range w.y {
				p.next[a] += p.e[a*k+b] * y[i]
			}
		}
		for a, v := range p.next {
			w.y[a][i] = v
		}
		p.cholesky(p.factor[i])
	}
	for n, m := range w.motion {
		scale := math.Sqrt(w.state.Gain[n] / float64(w.dim))
		for c := range k {
			dw := m.next().first
			for i, factor := range p.factor {
				for a := c; a < k; a++ {
					w.y[a][i] += scale * factor[a*k+c] * dw[i]
				}
			}
		}
	}
}

// propagate sets e and v for the mode λ: by their series over a step that is short for A,
// and then by doubling it, E(2h) = E(h)² and V(2h) = V(h) + E(h)V(h)E(h)ᵀ.
func (p *propagator) propagate(f *Flow, lambda, dt float64) {
	k := p.k
	norm := 0.0
	for a := range k {
		sum := 0.0
		for b := range k {
			v := -(f.F[a][b] + lambda*f.H[a][b])
			p.a[a*k+b] = v
			sum += math.Abs(v)
		}
		norm = max(norm, sum)
	}
	_, doublings := math.Frexp(norm * dt * 8) // to below 1/8
	doublings = max(doublings, 0)
	h := math.Ldexp(dt, -doublings)
	// E = Σ (−A)ⁿhⁿ/n!, and V = Σ Vₙ with V₀ = ssᵀh and Vₙ₊₁ = −(AVₙ + VₙAᵀ)h/(n+2).
	const terms = 12 // the next is below 2^{−53}
	clear(p.e)
	for a := range k {
		p.e[a*k+a] = 1
	}
	term := p.b
	copy(term, p.e)
	for n := 1; n <= terms; n++ {
		p.multiply(term, p.a, term, h/float64(n))
		for i, v := range term {
			p.e[i] += v
		}
	}
	for a := range k {
		for b := range k {
			term[a*k+b] = h * f.S[a] * f.S[b]
		}
	}
	copy(p.v, term)
	for n := 1; n <= terms; n++ {
		p.multiply(term, p.a, term, h/float64(n+1))
		for a := range k { // AV + (AV)ᵀ
			term[a*k+a] *= 2
			for b := range a {
				sum := term[a*k+b] + term[b*k+a]
				term[a*k+b], term[b*k+a] = sum, sum
			}
		}
		for i, v := range term {
			p.v[i] += v
		}
	}
	for range doublings {
		p.multiply(term, p.e, p.v, 1)
		for a := range k {
			for b := range k {
				sum := 0.0
				for c := range k {
					sum += term[a*k+c] * p.e[b*k+c]
				}
				p.v[a*k+b] += sum
			}
		}
		p.multiply(p.e, p.e, p.e, 1)
	}
}

// multiply sets dst = scale·x·y. dst may be x or y.
func (p *propagator) multiply(dst, x, y []float64, scale float64) {
	k := p.k
	var out [MaxVectors * MaxVectors]float64
	for a := range k {
		for b := range k {
			sum := 0.0
			for c := range k {
				sum += x[a*k+c] * y[c*k+b]
			}
			out[a*k+b] = scale * sum
		}
	}
	copy(dst, out[:k*k])
}

// cholesky stores the lower triangular L with L Lᵀ = v in dst. A direction without noise
// has a column of zeros.
func (p *propagator) cholesky(dst []float64) {
	k := p.k
	for c := range k {
		pivot := p.v[c*k+c]
		for j := range c {
			pivot -= dst[c*k+j] * dst[c*k+j]
		}
		root := 0.0
		if pivot > 0x1p-48*p.v[c*k+c] { // what is left is not rounding
			root = math.Sqrt(pivot)
		}
		dst[c*k+c] = root
		for a := c + 1; a < k; a++ {
			sum := p.v[a*k+c]
			for j := range c {
				sum -= dst[a*k+j] * dst[c*k+j]
			}
			dst[a*k+c] = 0
			if root > 0 {
				dst[a*k+c] = sum / root
			}
		}
	}
}
