package odes_test

import (
	"context"
	"fmt"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// The band in which 80% of the runs of signSGD lie, and the number of runs that tell two
// learning rates apart, without a run.
func ExampleSystem_Variance() {
	k := must(spectra.NewDiagonal(must(spectra.LogSpaced(400, 0.1, 3))))
	p := must(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: k.Variances(nil)}.WithInitialRisk(1))
	times := []float64{0, 1, 2}
	slow := must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(0.5)))
	a := must(slow.Variance(context.Background(), times, odes.VarianceSettings{}))
	b := must(slow.WithRate(schedule.Constant(0.55)).Variance(context.Background(), times, odes.VarianceSettings{}))
	lo, hi, err := a.Band(0.8)
	if err != nil {
		panic(err)
	}
	runs := must(odes.RunsNeeded(a, b, 0.95, 0.8))
	for i, t := range times {
		fmt.Printf("t = %g: R = %.3f, 80%% of runs in [%.3f, %.3f], %v runs of each needed\n", t, a.Risk[i], lo[i], hi[i], runs[i])
	}
	// Output:
	// t = 0: R = 1.000, 80% of runs in [1.000, 1.000], +Inf runs of each needed
	// t = 1: R = 0.574, 80% of runs in [0.536, 0.612], 30 runs of each needed
	// t = 2: R = 0.322, 80% of runs in [0.289, 0.356], 35 runs of each needed
}
