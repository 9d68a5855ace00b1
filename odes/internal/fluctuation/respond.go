package fluctuation

import (
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// respond fills in everything that does not depend on v.
func (s *step) respond() {
	const last = nodes - 1
	terms := len(s.Weight)
	total := s.clock[last]
	var decay [nodes]float64
	var m [nodes]float64
	for i := range s.pairs {
		e := &s.pairs[i]
		rate := s.Nodes[e.p] + s.Nodes[e.q]
		for j := range decay {
			decay[j] = s.fall[e.p][j] * s.fall[e.q][j]
		}
		if rate*total >= collocation.Slow {
			for j := 1; j < nodes; j++ {
				collocation.DecayMoments(&m, rate*s.clock[j], decay[j])
				for n := range terms {
					sum := 0.0
					for p, v := range m {
						sum += v * s.drive[n][j][p]
					}
					e.driven[n][j] = sum
				}
			}
		} else {
			for n := range terms {
				for j := 1; j < nodes; j++ {
					sum := 0.0
					for k := range nodes {
						sum += collocation.Integrate[j][k] / decay[k] * 2 * s.coef[k].Input[n]
					}
					e.driven[n][j] = sum * decay[j] * s.size
				}
			}
		}
		if e.p == e.q { // r decays at the rate of this pair
			for j := 1; j < nodes; j++ {
				r := s.modes[e.p][0] * decay[j]
				for n := range terms {
					r += s.Weight[n][e.p] * e.driven[n][j] / 2
				}
				s.modes[e.p][j] = r
			}
		}
	}
	for p, z := range s.Nodes {
		for k := range nodes {
			c := &s.coef[k]
			b := -2 * c.Slope * z * s.modes[p][k]
			if c.Decay > 0 {
				for n := range terms {
					b += c.InputSlope[n] / c.Decay * s.Weight[n][p]
				}
			}
			s.beta[p][k] = b
		}
	}
	clear(s.base)
	for i := range s.pairs {
		s.source(&s.pairs[i])
	}
}

// source stores the kernel of a pair and adds what its noise and its start give to the
// base.
func (s *step) source(e *pair) {
	const last = nodes - 1
	terms := len(s.Weight)
	rate := 2 * (s.Nodes[e.p] + s.Nodes[e.q])
	var fall, decay, noise [nodes]float64
	for j := range decay {
		fall[j] = s.fall[e.p][j] * s.fall[e.q][j]
		decay[j] = fall[j] * fall[j]
	}
	s.kernel(e.kernel[:], rate, &decay)
	var cp, cq float64
	if s.Own >= 0 {
		cp, cq = s.Weight[s.Own][e.p], s.Weight[s.Own][e.q]
	}
	zp, zq := s.Nodes[e.p], s.Nodes[e.q]
	for k := range nodes {
		sum := 0.0
		for n := range terms {
			part := 0.0
			for o := range terms {
				part += e.forms[n*terms+o] * (e.grown[o]*fall[k] + e.driven[o][k])
			}
			sum += 2 * s.coef[k].Ratio[n] * part
		}
		x := &s.coef[k].Extra
		up, uq := zp*s.modes[e.p][k], zq*s.modes[e.q][k]
		noise[k] = sum + x[0]*up*uq + x[1]*(up*cq+uq*cp) + x[2]*cp*cq
	}
	for j := 1; j < nodes; j++ {
		v := e.gamma * decay[j]
		for n := range terms {
			v += fall[j] * e.first[n] * e.driven[n][j]
		}
		for k, w := range &e.kernel[j] {
			v += w * noise[k]
		}
		s.base[e.p][j] += v
		if e.p != e.q {
			s.base[e.q][j] += v
		}
		if j == last {
			e.ownPart = v
		}
	}
}

// kernel stores at [j][k] the response at node j to f/a at node k of what decays at the rate.
// Row 0 stays 0.
func (s *step) kernel(kernel [][nodes]float64, rate float64, decay *[nodes]float64) {
	if rate*s.clock[nodes-1] < collocation.Slow {
		for j := 1; j < nodes; j++ {
			for k := range nodes {
				kernel[j][k] = collocation.Integrate[j][k] * s.size * decay[j] / decay[k] * s.coef[k].Decay
			}
		}
		return
	}
	var m [nodes]float64
	for j := 1; j < nodes; j++ {
		collocation.DecayMoments(&m, rate*s.clock[j], decay[j])
		row := &kernel[j]
		*row = [nodes]float64{}
		for p, v := range &m {
			b := &s.basis[j][p]
			for k := range row {
				row[k] += v * b[k]
			}
		}
	}
}
