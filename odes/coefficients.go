package odes

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// coefficients are those of the modes' equations at a node,
//
//	dr_i/dt = −2aλ_i r_i + Σ_n b_n c_i^{(n)},
//
// with the derivatives in R that Newton's method needs.
type coefficients struct {
	decay      float64   // a = η h
	decaySlope float64   // ∂a/∂R
	input      []float64 // b_n = η² g_n/(2d)
	ratio      []float64 // b_n/a = η g_n/(2dh), finite where η = 0
	inputSlope []float64 // ∂b_n/∂R
	ratioSlope []float64 // ∂(b_n/a)/∂R
}

// newCoefficients returns coefficients for n noise terms.
func newCoefficients(n int) coefficients {
	b := make([]float64, 4*n)
	return coefficients{input: b[:n], ratio: b[n : 2*n], inputSlope: b[2*n : 3*n], ratioSlope: b[3*n:]}
}

// position is a schedule.Position given by its numbers.
type position struct {
	risk, descent  float64
	preconditioned bool // the basis in which descent is known
	asked          bool // whether it was asked for
}

func (p *position) Risk() float64 { return p.risk }

func (p *position) Descent(preconditioned bool) float64 {
	if preconditioned != p.preconditioned {
		return math.NaN()
	}
	p.asked = true
	return p.descent
}

// evaluate stores the coefficients at time t and the position in c. An error means
// that the system is not defined there.
func (s *System) evaluate(c *coefficients, t float64, at *position) error {
	eta, etaSlope, err := s.rate(t, at)
	if err != nil {
		return err
	}
	r := at.risk
	h, hSlope, err := s.drift(r, t)
	if err != nil {
		return err
	}
	c.decay, c.decaySlope = eta*h, etaSlope*h+eta*hSlope
	for n := range s.Limit.Noise {
		g, gSlope, err := s.gain(n, r, t)
		if err != nil {
			return err
		}
		scale := 1 / (2 * float64(s.Modes.Dim))
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

// drift returns h and its slope at a risk, or an error if they are no coefficients.
func (s *System) drift(risk, t float64) (h, slope float64, err error) {
	h, slope = s.Limit.Drift(risk)
	if !isCoefficient(h, slope) {
		err = coefficientError("Drift", h, slope, risk, t)
	}
	return h, slope, err
}

// gain returns g_n and its slope at a risk, or an error if they are no coefficients.
func (s *System) gain(n int, risk, t float64) (g, slope float64, err error) {
	g, slope = s.Limit.Noise[n].Gain(risk)
	if !isCoefficient(g, slope) {
		err = coefficientError(fmt.Sprintf("Noise[%d].Gain", n), g, slope, risk, t)
	}
	return g, slope, err
}

// isCoefficient reports whether the value is nonnegative and it and its slope are finite.
func isCoefficient(value, slope float64) bool {
	return value >= 0 && !math.IsInf(value, 1) && !math.IsNaN(slope) && !math.IsInf(slope, 0)
}

// coefficientError says why the field of a limit gives no coefficient.
func coefficientError(field string, value, slope, risk, t float64) error {
	if !(value >= 0) || math.IsInf(value, 1) {
		return fmt.Errorf("odes: Limit.%s gives %v at risk %v, t = %v: must be nonnegative and finite", field, value, risk, t)
	}
	return fmt.Errorf("odes: Limit.%s gives the slope %v at risk %v, t = %v: must be finite", field, slope, risk, t)
}

// rate returns η and ∂η/∂R, by a central difference good to about 1e-10.
func (s *System) rate(t float64, at *position) (eta, slope float64, err error) {
	if eta, err = schedule.At(s.Rate, t, at); err != nil {
		return 0, 0, err
	}
	if constant, ok := s.Rate.(schedule.Constant); ok {
		return float64(constant), 0, nil
	}
	risk := at.risk
	const bump = 1e-5
	at.risk = risk * (1 + bump)
	above := s.Rate.Rate(t, at)
	at.risk = risk * (1 - bump)
	below := s.Rate.Rate(t, at)
	at.risk = risk
	if slope = (above - below) / (2 * bump * risk); math.IsNaN(slope) || math.IsInf(slope, 0) {
		slope = 0
	}
	return eta, slope, nil
}
