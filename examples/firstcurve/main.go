// Firstcurve computes the risk curve of signSGD on a problem of 200 dimensions with the
// band about it, and compares both with simulated runs. It is the program of the README.
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

	// The problem: features x ~ N(0, K), eigenvalues of K from 0.01 to 3 in a random basis,
	// labels y = ⟨x, θ*⟩ + ε with ε ~ N(0, ½²), and a start at the risk R = 1.
	lambda, err := spectra.LogSpaced(200, 0.01, 3)
	check(err)
	k, err := spectra.NewRotated(lambda, ensemble.NewRand(1, 0, "covariance"))
	check(err)
	p, err := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}}.WithInitialRisk(1)
	check(err)
	optimizer, eta := signsgd.SignSGD{}, schedule.Constant(0.7)
	times := ensemble.LinearTimes(10, 11) // 0, 1, …, 10

	// Theory, without a run: the curve, and the band about it that holds 80% of the runs.
	system, err := odes.New(p, optimizer, eta)
	check(err)
	curve, err := system.Variance(ctx, times, odes.VarianceSettings{})
	check(err)
	lo, hi, err := curve.Band(0.8)
	check(err)

	// 64 runs of signSGD.
	runs, err := signsgd.Ensemble(ctx, p, optimizer, eta, ensemble.Settings{Horizon: 10, Runs: 64, Times: times})
	check(err)
	mean := runs.Risk.Mean()
	for i, t := range times {
		fmt.Printf("t = %2g: theory %.3f in [%.3f, %.3f], mean of the runs %.3f\n", t, curve.Risk[i], lo[i], hi[i], mean[i])
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
