package noise

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Fit is a law that was fitted to a sample by maximum likelihood. A smaller BIC, Schwarz's
// information criterion, is better.
type Fit[L Law] struct {
	Law           L
	LogLikelihood float64 // Σ w_i log f(x_i)
	BIC           float64 // p log(Σ w_i) − 2 LogLikelihood for a law of p parameters
	Iterations    int     // iterations of the method, 0 for a closed form
}

// newFit returns the Fit of a law, total being the sum of the weights.
func newFit[L Law](law L, logLikelihood, total float64, parameters, iterations int) Fit[L] {
	bic := float64(parameters)*math.Log(total) - 2*logLikelihood
	return Fit[L]{Law: law, LogLikelihood: logLikelihood, BIC: bic, Iterations: iterations}
}

// checkSample returns the total weight of a sample and its weighted mean and standard
// deviation. nil weights are 1 each.
func checkSample(sample, weights []float64) (total, mean, sd float64, err error) {
	if weights != nil && len(weights) != len(sample) {
		panic("noise: lengths of sample and weights differ")
	}
	if len(sample) == 0 {
		return 0, 0, 0, errors.New("noise: the sample is empty: at least two different values are needed")
	}
	if err := allFinite("fit", "sample", sample); err != nil {
		return 0, 0, 0, err
	}
	total = float64(len(sample))
	if weights != nil {
		if err := allNonNegative("fit", "weights", weights); err != nil {
			return 0, 0, 0, err
		}
		total = floats.Sum(weights)
	}
	mean, variance := stat.PopMeanVariance(sample, weights)
	if !(variance > 0) || math.IsInf(variance, 1) {
		return 0, 0, 0, fmt.Errorf("noise: the variance of the sample is %v: must be positive and finite", variance)
	}
	return total, mean, math.Sqrt(variance), nil
}

// FitNormal fits a Normal law to the sample. weights[i] says how often sample[i] was seen,
// and nil weights are 1 each. Neither slice is changed. The error names what is wrong with
// the data, which must be finite and not constant and have nonnegative weights. FitNormal
// panics if the lengths differ.
func FitNormal(sample, weights []float64) (Fit[Normal], error) {
	total, mean, sd, err := checkSample(sample, weights)
	if err != nil {
		return Fit[Normal]{}, err
	}
	logLikelihood := -total * (0.5 + math.Log(sd) + 0.5*math.Log(2*math.Pi))
	return newFit(Normal{Mu: mean, Sigma: sd}, logLikelihood, total, 2, 0), nil
}

// sorted returns the sample in increasing order, with its weights.
func sorted(sample, weights []float64) (x, w []float64) {
	x, w = slices.Clone(sample), slices.Clone(weights)
	stat.SortWeighted(x, w)
	return x, w
}

// weightAt returns the i-th weight, which is 1 if weights is nil.
func weightAt(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}
