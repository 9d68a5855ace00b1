package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

var _ closedForm = Empirical{}

// Empirical is the law of a sample, which takes each of its values with the same
// probability. It retains the slice and does not copy it.
//
// It represents the law that the sample came from only for R above the squared spacing of
// the sample near 0. For smaller R, fit a law to the sample, for example with
// FitNormalMixture.
type Empirical struct {
	Sample []float64
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) (1/n) Σ exp(−x_j²/(4R)).
//
// It costs one exponential for each value within 57√R of zero. Tabulate makes it cheap.
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
	return floats.Dot(e.Sample, e.Sample) / float64(len(e.Sample))
}

// FourthMoment returns the mean of x⁴.
func (e Empirical) FourthMoment() float64 {
	sum := 0.0
	for _, x := range e.Sample {
		sum += fourthPower(x)
	}
	return sum / float64(len(e.Sample))
}

// Mean returns the mean of the sample.
func (e Empirical) Mean() float64 { return stat.Mean(e.Sample, nil) }

// Variance returns the mean squared distance from Mean. It is the variance of this law,
// with the divisor n, and not an estimate of the variance of another law.
func (e Empirical) Variance() float64 { return stat.PopVariance(e.Sample, nil) }

// DensityAtZero returns +Inf if a value is 0, and otherwise 0.
func (e Empirical) DensityAtZero() float64 {
	if slices.Contains(e.Sample, 0) {
		return math.Inf(1)
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
