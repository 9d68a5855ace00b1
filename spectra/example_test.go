package spectra_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/spectra"
)

// A dense covariance in a dimension where no matrix would fit: its modes under
// signSGD, and the few nodes that stand for them.
func ExampleHadamard() {
	const d = 1 << 16
	lambda, err := spectra.LogSpaced(d, 0.01, 1)
	if err != nil {
		log.Fatal(err)
	}
	k, err := spectra.NewHadamard(lambda, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		log.Fatal(err)
	}
	nu := make([]float64, d)
	nu[0] = 1
	modes, err := k.Modes(spectra.Preconditioned, nu, spectra.Shape{Odd: math.Asin})
	if err != nil {
		log.Fatal(err)
	}
	short, err := modes.Compress(1e-8)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(modes.Lambda), "modes, fewer than 100 nodes:", len(short.Lambda) < 100)
	tau := 3.0
	fmt.Printf("%.6f %.6f\n", modes.RiskMeasure().Laplace(tau), short.RiskMeasure().Laplace(tau))
	// Output:
	// 65536 modes, fewer than 100 nodes: true
	// 0.007372 0.007372
}

// Which optimizer does Theorem 4 favour on independent coordinates of very
// different scales?
func ExampleConditioning() {
	k, err := spectra.NewDiagonal([]float64{1, 0.01, 0.0001})
	if err != nil {
		log.Fatal(err)
	}
	c, err := spectra.Conditioning(k)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("condition numbers: K %.0f, K̄ %.0f\n", c.NumberK(), c.NumberKbar())
	fmt.Printf("time scales: SGD %.0f, signSGD %.0f, ratio of the rates %.0f\n", c.Kappa, c.KappaSign, c.RateRatio(1))
	// Output:
	// condition numbers: K 10000, K̄ 100
	// time scales: SGD 3367, signSGD 37, ratio of the rates 37
}
