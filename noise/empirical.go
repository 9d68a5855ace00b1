package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat"
)

// Empirical is the law of a sample: every one of its values with the same
// probability. The slice is retained, not copied, and read by every method.
//
// It stands for the law the sample came from only for R above the squared spacing
// of the sample near 0. Below that, fit a law to it (FitNormalMixture).
type Empirical struct {
	Sample []float64
}

// Phi returns φ(R) and φ'(R), φ(R) = (2/π) (1/n) Σ exp(−x_j²/(4R)). It costs one
// exponential per value within 57√R of zero: see Tabulate.
func (e Empirical) Phi(risk float64) (phi, slope float64) {
	for _, x := range e.Sample {
		p, s := atomPhi(x, risk)
		phi += p
		slope += s
	}
	n := float64(len(e.Sample))
	return phi / n, slope / n
}

// SecondMoment returns the mean of x².
func (e Empirical) SecondMoment() float64 {
	sum := 0.0
	for _, x := range e.Sample {
		sum += x * x
	}
	return sum / float64(len(e.Sample))
}

// Mean returns the mean of the sample.
func (e Empirical) Mean() float64 { return stat.Mean(e.Sample, nil) }

// Variance returns the mean squared distance from Mean, the variance of the law
// and not an estimate of that of another one.
func (e Empirical) Variance() float64 { return stat.PopVariance(e.Sample, nil) }

// DensityAtZero returns +Inf if a value is 0, else 0.
func (e Empirical) DensityAtZero() float64 {
	for _, x := range e.Sample {
		if x == 0 {
			return math.Inf(1)
		}
	}
	return 0
}

// Rand draws one value of the sample from rng.
func (e Empirical) Rand(rng *rand.Rand) float64 { return e.Sample[rng.IntN(len(e.Sample))] }

// String returns the size of the sample.
func (e Empirical) String() string { return fmt.Sprintf("Empirical(%d values)", len(e.Sample)) }

// Validate returns an error if the sample is empty or a value is not finite.
func (e Empirical) Validate() error {
	if len(e.Sample) == 0 {
		return errors.New("noise: Empirical.Sample is empty: at least one value is needed")
	}
	return allFinite("Empirical", "Sample", e.Sample)
}
