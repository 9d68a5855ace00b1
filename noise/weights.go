package noise

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// probabilities returns an error unless weights are n ≥ 1 nonnegative numbers
// that sum to one within 1e-12.
func probabilities(law string, weights []float64, n int) error {
	if len(weights) == 0 {
		return fmt.Errorf("noise: %s.Weights is empty: at least one is needed", law)
	}
	if len(weights) != n {
		return fmt.Errorf("noise: %s has %d weights for %d parts: the lengths must agree", law, len(weights), n)
	}
	sum := 0.0
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return nonNegative(law, fmt.Sprintf("Weights[%d]", i), w)
		}
		sum += w
	}
	if math.Abs(sum-1) > 1e-12 {
		return fmt.Errorf("noise: %s.Weights sum to %v: must sum to 1", law, sum)
	}
	return nil
}

// pick draws an index with the given probabilities.
func pick(weights []float64, rng *rand.Rand) int {
	u := rng.Float64()
	for i, w := range weights {
		if u -= w; u < 0 {
			return i
		}
	}
	for i := len(weights) - 1; i > 0; i-- { // rounding of the sum
		if weights[i] > 0 {
			return i
		}
	}
	return 0
}

// sum2 returns Σ w_i a(i) and Σ w_i b(i) over the i with w_i > 0.
func sum2(weights []float64, f func(i int) (a, b float64)) (suma, sumb float64) {
	for i, w := range weights {
		if w != 0 {
			a, b := f(i)
			suma += w * a
			sumb += w * b
		}
	}
	return suma, sumb
}
