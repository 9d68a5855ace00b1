package noise

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Fit is a law fitted to a sample by maximum likelihood.
type Fit[L Law] struct {
	Law           L
	LogLikelihood float64 // Σ w_i log f(x_i)
	BIC           float64 // p log(Σ w_i) − 2 LogLikelihood, p the number of parameters
	Iterations    int     // of the method, 0 for a closed form
}

func newFit[L Law](law L, logLikelihood, total float64, parameters, iterations int) Fit[L] {
	bic := float64(parameters)*math.Log(total) - 2*logLikelihood
	return Fit[L]{Law: law, LogLikelihood: logLikelihood, BIC: bic, Iterations: iterations}
}

// checkSample returns the total weight and the weighted mean and standard deviation
// of a sample. nil weights are 1 each.
func checkSample(sample, weights []float64) (total, mean, sd float64, err error) {
	if weights != nil && len(weights) != len(sample) {
		panic("noise: lengths of sample and weights differ")
	}
	if len(sample) == 0 {
		return 0, 0, 0, fmt.Errorf("noise: the sample is empty: at least two different values are needed")
	}
	if err := allFinite("fit", "sample", sample); err != nil {
		return 0, 0, 0, err
	}
	total = float64(len(sample))
	if weights != nil {
		total = 0
		for i, w := range weights {
			if !(w >= 0) || math.IsInf(w, 1) {
				return 0, 0, 0, nonNegative("fit", fmt.Sprintf("weights[%d]", i), w)
			}
			total += w
		}
	}
	mean, variance := stat.PopMeanVariance(sample, weights)
	if !(variance > 0) || math.IsInf(variance, 1) {
		return 0, 0, 0, fmt.Errorf("noise: the variance of the sample is %v: must be positive and finite", variance)
	}
	return total, mean, math.Sqrt(variance), nil
}

// FitNormal fits a Normal law to the sample, of which weights[i] counts how often
// sample[i] was seen; nil weights are 1 each. Both are read only. The error names
// what is wrong with the data: empty, constant, not finite, negative weights.
// It panics if the lengths differ.
func FitNormal(sample, weights []float64) (Fit[Normal], error) {
	total, mean, sd, err := checkSample(sample, weights)
	if err != nil {
		return Fit[Normal]{}, err
	}
	logLikelihood := -total * (0.5 + math.Log(sd) + 0.5*math.Log(2*math.Pi))
	return newFit(Normal{Mu: mean, Sigma: sd}, logLikelihood, total, 2, 0), nil
}

// quantile returns the p-quantile of a sample with weights.
func quantile(p float64, sample, weights []float64) float64 {
	order := make([]int, len(sample))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case sample[a] < sample[b]:
			return -1
		case sample[a] > sample[b]:
			return 1
		}
		return a - b
	})
	x, w := make([]float64, len(sample)), make([]float64, len(sample))
	for k, i := range order {
		x[k], w[k] = sample[i], weightAt(weights, i)
	}
	return stat.Quantile(p, stat.Empirical, x, w)
}

func weightAt(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}
