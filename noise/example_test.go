package noise_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise"
)

// A law gives φ, its derivative, its second moment and draws.
func Example() {
	law := noise.Normal{Sigma: 0.5}
	if err := noise.Validate(law); err != nil {
		fmt.Println(err)
		return
	}
	for _, risk := range []float64{0, 0.01, 1, math.Inf(1)} {
		phi, slope := law.Phi(risk)
		fmt.Printf("φ(%g) = %.4f, φ' = %.4g\n", risk, phi, slope)
	}
	fmt.Println("v² =", law.SecondMoment())
	// Output:
	// φ(0) = 0.0000, φ' = +Inf
	// φ(0.01) = 0.1733, φ' = 8.022
	// φ(1) = 0.6002, φ' = 0.03335
	// φ(+Inf) = 0.6366, φ' = 0
	// v² = 0.25
}

// A density that the package lacks: the triangle on [−1, 1].
func ExampleDensity() {
	law := noise.Density{
		F:      func(x float64) float64 { return max(0, 1-math.Abs(x)) },
		Breaks: []float64{-1, 0, 1},
		V2:     1. / 6,
	}
	if err := noise.Validate(law); err != nil {
		fmt.Println(err)
		return
	}
	phi, _, phiErr := law.PhiError(0.1)
	fmt.Printf("φ(0.1) = %.6f, error below 1e-10: %v\n", phi, phiErr < 1e-10)
	fmt.Println(noise.CheckRand(law))
	// Output:
	// φ(0.1) = 0.461815, error below 1e-10: true
	// noise: Density.Quantile is not set: there is no sampling without it
}

// The compression of a batch: φ_B tends to the φ of the normal law of the same
// second moment.
func ExampleMiniBatch() {
	law := noise.Rademacher{Scale: 1}
	for _, batch := range []int{1, 4, 64} {
		phi, _ := noise.MiniBatch{Law: law, Batch: batch}.Phi(0.1)
		fmt.Printf("φ_%d(0.1) = %.4f\n", batch, phi)
	}
	limit, _ := noise.Normal{Sigma: 1}.Phi(0.1)
	fmt.Printf("limit     %.4f\n", limit)
	// Output:
	// φ_1(0.1) = 0.0523
	// φ_4(0.1) = 0.2212
	// φ_64(0.1) = 0.2578
	// limit     0.2599
}

// A Table makes an expensive φ cheap, and a Tabulated law keeps everything else.
func ExampleTabulate() {
	exact := noise.AlphaStable{Alpha: 1.5, C: 1}
	table, err := noise.Tabulate(context.Background(), exact, 1e-6, 1e3, 1e-10)
	if err != nil {
		fmt.Println(err)
		return
	}
	var law noise.Law = noise.Tabulated{Law: exact, Table: table}
	p, _ := exact.Phi(0.3)
	q, _ := law.Phi(0.3)
	fmt.Printf("φ(0.3) = %.6f, from the table %.6f\n", p, q)
	fmt.Println("bound kept:", math.Abs(q/p-1) < 1e-10)
	// Output:
	// φ(0.3) = 0.298346, from the table 0.298346
	// bound kept: true
}

// A mixture of two normal laws is fitted to a sample. BIC prefers it to one normal law.
func ExampleFitNormalMixture() {
	rng := rand.New(rand.NewPCG(1, 2))
	truth := noise.NormalMixture{Weights: []float64{0.4, 0.6}, Mu: []float64{-1, 2}, Sigma: []float64{0.5, 0.5}}
	sample := make([]float64, 5000)
	for i := range sample {
		sample[i] = truth.Rand(rng)
	}
	mixture, err := noise.FitNormalMixture(context.Background(), sample, nil, 2, rng, noise.MixtureSettings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	normal, err := noise.FitNormal(sample, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("μ = %.1f, weights = %.1f\n", mixture.Law.Mu, mixture.Law.Weights)
	fmt.Println("the mixture is better:", mixture.BIC < normal.BIC)
	// Output:
	// μ = [-1.0 2.0], weights = [0.4 0.6]
	// the mixture is better: true
}

// ψ tells whether the noise slows signSGD down or speeds it up, compared with SGD.
func ExamplePsi() {
	for _, law := range []noise.Law{noise.Uniform{Min: -1, Max: 1}, noise.Normal{Sigma: 1}, noise.Laplace{Scale: 1}} {
		fmt.Printf("%v: ψ(0) = %.3f, ψ(1) = %.3f\n", law, noise.Psi(law, 0), noise.Psi(law, 1))
	}
	// Output:
	// Uniform[-1, 1]: ψ(0) = 0.724, ψ(1) = 0.996
	// Normal(μ=0, σ=1): ψ(0) = 1.000, ψ(1) = 1.000
	// Laplace(μ=0, b=1): ψ(0) = 1.772, ψ(1) = 1.072
}

// Parse reads the words that programs take on their command lines.
func ExampleParse() {
	law, err := noise.Parse("student:3,0.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(law)
	_, err = noise.Parse("normal:-1")
	fmt.Println(err)
	// Output:
	// StudentsT(μ=0, σ=0.5, ν=3)
	// noise: Parse: "normal:-1": noise: Normal.Sigma is -1: must be nonnegative and finite
}
