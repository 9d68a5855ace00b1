package main

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
)

// decay returns the rate at which the nonlinear system comes to rest from a displacement
// by a thousandth of the limit risk along the mode that settles last, over the time of
// one e-fold at the rate of the linearization, which it returns as well.
func decay(ctx context.Context, system *odes.System) (rate, linear float64, err error) {
	l, err := system.Linearize(ctx)
	if err != nil {
		return 0, 0, err
	}
	linear = l.Slowest()
	moved := l.Modes
	floats.AddScaled(moved, 1e-3*l.Risk, l.Direction(linear))
	displaced, err := system.WithStart(moved)
	if err != nil {
		return 0, 0, err
	}
	curve, err := displaced.Solve(ctx, []float64{0, 1 / linear})
	if err != nil {
		return 0, 0, err
	}
	return math.Log((curve.Risk[0]-l.Risk)/(curve.Risk[1]-l.Risk)) * linear, linear, nil
}
