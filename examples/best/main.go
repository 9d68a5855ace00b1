// Best answers the question which optimizer and which learning rate is best on a
// problem, without a single run.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func main() {
	ctx := context.Background()
	const horizon = 50 // in t = step/d

	// Independent features whose variances fall like 1/j, and noise with heavy tails.
	variances, err := spectra.PowerLaw(500, 1)
	check(err)
	k, err := spectra.NewDiagonal(variances)
	check(err)
	p, err := signsgd.Problem{Covariance: k, Noise: noise.StudentsT{Nu: 2.5, Sigma: 0.3}}.WithInitialRisk(1)
	check(err)

	// Each optimizer at its best constant rate, and whether d is large enough for its curve.
	contenders, err := odes.Compare(ctx, p, horizon, signsgd.SignSGD{}, signsgd.SGD{}, signsgd.PreconditionedSGD{}, signsgd.AdamHeuristic{})
	check(err)
	for _, c := range contenders {
		fmt.Printf("%T: risk %.5f at η = %.4f; %v\n", c.Optimizer, c.Risk, c.Rate, c.Validity)
	}

	// How far the winner's rate is from trouble, and what a schedule would gain.
	best := contenders[0]
	system, err := odes.New(p, best.Optimizer, schedule.Constant(best.Rate))
	check(err)
	largest, err := system.LargestRate(ctx)
	check(err)
	_, optimal, err := system.Optimal(ctx, horizon)
	check(err)
	reached, err := system.TimeToReach(ctx, 2*best.Risk, horizon)
	check(err)
	fmt.Printf("the winner is stable up to η = %.4g, is within a factor 2 of its final risk at t = %.1f,\nand ends at %.5f under its optimal schedule\n",
		largest, reached, optimal)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
