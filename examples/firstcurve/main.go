// Firstcurve computes the risk curve of signSGD on a problem of 200 dimensions and
// compares it with simulated runs.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func main() {
	ctx := context.Background()

	// The problem: x ~ N(0, K) with eigenvalues of K from 0.01 to 3 in a random basis,
	// labels y = ⟨x, θ*⟩ + ε with ε ~ N(0, ½²), and a start at the risk 1.
	lambda, err := spectra.LogSpaced(200, 0.01, 3)
	check(err)
	rng := ensemble.NewRand(1, 0, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	check(err)
	init := make([]float64, 200)
	spectra.FillNormal(init, rng)
	p, err := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: init}.WithInitialRisk(1)
	check(err)

	// The optimizer and its learning rate η: a step moves every coordinate by η/d.
	optimizer, eta := signsgd.SignSGD{}, schedule.Constant(0.7)

	// 32 runs, recorded at the times t = step/d = 1, 2, …, 10.
	settings := ensemble.Settings{Horizon: 10, Runs: 32, Seed: 1, Times: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}
	runs, err := signsgd.Ensemble(ctx, p, optimizer, eta, settings)
	check(err)

	// The curve that the runs follow as d grows, and the risk at which it ends.
	system, err := odes.New(p, optimizer, eta)
	check(err)
	curve, err := system.Solve(ctx, settings.Times)
	check(err)
	limit, err := system.LimitRisk(ctx)
	check(err)

	band := runs.Risk.Summary(0.8)
	for i, t := range curve.Times {
		fmt.Printf("t = %2.0f: curve %.4f, runs %.4f, 80%% of them in [%.4f, %.4f]\n", t, curve.Risk[i], band.Mean[i], band.Lo[i], band.Hi[i])
	}
	fmt.Printf("in the end the risk is %.4f\n", limit)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
