package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
)

// slowMemory solves the limit of Adam whose memory 1/(1 − β2) lasts d/γ steps, as
// long as the dimension: 1 − β2 = γ/d with any fixed β1. Beside the risk, one more
// number moves, the mean square that is remembered for every coordinate:
//
//	dv/dt = γ (2𝓟(R) − v),  v(0) = 0,  v̂ = v/(1 − e^{−γt}),
//
// and the modes are those of the heuristic (265) with v̂ in the place of 2𝓟,
//
//	dr_i/dt = −2 η λ_i r_i/√v̂ + η² (2𝓟/v̂) c_i/(2d).
//
// As γ → ∞ it is the heuristic. heuristic is the system of that, at the constant rate
// eta, and square is v² = E ε². The classical Runge–Kutta method takes the given
// number of equal steps between consecutive times, which start at 0.
func slowMemory(heuristic *odes.System, eta, gamma, square float64, times []float64, steps int) ([]float64, error) {
	if times[0] != 0 || !(gamma > 0) || steps < 1 {
		return nil, fmt.Errorf("adam: slowMemory: times[0] is %v, gamma %v, steps %d: must be 0, positive, positive", times[0], gamma, steps)
	}
	modes := heuristic.Modes
	n := len(modes.Lambda)
	// y holds r_1, …, r_n and v.
	derivative := func(dst []float64, t float64, y []float64) {
		moment := 2*floats.Sum(y[:n]) + square
		mean := moment // its limit at t = 0
		if t > 0 {
			mean = y[n] / -math.Expm1(-gamma*t)
		}
		decay := 2 * eta / math.Sqrt(mean)
		input := eta * eta * moment / mean / (2 * float64(modes.Dim))
		for i, lambda := range modes.Lambda {
			dst[i] = -decay*lambda*y[i] + input*modes.Weights[0][i]
		}
		dst[n] = gamma * (moment - y[n])
	}
	y := append(append([]float64(nil), modes.Risk...), 0)
	var k [4][]float64
	for j := range k {
		k[j] = make([]float64, n+1)
	}
	trial := make([]float64, n+1)
	risk := []float64{floats.Sum(y[:n])}
	for j := 1; j < len(times); j++ {
		dt := (times[j] - times[j-1]) / float64(steps)
		for step := range steps {
			t := times[j-1] + float64(step)*dt
			derivative(k[0], t, y)
			for stage, part := range []float64{0.5, 0.5, 1} {
				for i := range y {
					trial[i] = y[i] + part*dt*k[stage][i]
				}
				derivative(k[stage+1], t+part*dt, trial)
			}
			for i := range y {
				y[i] += dt / 6 * (k[0][i] + 2*k[1][i] + 2*k[2][i] + k[3][i])
			}
		}
		risk = append(risk, floats.Sum(y[:n]))
	}
	return risk, nil
}
