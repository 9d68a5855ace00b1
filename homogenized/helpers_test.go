package homogenized_test

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func span(lo, hi float64, n int) []float64 { return floats.Span(make([]float64, n), lo, hi) }

// halfRank returns a covariance of rank d/2.
func halfRank(d int, rng *rand.Rand) mat.Symmetric {
	g := mat.NewDense(d, d/2, nil)
	g.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, g)
	var k mat.SymDense
	k.SymOuterK(2/float64(d), g)
	return &k
}

func meanDeviation(x []float64) (mean, deviation float64) { return stat.MeanStdDev(x, nil) }

// must returns x; an error is the test's own mistake.
func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}
