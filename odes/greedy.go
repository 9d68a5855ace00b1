package odes

import "github.com/riskcurves/riskcurves/signsgd"

// Greedy returns the schedule under which the risk of the system falls fastest at
// every moment,
//
//	η* = 2 h(R) Σ λ_i r_i / (Σ_n g_n(R) Σ_i c_i^{(n)}/d):
//
// (26) and η* = R/𝓟 of (27) on isotropic data. It serves simulations, SDEs and
// ODEs of the same problem and optimizer. The system's own schedule plays no part.
func (s *System) Greedy() signsgd.Greedy {
	gains := s.Gains
	load := make([]float64, len(gains))
	for n, w := range s.Modes.Weights {
		for _, c := range w {
			load[n] += c / float64(s.Dim)
		}
	}
	drift := s.Drift
	return signsgd.Greedy{
		Basis: s.Basis,
		Drift: func(risk float64) float64 {
			h, _ := drift(risk)
			return h
		},
		Noise: func(risk float64) float64 {
			sum := 0.0
			for n, gain := range gains {
				g, _ := gain(risk)
				sum += g * load[n]
			}
			return sum
		},
	}
}
