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

func Example() {
	ctx := context.Background()
	lambda, _ := spectra.LogSpaced(200, 0.01, 3)
	k, _ := spectra.NewRotated(lambda, ensemble.NewRand(1, 0, "covariance"))
	start := make([]float64, 200)
	for i := range start {
		start[i] = 0.2
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: start}
	eta := schedule.Constant(0.7)

	// 32 runs of signSGD, recorded at t = k/d = 1, 2, …, 10.
	times := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	runs, _ := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, eta, ensemble.Settings{Horizon: 10, Runs: 32, Times: times})
	lo, hi := runs.Risk.Central(0.8)

	// The curve that they follow as d grows, and where it ends.
	sys, _ := odes.New(p, signsgd.SignSGD{}, eta)
	curve, _ := sys.Solve(ctx, times)
	limit, _ := sys.LimitRisk()
	inside := lo[9] < curve.Risk[9] && curve.Risk[9] < hi[9]
	fmt.Printf("signODE %.3f, limit %.3f, inside the 80%% band: %v\n", curve.Risk[9], limit, inside)
	// Output: signODE 0.188, limit 0.147, inside the 80% band: true
}
