package main

import (
	"context"
	"math"

	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/floats"
)

// effort says how well the mean of runs is to be known, and what that may cost.
type effort struct {
	precision float64 // standard error of the mean over the curve
	runs      int     // the least and
	most      float64 // the largest number of coordinates drawn, runs times samples times dimension
}

// outcome is what runs of a trial show beside the theory.
type outcome struct {
	trial    *trial
	validity odes.Validity

	// Of the time at which the mean of the runs is furthest from the curve for its size:
	gap, stdErr float64 // mean over curve − 1
	bias        float64 // what theory predicts, NaN where it does not

	// What Validity does not judge: tr A/λ_max, ‖K_σ‖, and the largest entry off the diagonal
	// of the resolvent of Assumption 3.
	breadth, norm, resolvent float64
}

// parts are where the risk is compared, as parts of the horizon.
var parts = []float64{0.05, 0.15, 0.3, 0.5, 0.75, 1}

// measure simulates the trial.
func (t *trial) measure(ctx context.Context, seed uint64, e effort) (*outcome, error) {
	validity, err := t.system.Validity(ctx, t.horizon)
	if err != nil {
		return nil, err
	}
	d := float64(t.problem.Dim())
	var times []float64
	for _, x := range parts {
		at := math.Ceil(x*t.horizon*d-1e-9) / d // after a whole step
		if n := len(times); n == 0 || at > times[n-1] {
			times = append(times, min(at, t.horizon))
		}
	}
	curve, err := t.system.Variance(ctx, times, odes.VarianceSettings{Diagonal: true})
	if err != nil { // it is not known for all optimizers
		if curve, err = t.system.Solve(ctx, times); err != nil {
			return nil, err
		}
	}
	settings := ensemble.Settings{Horizon: t.horizon, Runs: e.runs, Seed: seed, Times: times}
	band, err := signsgd.Ensemble(ctx, t.problem, t.optimizer, t.rate, settings)
	if err != nil {
		return nil, err
	}
	need := 0.0
	for i, s := range band.Risk.StdErr() {
		need = max(need, math.Pow(s/curve.Risk[i]/e.precision, 2)*float64(e.runs))
	}
	need = min(need, e.most/(math.Ceil(t.horizon*d)*d*float64(t.problem.Batch)))
	if need > float64(e.runs) {
		settings.Runs, settings.Resume = int(need), band
		if band, err = signsgd.Ensemble(ctx, t.problem, t.optimizer, t.rate, settings); err != nil {
			return nil, err
		}
	}
	o := &outcome{trial: t, validity: validity, bias: math.NaN()}
	if err := o.look(ctx); err != nil {
		return nil, err
	}
	mean, stdErr := band.Risk.Mean(), band.Risk.StdErr()
	for i, r := range curve.Risk {
		if gap := mean[i]/r - 1; i == 0 || !(math.Abs(gap) <= math.Abs(o.gap)) {
			o.gap, o.stdErr = gap, stdErr[i]/r
			if curve.Bias != nil {
				o.bias = curve.Bias[i] / r
			}
		}
	}
	return o, nil
}

// look fills in what Validity does not judge. K_σ of a diagonal K is that of the identity.
func (o *outcome) look(ctx context.Context) error {
	lambda := o.trial.system.Modes.Lambda
	o.breadth, o.norm = floats.Sum(lambda)/floats.Max(lambda), math.Pi/2
	if o.trial.system.Modes.Kind == spectra.Coordinates {
		return nil
	}
	a, err := spectra.CheckAssumption3(ctx, o.trial.problem.Covariance, 1)
	o.norm, o.resolvent = a.KSigma, a.OffDiagonal
	return err
}
