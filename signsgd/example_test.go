package signsgd_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// heavyTailed is a Source of one's own: features that are not normal.
type heavyTailed struct{ rng *rand.Rand }

func (heavyTailed) Open(rng *rand.Rand) (signsgd.Stream, error) { return heavyTailed{rng}, nil }

func (s heavyTailed) Fill(x, y []float64) (int, error) {
	for i := range x { // Laplace's law, of variance 1
		x[i] = (s.rng.ExpFloat64() - s.rng.ExpFloat64()) / 2 * 1.4142135623730951
	}
	for j := range y { // θ* is the origin
		y[j] = 0.1 * s.rng.NormFloat64()
	}
	return len(y), nil
}

func ExampleSource() {
	k, _ := spectra.NewDiagonal([]float64{1, 1, 1, 1, 1, 1, 1, 1})
	p := signsgd.Problem{
		Covariance: k, Noise: noise.Normal{Sigma: 0.1}, // what is known of the data
		Init:    []float64{1, 1, 1, 1, 1, 1, 1, 1},
		Samples: heavyTailed{},
	}
	band, err := signsgd.Ensemble(context.Background(), p, signsgd.SignSGD{}, signsgd.Constant(0.1),
		signsgd.Settings{Horizon: 40, Runs: 4, Times: []float64{0, 40}})
	if err != nil {
		panic(err)
	}
	mean := band.Risk.Mean()
	fmt.Printf("from %.0f to a tenth and less: %v\n", mean[0], mean[1] < 0.4)
	// Output: from 4 to a tenth and less: true
}

// An optimizer takes steps on any objective.
func ExampleOptimizer() {
	rosenbrock := func(x, y float64) []float64 {
		return []float64{-400*x*(y-x*x) - 2*(1-x), 200 * (y - x*x)}
	}
	theta := []float64{-1, 1}
	state := signsgd.Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}.Start(2)
	for range 20000 {
		state.Step(theta, rosenbrock(theta[0], theta[1]), 0.01)
	}
	fmt.Printf("%.3f %.3f\n", theta[0], theta[1])
	// Output: 1.000 1.000
}

// Shards of an ensemble, made anywhere, are put together.
func ExampleMerge() {
	k, _ := spectra.NewDiagonal([]float64{1, 2, 3})
	p := signsgd.Problem{Covariance: k, Init: []float64{1, 1, 1}}
	shard := func(first int) *signsgd.Band {
		band, err := signsgd.Ensemble(context.Background(), p, signsgd.SGD{}, signsgd.Constant(0.1),
			signsgd.Settings{Horizon: 2, First: first, Runs: 4})
		if err != nil {
			panic(err)
		}
		return band
	}
	whole, err := signsgd.Merge(shard(4), shard(0))
	if err != nil {
		panic(err)
	}
	fmt.Println(whole.Runs)
	// Output: [0 1 2 3 4 5 6 7]
}
