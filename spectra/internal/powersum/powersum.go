// Package powersum computes sums over powers of the integers, from which the deterministic
// equivalent of power-law random features is made.
package powersum

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/integrate/quad"
)

// Sums computes Σ_{j=1}^v j^{−γ}/(q − j^p) and its kin for complex q in the closed
// lower half-plane, at a cost that does not depend on v.
//
// The first terms are summed. The others are an integral by the formula of Abel and Plana,
//
//	Σ_{j=N}^v g(j) = ∫_N^v g + ½(g(N)+g(v)) + i∫_0^∞ [g(N+iy) − g(N−iy) − g(v+iy) + g(v−iy)] dy/(e^{2πy}−1) − 2πi Res_ξ g/(e^{2πiξ}−1),
//
// where ξ = q^{1/p} with −π/p ≤ arg ξ ≤ 0 is the only pole of g near the path, and counts if
// Re ξ lies between N and v. The integral is taken along the ray at the angle π/(2p), which
// stays away from all poles. What remains is one sum over fixed complex nodes.
type Sums struct {
	p, gamma, v float64
	early, late nodeSum // for |ξ| away from earlyTerms, and from lateTerms
}

// nodeSum holds the nodes x_k of Σ_j g(j) = Σ_k c_k g(x_k).
type nodeSum struct {
	terms  float64      // N, the first term that is not summed; 0 if all are
	power  []complex128 // x_k^p
	count  []complex128 // c_k
	target []complex128 // c_k x_k^{−γ}
}

// Terms that are summed. One of the numbers is a factor of 2 or more away from any |ξ|.
const (
	earlyTerms = 40
	lateTerms  = 160
	allTerms   = 600 // up to this v, all are
)

// New returns the sums with the powers p and γ of v terms.
func New(p, gamma float64, v int) *Sums {
	s := &Sums{p: p, gamma: gamma, v: float64(v)}
	if v <= allTerms {
		s.early.sum(s, v)
		s.late = s.early
		return s
	}
	s.early.fill(s, earlyTerms)
	s.late.fill(s, lateTerms)
	return s
}

// fill sums the terms before the given one and integrates the others.
func (n *nodeSum) fill(s *Sums, terms int) {
	n.sum(s, terms-1)
	n.terms = float64(terms)
	n.integral(s, n.terms)
}

// add adds a node x = e^{u} with the weight c.
func (n *nodeSum) add(s *Sums, u, c complex128) {
	n.power = append(n.power, cmplx.Exp(u*complex(s.p, 0)))
	n.count = append(n.count, c)
	n.target = append(n.target, c*cmplx.Exp(u*complex(-s.gamma, 0)))
}

// sum adds the first terms.
func (n *nodeSum) sum(s *Sums, terms int) {
	for j := 1; j <= terms; j++ {
		n.add(s, complex(math.Log(float64(j)), 0), 1)
	}
}

// gaussPoints is the number of points of the Gauss–Legendre rules of a piece.
const gaussPoints = 24

// integral adds the nodes of the sum from first to v.
func (n *nodeSum) integral(s *Sums, first float64) {
	var x, w [gaussPoints]float64
	quad.Legendre{}.FixedLocations(x[:], w[:], 0, 1)
	piece := func(from, to complex128) { // of the path, in u = log x
		for k := range x {
			u := from + (to-from)*complex(x[k], 0)
			n.add(s, u, (to-from)*complex(w[k], 0)*cmplx.Exp(u))
		}
	}
	angle := complex(0, min(math.Pi/(2*s.p), math.Pi/3))
	lo, hi := math.Log(first), math.Log(s.v)
	piece(complex(lo, 0), complex(lo, 0)+angle)
	pieces := int(math.Ceil((hi - lo) / (2 * imag(angle))))
	at := func(k int) complex128 { return complex(lo+(hi-lo)*float64(k)/float64(pieces), 0) + angle }
	for k := range pieces {
		piece(at(k), at(k+1))
	}
	piece(complex(hi, 0)+angle, complex(hi, 0))
	n.add(s, complex(lo, 0), 0.5)
	n.add(s, complex(hi, 0), 0.5)
	const deepest = 6 // e^{2π·6} is beyond double precision
	for k := range x {
		y := deepest * x[k]
		c := complex(0, deepest*w[k]/math.Expm1(2*math.Pi*y))
		n.add(s, cmplx.Log(complex(first, y)), c)
		n.add(s, cmplx.Log(complex(first, -y)), -c)
		n.add(s, cmplx.Log(complex(s.v, y)), -c)
		n.add(s, cmplx.Log(complex(s.v, -y)), c)
	}
}

// At returns Σ 1/(q − j^p), Σ 1/(q − j^p)² and Σ j^{−γ}/(q − j^p).
func (s *Sums) At(q complex128) (count, square, target complex128) {
	xi := s.root(q)
	sum := &s.early
	if size := cmplx.Abs(xi); size > earlyTerms/2 && size < 2*earlyTerms {
		sum = &s.late
	}
	for k, power := range sum.power {
		r := 1 / (q - power)
		c := sum.count[k] * r
		count += c
		square += c * r
		target += sum.target[k] * r
	}
	if sum.terms == 0 || real(xi) <= sum.terms || real(xi) >= s.v || imag(xi) < -20 {
		return count, square, target
	}
	// The residue at ξ, and its derivative by q, in which dξ/dq = ξ/(pq).
	e := cmplx.Exp(2i * math.Pi * xi)
	pole := 2i * math.Pi * xi / (complex(s.p, 0) * q * (e - 1))
	slope := (complex(1-s.p, 0)/xi - 2i*math.Pi*e/(e-1)) * xi / (complex(s.p, 0) * q)
	return count + pole, square - pole*slope, target + pole*cmplx.Pow(xi, complex(-s.gamma, 0))
}

// root returns ξ = q^{1/p} with −π/p ≤ arg ξ ≤ 0.
func (s *Sums) root(q complex128) complex128 {
	angle := min(cmplx.Phase(q), 0)
	if real(q) < 0 && imag(q) >= 0 { // the real axis is approached from below
		angle = -math.Pi
	}
	return cmplx.Rect(math.Pow(cmplx.Abs(q), 1/s.p), angle/s.p)
}
