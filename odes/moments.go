package odes

import "math"

// decayMoments stores in m, for p = 0, …, nodes−1,
//
//	m[p] = ∫_0^1 exp(−z(1−u)) u^p du = p! φ_{p+1}(−z),  z ≥ 0,
//
// the responses over unit time of a mode that decays by exp(−z) to a forcing
// u^p. decay is exp(−z).
func decayMoments(m *[nodes]float64, z, decay float64) {
	if z >= 2 { // m[p] = (1 − p m[p−1])/z loses p!/z^p
		inverse := 1 / z
		m[0] = (1 - decay) * inverse
		for p := 1; p < nodes; p++ {
			m[p] = (1 - float64(p)*m[p-1]) * inverse
		}
		return
	}
	// The series p! Σ_n (−z)^n/(n+p+1)! of the last one, and down from there.
	const last = nodes - 1
	term := 1.0 / nodes
	sum := term
	for n := 1; n < 30; n++ {
		term *= -z / float64(n+nodes)
		sum += term
		if math.Abs(term) < 1e-17*sum {
			break
		}
	}
	m[last] = sum
	for p := last; p > 0; p-- {
		m[p-1] = (1 - z*m[p]) / float64(p)
	}
}
