package odes_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func Example() {
	ctx := context.Background()
	lambda, err := spectra.LogSpaced(200, 0.01, 3)
	check(err)
	k, err := spectra.NewRotated(lambda, ensemble.NewRand(1, 0, "covariance"))
	check(err)
	start := slices.Repeat([]float64{0.2}, 200)
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: start}
	optimizer, eta := signsgd.SignSGD{}, schedule.Constant(0.7)

	// 32 runs of signSGD, recorded at t = k/d = 1, 2, …, 10.
	times := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	runs, err := signsgd.Ensemble(ctx, p, optimizer, eta, ensemble.Settings{Horizon: 10, Runs: 32, Times: times})
	check(err)
	lo, hi := runs.Risk.Central(0.8)

	// The curve that they follow as d grows, and where it ends.
	system, err := odes.New(p, optimizer, eta)
	check(err)
	curve, err := system.Solve(ctx, times)
	check(err)
	limit, err := system.LimitRisk(ctx)
	check(err)
	inside := lo[9] < curve.Risk[9] && curve.Risk[9] < hi[9]
	fmt.Printf("signODE %.3f, limit %.3f, inside the 80%% band: %v\n", curve.Risk[9], limit, inside)
	// Output: signODE 0.188, limit 0.147, inside the 80% band: true
}

// diagonal returns a problem of d independent features with variances 1/j.
func diagonal(d int, law noise.Law) signsgd.Problem {
	variances, err := spectra.PowerLaw(d, 1)
	check(err)
	k, err := spectra.NewDiagonal(variances)
	check(err)
	ones := slices.Repeat([]float64{1}, d)
	p, err := signsgd.Problem{Covariance: k, Noise: law, Init: ones}.WithInitialRisk(1)
	check(err)
	return p
}

// A sweep finds the modes once. A limit is needed for each law of the noise, and a
// schedule for each learning rate.
func ExampleNewFromModes() {
	p := diagonal(100, nil)
	var modes spectra.Modes
	for n, sigma := range []float64{0.1, 0.5} {
		p.Noise = noise.Normal{Sigma: sigma}
		l, err := homogenized.Of(p, signsgd.SignSGD{})
		check(err)
		if n == 0 {
			s, err := odes.NewFromLimit(p, l, schedule.Constant(1))
			check(err)
			modes = s.Modes
		}
		s, err := odes.NewFromModes(modes, l, schedule.Constant(1))
		check(err)
		for _, eta := range []float64{0.2, 0.4} {
			curve, err := s.WithRate(schedule.Constant(eta)).Solve(context.Background(), []float64{20})
			check(err)
			fmt.Printf("σ = %.1f, η = %.1f: %.4f\n", sigma, eta, curve.Risk[0])
		}
	}
	// Output:
	// σ = 0.1, η = 0.2: 0.2030
	// σ = 0.1, η = 0.4: 0.0403
	// σ = 0.5, η = 0.2: 0.2425
	// σ = 0.5, η = 0.4: 0.0853
}

func ExampleSystem_BestConstant() {
	s, err := odes.New(diagonal(100, noise.Laplace{Scale: 0.5}), signsgd.SignSGD{}, schedule.Constant(1))
	check(err)
	eta, risk, err := s.BestConstant(context.Background(), 50)
	check(err)
	fmt.Printf("η = %.3f ends at %.5f\n", eta, risk)
	// Output: η = 0.390 ends at 0.01798
}

func ExampleCompare() {
	// Noise of two values is far from 0, where its sign says nothing.
	p := diagonal(100, noise.Rademacher{Scale: 1})
	order, err := odes.Compare(context.Background(), p, 20, signsgd.SignSGD{}, signsgd.SGD{})
	check(err)
	for _, c := range order {
		fmt.Printf("%T: %.4f at η = %.3f\n", c.Optimizer, c.Risk, c.Rate)
	}
	// Output:
	// signsgd.SGD: 0.0746 at η = 3.354
	// signsgd.SignSGD: 0.1809 at η = 0.736
}

// The system of signSGD from the matrices and the compression alone.
func ExampleSignODE() {
	k := mat.NewSymDense(2, []float64{2, 1, 1, 1})
	kbar, err := spectra.Kbar(k)
	check(err)
	s, err := odes.SignODE(kbar, k, noise.Cauchy{Scale: 0.1}.Phi, []float64{1, -1}, schedule.Constant(0.1))
	check(err)
	curve, err := s.Solve(context.Background(), []float64{0, 5, 10})
	check(err)
	fmt.Printf("%.4f\n", curve.Risk)
	// Output: [0.5000 0.3749 0.2902]
}

func ExampleSystem_Quadratic() {
	p := diagonal(3, noise.Normal{Sigma: 0.1})
	s, err := odes.New(p, signsgd.SGD{}, schedule.Constant(0.1))
	check(err)
	twice := mat.NewDiagDense(3, []float64{2, 2, 2}) // ½ νᵀ(2I)ν = ‖ν‖²
	q, err := s.Quadratic(context.Background(), []float64{0, 10}, twice)
	check(err)
	fmt.Printf("%.4f\n", q[0])
	// Output: [3.2727 1.1410]
}
