package main

import (
	"context"
	"math"
	"time"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// gap is by how much the mean of runs differs from the curve.
type gap struct {
	times, mean, stdErr, curve []float64
	runs                       int
	spread                     float64 // the largest standard deviation of R over the curve
}

// parts are where the risk is compared, as parts of the horizon.
var parts = []float64{0.05, 0.15, 0.3, 0.5, 0.75, 1}

// measure simulates the trial until the mean is known to the part precision of the curve, or
// the budget of time is spent.
func (t *trial) measure(ctx context.Context, seed uint64, precision float64, most int, budget time.Duration) (*gap, error) {
	g := new(gap)
	d := float64(t.problem.Dim())
	for _, x := range parts {
		at := math.Ceil(x*t.horizon*d-1e-9) / d
		if n := len(g.times); n == 0 || at > g.times[n-1] {
			g.times = append(g.times, min(at, t.horizon))
		}
	}
	curve, err := t.system.Solve(ctx, g.times)
	if err != nil {
		return nil, err
	}
	g.curve = curve.Risk
	settings := ensemble.Settings{Horizon: t.horizon, Runs: 32, Seed: seed, Times: g.times}
	start := time.Now()
	band, err := signsgd.Ensemble(ctx, t.problem, t.optimizer, t.rate, settings)
	if err != nil {
		return nil, err
	}
	each := time.Since(start) / time.Duration(settings.Runs)
	need := 0.0
	for i, e := range band.Risk.StdErr() {
		need = max(need, math.Pow(e/g.curve[i]/precision, 2)*float64(settings.Runs))
	}
	runs := min(need, float64(most), float64(budget/max(each, 1)))
	if runs > float64(settings.Runs) {
		settings.Runs, settings.Resume = int(runs), band
		if band, err = signsgd.Ensemble(ctx, t.problem, t.optimizer, t.rate, settings); err != nil {
			return nil, err
		}
	}
	g.runs, g.mean, g.stdErr = settings.Runs, band.Risk.Mean(), band.Risk.StdErr()
	for i, e := range g.stdErr {
		g.spread = max(g.spread, e*math.Sqrt(float64(g.runs))/g.curve[i])
	}
	return g, nil
}

// largest returns the largest distance of the mean from the curve as a part of it, with its
// standard error.
func (g *gap) largest() (value, stdErr float64) {
	for i, r := range g.curve {
		if e := math.Abs(g.mean[i]/r - 1); !(e <= value) {
			value, stdErr = e, g.stdErr[i]/r
		}
	}
	return value, stdErr
}
