package main

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// decay returns the rate at which the nonlinear system of one noise term, at the
// constant rate eta, comes to rest from a displacement by a thousandth of the limit
// risk along the mode that settles last, over the time of one e-fold at the given rate.
//
// With s_i = 2ηh λ_i and β_i = (η² c_i h/(2d)) (g/h)' at R∞, small displacements follow
//
//	δr_i' = −s_i δr_i + β_i Σ_j δr_j,
//
// so that of rate s is proportional to β_i/(s_i − s).
func decay(ctx context.Context, system *odes.System, eta schedule.Constant, rate float64) (float64, error) {
	limit, err := system.LimitRisk()
	if err != nil {
		return 0, err
	}
	h, dh := system.Drift(limit)
	g, dg := system.Gains[0](limit)
	step, d := float64(eta), float64(system.Dim)
	n := len(system.Modes.Lambda)
	rest, mode := make([]float64, n), make([]float64, n)
	for i, lambda := range system.Modes.Lambda {
		c := system.Modes.Weights[0][i]
		rest[i] = step * g * c / (4 * d * h * lambda)
		mode[i] = step * step * c / (2 * d) * (dg - g*dh/h) / (2*step*h*lambda - rate)
	}
	moved := *system
	moved.Modes.Risk = rest
	floats.AddScaled(moved.Modes.Risk, 1e-3*limit/floats.Sum(mode), mode)
	curve, err := moved.Solve(ctx, []float64{0, 1 / rate})
	if err != nil {
		return 0, err
	}
	return math.Log((curve.Risk[0]-limit)/(curve.Risk[1]-limit)) * rate, nil
}
