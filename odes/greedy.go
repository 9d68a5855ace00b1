package odes

import (
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Greedy returns the schedule under which the risk of the system falls fastest at
// every moment,
//
//	η* = 2 h(R) Σ λ_i r_i / (Σ_n g_n(R) Σ_i c_i^{(n)}/d).
//
// On isotropic data this is (26) for signSGD and η* = R/𝓟 of (27) for SGD. It serves
// simulations, SDEs and ODEs of the same problem and optimizer. The system's own
// schedule plays no part. It is not known for coupled limits: there every rate is NaN, and
// using it is an error.
func (s *System) Greedy() schedule.Greedy {
	load := make([]float64, len(s.Modes.Weights))
	for n, w := range s.Modes.Weights {
		for _, c := range w {
			load[n] += c / float64(s.Modes.Dim)
		}
	}
	limit := s.Limit
	if limit.Coupling != nil {
		undefined := func(float64) float64 { return math.NaN() }
		return schedule.Greedy{Drift: undefined, Noise: undefined}
	}
	name := ""
	if limit.Name != "" {
		name = "greedy schedule of " + limit.Name
	}
	return schedule.Greedy{
		Name:           name,
		Preconditioned: limit.Basis == spectra.Preconditioned,
		Drift: func(risk float64) float64 {
			h, _ := limit.Drift(risk)
			return h
		},
		Noise: func(risk float64) float64 {
			sum := 0.0
			for n, term := range limit.Noise {
				g, _ := term.Gain(risk)
				sum += g * load[n]
			}
			return sum
		},
	}
}
