package odes

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// coefficients are those of the modes' equations at a node,
//
//	dr_i/dt = −2aλ_i r_i + Σ_n b_n c_i^{(n)},
//
// with the logarithmic derivatives in R that Newton's method needs.
type coefficients struct {
	decay      float64   // a = η h
	input      []float64 // b_n = η² g_n/(2d)
	ratio      []float64 // b_n/a = η g_n/(2dh), finite where η = 0
	inputSlope []float64 // ∂b_n/∂R
	ratioSlope []float64 // ∂(b_n/a)/∂R
}

// risk is a signsgd.Position that is a number.
type risk float64

func (r *risk) Risk() float64 { return float64(*r) }

func (r *risk) Descent(spectra.Basis) float64 { return math.NaN() }

// evaluate stores the coefficients at time t and risk r in c. An error means
// that the system is not defined there.
func (s *System) evaluate(c *coefficients, t, r float64, at *risk) error {
	*at = risk(r)
	eta, err := signsgd.RateAt(s.Rate, t, at)
	if err != nil {
		return err
	}
	const bump = 1e-6
	*at = risk(r * (1 + bump))
	bumped, err := signsgd.RateAt(s.Rate, t, at)
	if err != nil {
		return err
	}
	etaSlope := (bumped - eta) / (r * bump)

	h, hSlope := s.Drift(r)
	if !(h >= 0) || math.IsInf(h, 1) {
		return fmt.Errorf("odes: System.Drift is %v at risk %v, t = %v: must be nonnegative and finite", h, r, t)
	}
	c.decay = eta * h
	for n, gain := range s.Gains {
		g, gSlope := gain(r)
		if !(g >= 0) || math.IsInf(g, 1) {
			return fmt.Errorf("odes: System.Gains[%d] is %v at risk %v, t = %v: must be nonnegative and finite", n, g, r, t)
		}
		scale := 1 / (2 * float64(s.Dim))
		c.input[n] = eta * eta * g * scale
		c.inputSlope[n] = eta * (2*etaSlope*g + eta*gSlope) * scale
		c.ratio[n], c.ratioSlope[n] = 0, 0
		if eta > 0 && g > 0 {
			c.ratio[n] = eta * g / h * scale
			c.ratioSlope[n] = c.ratio[n] * (etaSlope/eta + gSlope/g - hSlope/h)
		}
	}
	return nil
}
