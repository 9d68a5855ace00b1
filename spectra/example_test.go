package spectra_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
)

// The modes of a full covariance under signSGD, in a dimension where its matrix would take
// 34 gigabytes, and the few nodes that stand for them.
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

// Theorem 4 compares the times that SGD and signSGD need. On independent coordinates of
// very different scales, with normal label noise, for which ψ = 1, signSGD settles faster.
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

// The eigenvectors change coordinates to the modes. There the risk is a sum of squares, and
// the covariance of the noise of signSGD has the weights c_i/λ_i on its diagonal.
func ExampleTransform() {
	k, err := spectra.NewDense(mat.NewSymDense(2, []float64{4, 1, 1, 1}))
	if err != nil {
		log.Fatal(err)
	}
	nu := []float64{1, -2}
	sign := spectra.Shape{Odd: math.Asin} // K_σ
	modes, err := k.Modes(spectra.Preconditioned, nu, sign)
	if err != nil {
		log.Fatal(err)
	}
	transform, err := spectra.NewTransform(k, modes)
	if err != nil {
		log.Fatal(err)
	}
	risk := 0.0
	for i, y := range transform.Apply(nil, nu) {
		risk += modes.Lambda[i] * y * y / 2
	}
	fmt.Printf("risk %.6f, in the modes %.6f\n", spectra.Quadratic(k, nu, make([]float64, 2))/2, risk)

	noise, err := spectra.NoiseCovariance(k, sign)
	if err != nil {
		log.Fatal(err)
	}
	image, err := transform.Covariance(noise)
	if err != nil {
		log.Fatal(err)
	}
	for i, lambda := range modes.Lambda {
		fmt.Printf("c_%d/λ_%d = %.6f = %.6f\n", i, i, modes.Weights[0][i]/lambda, image.At(i, i))
	}
	// Output:
	// risk 2.000000, in the modes 2.000000
	// c_0/λ_0 = 1.298145 = 1.298145
	// c_1/λ_1 = 3.414244 = 3.414244
}

// Data give a covariance, and Lanczos gives the measures of its modes from products alone.
func ExampleLanczos() {
	const n, d = 50, 400
	rng := rand.New(rand.NewPCG(1, 2))
	data := mat.NewDense(n, d, nil)
	for i := range n {
		spectra.FillNormal(data.RawRowView(i), rng)
	}
	k, err := spectra.NewEmpirical(context.Background(), data, spectra.Estimate{Shrinkage: 0.1})
	if err != nil {
		log.Fatal(err)
	}
	nu := make([]float64, d)
	spectra.FillNormal(nu, rng)
	modes, err := spectra.Lanczos{}.Modes(context.Background(), k, spectra.Plain, nu, spectra.Shape{Scaled: true}, rng)
	if err != nil {
		log.Fatal(err)
	}
	exact, err := k.Modes(spectra.Plain, nu)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%T, %v modes\n", k, modes.Kind)
	for _, tau := range []float64{0, 1, 10} {
		fmt.Printf("τ = %v: %.6f %.6f\n", tau, modes.RiskMeasure().Laplace(tau), exact.RiskMeasure().Laplace(tau))
	}
	// Output:
	// *spectra.LowRankPlusDiagonal, Unformed modes
	// τ = 0: 164.131977 164.131977
	// τ = 1: 14.813899 14.813899
	// τ = 10: 2.510716 2.510716
}

// Eigenvalues can be read from a word of a command line.
func ExampleParseEigenvalues() {
	lambda, err := spectra.ParseEigenvalues("log:0.01,1", 3)
	fmt.Printf("%.4g %v\n", lambda, err)
	_, err = spectra.ParseEigenvalues("power", 3)
	fmt.Println(err)
	// Output:
	// [0.01 0.1 1] <nil>
	// spectra: eigenvalues "power": must be isotropic, log:LO,HI, power:ALPHA, grid:LO,HI,POWER or marchenkopastur:RATIO
}
