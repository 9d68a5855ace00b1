// Package memory computes the drift h(R) and the noise κ(ρ; R) of rules that remember a
// short window of past gradients, from the noise compression φ alone.
//
// Over a window the risk R does not move, so the residuals r_k = ℓ_k − ε_k, ℓ_k ~ N(0,2R),
// are independent and identically distributed, and a coordinate of the gradients is
// z_k r_k with independent z_k ~ N(0,1). Everything is expressed by the Laplace transform
//
//	M(u) = E exp(−u S),  S = Σ_{j≤B} r_j²,  u ≥ 0,
//
// of one batch, which φ gives: M(u) = [(1+4Ru)^(−½) (π/2) φ(R + 1/(4u))]^B. All integrals
// are trapezoidal sums in log u, whose errors are exponentially small because M is analytic
// and at most 1 in the right half plane.
package memory

import (
	"math"

	"github.com/riskcurves/riskcurves/noise"
)

// Residual is the law of the residuals of a batch at one risk.
type Residual struct {
	Noise noise.Compression
	Risk  float64 // R > 0
	Batch int     // B ≥ 1
}

// at returns M(u), −d log M/du and 1 − 2u(−d log M/du)/B, which is the share of Stein's
// identity, for u > 0.
func (r Residual) at(u float64) (m, d, stein float64) {
	t := 0.25 / u
	phi, slope := r.Noise.Phi(r.Risk + t)
	if !(phi > 0) {
		return 0, 0, 0
	}
	b := float64(r.Batch)
	x := 4 * r.Risk * u
	noise := slope / phi * t // u times the share of the noise in −d log M/du
	m = phi * (math.Pi / 2) / math.Sqrt(1+x)
	if r.Batch > 1 {
		m = math.Pow(m, b)
	}
	return m, b * (2*r.Risk/(1+x) + noise/u), 1/(1+x) - 2*noise
}

// scale returns log u where M(u) is about 1/2.
func (r Residual) scale() float64 {
	lo, hi := -690.0, 690.0
	for hi-lo > 0.1 {
		mid := (lo + hi) / 2
		if m, _, _ := r.at(math.Exp(mid)); m > 0.5 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}
