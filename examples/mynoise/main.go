// Mynoise gives the label noise a law of your own, the triangular law on [−1, 1], and
// computes the risk curve of signSGD under it.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func main() {
	ctx := context.Background()

	// A density is enough for curves of signSGD. Limits of SGD need the second moment,
	// too, and simulations need the quantiles, from which samples are drawn.
	triangular := noise.Density{
		F:      func(x float64) float64 { return max(1-math.Abs(x), 0) },
		Breaks: []float64{-1, 0, 1},
		V2:     1. / 6,
		Quantile: func(p float64) float64 {
			return math.Copysign(1-math.Sqrt(2*min(p, 1-p)), p-0.5)
		},
	}
	// Check finds what does not fit together: the mass, V2, Quantile.
	check(noise.Check(ctx, triangular, rand.New(rand.NewPCG(1, 0))))
	phi, slope := triangular.Phi(0.1)
	fmt.Printf("φ(0.1) = %.6f, φ'(0.1) = %.6f, ψ(0.1) = %.4f\n", phi, slope, noise.Psi(triangular, 0.1))

	// The φ of a density is an integral. A table of it is a thousand times faster.
	table, err := noise.Tabulate(ctx, triangular, 1e-9, 1e3, 1e-11)
	check(err)
	law := noise.Tabulated{Law: triangular, Table: table}

	k, err := spectra.NewIsotropic(100, 1)
	check(err)
	target := make([]float64, 100)
	target[0] = math.Sqrt2 // θ_0 = 0 has the risk 1
	p := signsgd.Problem{Covariance: k, Noise: law, Target: target}
	for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}} {
		system, err := odes.New(p, o, schedule.Constant(0.2))
		check(err)
		curve, err := system.Solve(ctx, []float64{1, 10, 100})
		check(err)
		fmt.Printf("%T: risks %.4f at t = 1, 10, 100\n", o, curve.Risk)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
