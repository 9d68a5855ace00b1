// Package core holds what the examples need of the library and it does not have yet.
package core

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd"
)

// Summary is what pictures show of an ensemble: its mean with the standard error, and the
// band that holds 80% of the runs.
type Summary struct{ Mean, StdErr, Lo, Hi []float64 }

// Summarize returns the summary of runs.
func Summarize(runs signsgd.Paths) Summary {
	lo, hi := runs.Central(0.8)
	return Summary{runs.Mean(), runs.StdErr(), lo, hi}
}

// WithInitialRisk returns the problem whose θ_0 − θ* is scaled such that the risk starts at
// the given one.
func WithInitialRisk(p signsgd.Problem, risk float64) signsgd.Problem {
	init := make([]float64, p.Dim())
	copy(init, p.Init)
	nu := p.Displacement(nil, init)
	floats.AddScaled(init, math.Sqrt(risk/p.InitialRisk())-1, nu)
	p.Init = init
	return p
}
