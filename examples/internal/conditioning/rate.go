package conditioning

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
)

// linear is a system near its limit risk: with s_i = 2ηh λ_i and
// β_i = (η² c_i h/(2d)) (g/h)' at R∞, small displacements of the modes follow
//
//	δr_i' = −s_i δr_i + β_i Σ_j δr_j.
type linear struct {
	rest    []float64 // r_i at rest
	s, beta []float64
}

// linearize returns the system of one noise term near its limit risk, at the constant
// rate eta.
func linearize(system *odes.System, eta signsgd.Constant) (*linear, error) {
	limit, err := system.LimitRisk()
	if err != nil {
		return nil, err
	}
	h, dh := system.Drift(limit)
	g, dg := system.Gains[0](limit)
	rate, d := float64(eta), float64(system.Dim)
	l := new(linear)
	for i, lambda := range system.Modes.Lambda {
		c := system.Modes.Weights[0][i]
		l.rest = append(l.rest, rate*g*c/(4*d*h*lambda))
		l.s = append(l.s, 2*rate*h*lambda)
		l.beta = append(l.beta, rate*rate*c/(2*d)*(dg-g*dh/h))
	}
	return l, nil
}

// slowest returns the least rate of decay, the root of Σ β_i/(s_i − s) = 1 below
// every s_i, and its mode, scaled to the sum 1. It is for (g/h)' > 0: signSGD under
// normal noise, and SGD.
func (l *linear) slowest() (rate float64, mode []float64) {
	lo, hi := 0.0, slices.Min(l.s)
	for {
		middle := (lo + hi) / 2
		if middle <= lo || middle >= hi {
			break
		}
		sum := 0.0
		for i, s := range l.s {
			sum += l.beta[i] / (s - middle)
		}
		if sum < 1 {
			lo = middle
		} else {
			hi = middle
		}
	}
	mode = make([]float64, len(l.s))
	for i, s := range l.s {
		mode[i] = l.beta[i] / (s - lo)
	}
	floats.Scale(1/floats.Sum(mode), mode)
	return lo, mode
}

// decay returns the rate at which the nonlinear system comes to rest from a
// displacement by a thousandth of the limit risk along the slowest mode, over the
// time of one e-fold at the given rate.
func decay(ctx context.Context, system *odes.System, l *linear, rate float64, mode []float64) (float64, error) {
	limit := floats.Sum(l.rest)
	moved := *system
	moved.Modes.Risk = slices.Clone(l.rest)
	floats.AddScaled(moved.Modes.Risk, 1e-3*limit, mode)
	curve, err := moved.Solve(ctx, []float64{0, 1 / rate})
	if err != nil {
		return 0, err
	}
	return math.Log((curve.Risk[0]-limit)/(curve.Risk[1]-limit)) * rate, nil
}
