// Package propagator makes exact steps of linear systems with noise of one direction.
package propagator

import "math"

// Propagator holds the law of the step Δ of dy = −A y dt + s dB for k coordinates,
//
//	y ← E y + L ζ,  E = e^{−AΔ},  L Lᵀ = V = ∫_0^Δ e^{−Au} s sᵀ e^{−Aᵀu} du,
//
// with k independent normal numbers ζ. Matrices are stored by rows.
type Propagator struct {
	E, V []float64

	k         int
	a, b, out []float64 // scratch
}

// New returns a propagator of k coordinates.
func New(k int) *Propagator {
	block := make([]float64, 5*k*k)
	square := func() (m []float64) {
		m, block = block[:k*k], block[k*k:]
		return m
	}
	return &Propagator{k: k, E: square(), V: square(), a: square(), b: square(), out: square()}
}

// Set sets E and V for the matrix A, the direction s and the step Δ: by their series over a
// step that is short for A, and then by doubling it, E(2h) = E(h)² and
// V(2h) = V(h) + E(h)V(h)E(h)ᵀ.
func (p *Propagator) Set(matrix, direction []float64, dt float64) {
	k := p.k
	norm := 0.0
	for i := range k {
		sum := 0.0
		for j := range k {
			p.a[i*k+j] = -matrix[i*k+j]
			sum += math.Abs(matrix[i*k+j])
		}
		norm = max(norm, sum)
	}
	_, doublings := math.Frexp(norm * dt * 8) // to below 1/8
	doublings = max(doublings, 0)
	h := math.Ldexp(dt, -doublings)
	// E = Σ (−A)ⁿhⁿ/n!, and V = Σ Vₙ with V₀ = ssᵀh and Vₙ₊₁ = −(AVₙ + VₙAᵀ)h/(n+2).
	const terms = 12 // the next is below 2^{−53}
	clear(p.E)
	for a := range k {
		p.E[a*k+a] = 1
	}
	term := p.b
	copy(term, p.E)
	for n := 1; n <= terms; n++ {
		p.multiply(term, p.a, term, h/float64(n))
		for i, v := range term {
			p.E[i] += v
		}
	}
	for a := range k {
		for b := range k {
			term[a*k+b] = h * direction[a] * direction[b]
		}
	}
	copy(p.V, term)
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
			p.V[i] += v
		}
	}
	for range doublings {
		p.multiply(term, p.E, p.V, 1)
		for a := range k {
			for b := range k {
				sum := 0.0
				for c := range k {
					sum += term[a*k+c] * p.E[b*k+c]
				}
				p.V[a*k+b] += sum
			}
		}
		p.multiply(p.E, p.E, p.E, 1)
	}
}

// multiply sets dst = scale·x·y. dst may be x or y.
func (p *Propagator) multiply(dst, x, y []float64, scale float64) {
	k := p.k
	for a := range k {
		for b := range k {
			sum := 0.0
			for c := range k {
				sum += x[a*k+c] * y[c*k+b]
			}
			p.out[a*k+b] = scale * sum
		}
	}
	copy(dst, p.out)
}

// Cholesky stores the lower triangular L with L Lᵀ = V in dst. A direction without noise
// has a column of zeros.
func (p *Propagator) Cholesky(dst []float64) {
	k := p.k
	for c := range k {
		pivot := p.V[c*k+c]
		for j := range c {
			pivot -= dst[c*k+j] * dst[c*k+j]
		}
		root := 0.0
		if pivot > 0x1p-48*p.V[c*k+c] { // what is left is not rounding
			root = math.Sqrt(pivot)
		}
		dst[c*k+c] = root
		for a := c + 1; a < k; a++ {
			sum := p.V[a*k+c]
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
