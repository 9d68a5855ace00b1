package fluctuation

import "math"

// iterate finds v at the nodes. It reports whether it could.
func (s *step) iterate() bool {
	const sweeps = 40
	for p := range s.sums {
		for j := 1; j < nodes; j++ {
			s.sums[p][j] = s.base[p][j] + s.sums[p][0] - s.base[p][0]
		}
	}
	var f [nodes]float64
	previous := math.Inf(1)
	for range sweeps {
		copy(s.next, s.base)
		for i := range s.pairs {
			e := &s.pairs[i]
			s.couple(e, &f)
			into, across := &s.next[e.p], &s.next[e.q]
			for j := 1; j < nodes; j++ {
				sum := 0.0
				for k, w := range &e.kernel[j] {
					sum += w * f[k]
				}
				into[j] += sum
				if e.p != e.q {
					across[j] += sum
				}
			}
		}
		var old, now [nodes]float64
		for p := range s.sums {
			for j := 1; j < nodes; j++ {
				old[j] += s.sums[p][j]
				now[j] += s.next[p][j]
				s.sums[p][j] = s.next[p][j]
			}
		}
		change, top := 0.0, 0.0
		for j := 1; j < nodes; j++ {
			change = max(change, math.Abs(now[j]-old[j]))
			top = max(top, math.Abs(now[j]))
		}
		if math.IsNaN(change) || math.IsInf(change, 0) {
			return false
		}
		if change <= 1e-14*top || previous < 1e-3*top && change*change <= 1e-14*top*previous {
			return true
		}
		previous = change
	}
	return false
}

// couple stores (βvᵀ + vβᵀ)/a of a pair in f.
func (s *step) couple(e *pair, f *[nodes]float64) {
	bp, bq, vp, vq := &s.beta[e.p], &s.beta[e.q], &s.sums[e.p], &s.sums[e.q]
	for k := range f {
		f[k] = bp[k]*vq[k] + vp[k]*bq[k]
	}
}

// commit moves to the end of the step.
func (s *step) commit() {
	const last = nodes - 1
	var f [nodes]float64
	for i := range s.pairs {
		e := &s.pairs[i]
		s.couple(e, &f)
		e.gamma = e.ownPart
		for k, w := range &e.kernel[last] {
			e.gamma += w * f[k]
		}
		fall := s.fall[e.p][last] * s.fall[e.q][last]
		for n := range e.grown {
			e.first[n] *= fall
			e.grown[n] = e.grown[n]*fall + e.driven[n][last]
		}
	}
	clear(s.next)
	for i := range s.pairs {
		e := &s.pairs[i]
		s.next[e.p][0] += e.gamma
		if e.p != e.q {
			s.next[e.q][0] += e.gamma
		}
	}
	for p := range s.sums {
		s.sums[p][0] = s.next[p][0]
		s.modes[p][0] = s.modes[p][last]
		s.shift.left[p] *= s.fall[p][last] * s.fall[p][last]
	}
	s.shift.start, s.shift.end = s.shift.end, s.shift.start
}
