package march

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Coefficients are those of the modes' equations at a node,
//
//	dr_i/dt = −2aλ_i r_i + Σ_n b_n c_i^{(n)},
//
// with the derivatives in R that Newton's method needs.
type Coefficients struct {
	Decay      float64   // a = η h
	DecaySlope float64   // ∂a/∂R
	Input      []float64 // b_n = η² g_n/(2d)
	Ratio      []float64 // b_n/a = η g_n/(2dh), finite where η = 0
	InputSlope []float64 // ∂b_n/∂R
	RatioSlope []float64 // ∂(b_n/a)/∂R
}

// NewCoefficients returns coefficients for n noise terms.
func NewCoefficients(n int) Coefficients {
	b := make([]float64, 4*n)
	return Coefficients{Input: b[:n], Ratio: b[n : 2*n], InputSlope: b[2*n : 3*n], RatioSlope: b[3*n:]}
}

// Evaluate stores the coefficients at time t and the position in c. An error means
// that the equation is not defined there.
func (e *Equation) Evaluate(c *Coefficients, t float64, at *Position) error {
	eta, etaSlope, err := e.Eta(t, at)
	if err != nil {
		return err
	}
	r := at.R
	h, hSlope, err := e.Drift(r, t)
	if err != nil {
		return err
	}
	c.Decay, c.DecaySlope = eta*h, etaSlope*h+eta*hSlope
	for n := range e.Limit.Noise {
		g, gSlope, err := e.Gain(n, r, t)
		if err != nil {
			return err
		}
		scale := 1 / (2 * float64(e.Modes.Dim))
		c.Input[n] = eta * eta * g * scale
		c.InputSlope[n] = eta * (2*etaSlope*g + eta*gSlope) * scale
		c.Ratio[n], c.RatioSlope[n] = 0, 0
		if eta > 0 && g > 0 {
			c.Ratio[n] = eta * g / h * scale
			c.RatioSlope[n] = c.Ratio[n] * (etaSlope/eta + gSlope/g - hSlope/h)
		}
	}
	return nil
}

// Drift returns h and its slope at a risk, or an error if they are no coefficients.
func (e *Equation) Drift(risk, t float64) (h, slope float64, err error) {
	h, slope = e.Limit.Drift(risk)
	if !isCoefficient(h, slope) {
		err = coefficientError("Drift", h, slope, risk, t)
	}
	return h, slope, err
}

// Gain returns g_n and its slope at a risk, or an error if they are no coefficients.
func (e *Equation) Gain(n int, risk, t float64) (g, slope float64, err error) {
	g, slope = e.Limit.Noise[n].Gain(risk)
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

// Eta returns η and ∂η/∂R.
func (e *Equation) Eta(t float64, at *Position) (eta, slope float64, err error) {
	if eta, err = schedule.At(e.Rate, t, at); err != nil {
		return 0, 0, err
	}
	if constant, ok := e.Rate.(schedule.Constant); ok {
		return float64(constant), 0, nil
	}
	return eta, e.etaBy(&at.R, t, at), nil
}

// EtaByDescent returns ∂η/∂Q.
func (e *Equation) EtaByDescent(t float64, at *Position) float64 { return e.etaBy(&at.Q, t, at) }

// etaBy returns the derivative of η by x, a number of the position: a central difference good
// to about 1e-10, and 0 where that is not finite.
func (e *Equation) etaBy(x *float64, t float64, at *Position) float64 {
	const bump = 1e-5
	value := *x
	*x = value * (1 + bump)
	above := e.Rate.Rate(t, at)
	*x = value * (1 - bump)
	below := e.Rate.Rate(t, at)
	*x = value
	slope := (above - below) / (2 * bump * value)
	if math.IsNaN(slope) || math.IsInf(slope, 0) {
		return 0
	}
	return slope
}
