package odes

import "math"

// must returns x; an error is the test's own mistake.
func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// relax returns (1 − e^{−x})/x.
func relax(x float64) float64 {
	if x == 0 {
		return 1
	}
	return -math.Expm1(-x) / x
}
