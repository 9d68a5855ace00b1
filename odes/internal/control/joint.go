package control

import (
	"math"

	"github.com/riskcurves/riskcurves/spectra"
)

// Joint is a control of the rate at every time and of a parameter B on every interval, as a
// function of their logarithms, the rates first. A budget of ∫dt/B is held by the method of
// multipliers.
type Joint struct {
	*Control
	budget                float64
	multiplier, stiffness float64

	logs                   []float64 // of the parameters
	rates, byLog, byBudget []float64
}

// NewJoint returns the control of the modes on the times, the first of which is 0. limit
// stores the coefficients at a parameter and a risk, with their derivatives by log B. A budget
// of 0 is none.
func NewJoint(m spectra.Modes, time []float64, budget float64, limit func(c *Coefficients, parameter, risk float64)) *Joint {
	parts := len(time) - 1
	j := &Joint{
		budget: budget, stiffness: 10, logs: make([]float64, parts),
		rates: make([]float64, len(time)), byLog: make([]float64, parts), byBudget: make([]float64, parts),
	}
	j.Control = New(m, time, func(c *Coefficients, m int, risk float64) { limit(c, math.Exp(j.logs[m]), risk) })
	return j
}

// excess returns the logarithm of ∫dt/B over the budget, and stores its slope.
func (j *Joint) excess(logs []float64) float64 {
	sum := 0.0
	for m := range logs {
		j.byBudget[m] = (j.time[m+1] - j.time[m]) * math.Exp(-logs[m])
		sum += j.byBudget[m]
	}
	for m := range j.byBudget {
		j.byBudget[m] /= -sum
	}
	return math.Log(sum / j.budget)
}

// Value returns the logarithm of the risk at the end, with what the multipliers add for the
// budget, and stores its gradient. It never fails: it is a quasinewton.Function.
func (j *Joint) Value(x, slope []float64) (float64, error) {
	knots := len(j.rates)
	copy(j.logs, x[knots:])
	for k := range j.rates {
		j.rates[k] = math.Exp(x[k])
	}
	risk := j.Forward(j.rates)
	if math.IsInf(risk, 1) {
		return risk, nil
	}
	j.Backward(slope[:knots], j.byLog, j.rates)
	for k, rate := range j.rates {
		slope[k] *= rate / risk
	}
	total, pull := math.Log(risk), 0.0
	if j.budget > 0 {
		pull = max(j.multiplier+j.stiffness*j.excess(j.logs), 0)
		total += (pull*pull - j.multiplier*j.multiplier) / (2 * j.stiffness)
	}
	for m, by := range j.byLog {
		slope[knots+m] = by/risk + pull*j.byBudget[m]
	}
	return total, nil
}

// Tighten moves the multiplier to where x minimizes the value, and reports whether x keeps
// to the budget.
func (j *Joint) Tighten(x []float64) (done bool) {
	if j.budget == 0 {
		return true
	}
	over := j.excess(x[len(j.rates):])
	j.multiplier = max(j.multiplier+j.stiffness*over, 0)
	j.stiffness *= 1.5
	return math.Abs(over) < 1e-6 || j.multiplier == 0 && over < 0
}
