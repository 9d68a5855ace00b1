package memory

import "math"

// Vote returns M f_1 and κ_M of a majority of M ≥ 2 signs: the factor of the drift, and the
// noise. The error is some units in the last place.
func Vote(workers int) (factor float64, kappa func(rho float64) float64) {
	first, half := 1.0, workers/2
	for i := 1; i <= half; i++ {
		first *= float64(2*i-1) / float64(2*i)
	}
	// With k = 2j+1, f_{k+2}/f_k = (2j+1)/(2p−2j−1), and the binomials of M have the
	// ratio (M−k)(M−k−1)/((k+1)(k+2)).
	weights := []float64{float64(workers) * first * first}
	for k := 1; k+2 <= workers; k += 2 {
		f := float64(k) / float64(2*half-k)
		binomial := float64(workers-k) * float64(workers-k-1) / (float64(k+1) * float64(k+2))
		weights = append(weights, weights[len(weights)-1]*binomial*f*f)
	}
	total := 0.0
	for j := len(weights) - 1; j >= 0; j-- {
		total += weights[j]
	}
	return float64(workers) * first, func(rho float64) float64 {
		if math.Abs(rho) >= 1 {
			return math.Copysign(total, rho)
		}
		x := 2 / math.Pi * math.Asin(rho)
		sum, power := 0.0, x
		for _, w := range weights {
			sum += w * power
			if power *= x * x; math.Abs(power) < 1e-18*math.Abs(sum)*(1-x*x) {
				break // the weights do not exceed 1
			}
		}
		return sum
	}
}
