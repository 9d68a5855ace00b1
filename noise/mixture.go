package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/floats"
)

var _ combination = Mixture{}

// Mixture is the law of an ε that is drawn from Laws[i] with probability Weights[i]. It
// retains both slices and does not copy them.
type Mixture struct {
	Weights []float64
	Laws    []Law
}

// Phi returns φ(R) and φ'(R), which are the weighted sums of those of the parts.
func (m Mixture) Phi(risk float64) (phi, slope float64) {
	return weightedSums(m.Weights, func(i int) (a, b float64) { return m.Laws[i].Phi(risk) })
}

// SecondMoment returns the weighted sum of the second moments of the parts.
func (m Mixture) SecondMoment() float64 {
	return weightedSum(m.Weights, func(i int) float64 { return m.Laws[i].SecondMoment() })
}

// FourthMoment returns the weighted sum of the fourth moments of the parts. It is NaN if
// a part does not know its own.
func (m Mixture) FourthMoment() float64 {
	return weightedSum(m.Weights, func(i int) float64 { return fourthMomentOf(m.Laws[i]) })
}

// Mean returns the weighted sum of the means. It is NaN if a part lacks Moments.
func (m Mixture) Mean() float64 {
	return weightedSum(m.Weights, func(i int) float64 { return meanOf(m.Laws[i]) })
}

// Variance returns the variance within the parts plus the variance between them. It is
// NaN if a part lacks Moments.
func (m Mixture) Variance() float64 {
	if math.IsInf(m.SecondMoment(), 1) {
		return math.Inf(1)
	}
	mean := m.Mean()
	within, between := weightedSums(m.Weights, func(i int) (a, b float64) {
		d := meanOf(m.Laws[i]) - mean
		return varianceOf(m.Laws[i]), d * d
	})
	return within + between
}

// DensityAtZero returns the weighted sum of the densities at zero. It is NaN if a part
// lacks OriginDensity.
func (m Mixture) DensityAtZero() float64 {
	return weightedSum(m.Weights, func(i int) float64 { return densityAtZeroOf(m.Laws[i]) })
}

// Rand draws one ε from rng.
func (m Mixture) Rand(rng *rand.Rand) float64 { return m.Laws[pick(m.Weights, rng)].Rand(rng) }

// CheckRand returns an error that names the parts which cannot draw.
func (m Mixture) CheckRand() error { return m.each(CheckRand) }

// CheckSecondMoment returns an error that names the parts whose second moment is unknown.
func (m Mixture) CheckSecondMoment() error {
	return m.each(func(l Law) error {
		if _, err := FiniteSecondMoment(l); !errors.Is(err, ErrInfiniteVariance) {
			return err
		}
		return nil
	})
}

// String returns the parts with their weights.
func (m Mixture) String() string {
	parts := make([]string, len(m.Laws))
	for i, l := range m.Laws {
		parts[i] = fmt.Sprintf("%g %v", m.Weights[i], l)
	}
	return "Mixture(" + strings.Join(parts, " + ") + ")"
}

// Validate returns an error unless there are as many nonnegative weights as laws, at
// least one, the weights sum to one within 1e-12 and every law is valid.
func (m Mixture) Validate() error {
	return errors.Join(probabilities("Mixture", m.Weights, len(m.Laws)), m.each(Validate))
}

// each returns what check finds wrong with the parts.
func (m Mixture) each(check func(Law) error) error {
	var errs []error
	for i, l := range m.Laws {
		if err := check(l); err != nil {
			errs = append(errs, fmt.Errorf("noise: Mixture.Laws[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

// probabilities returns an error unless weights are n ≥ 1 nonnegative numbers that sum to
// one within 1e-12.
func probabilities(law string, weights []float64, n int) error {
	if len(weights) == 0 {
		return fmt.Errorf("noise: %s.Weights is empty: at least one is needed", law)
	}
	if len(weights) != n {
		return fmt.Errorf("noise: %s has %d weights for %d parts: the lengths must agree", law, len(weights), n)
	}
	if err := allNonNegative(law, "Weights", weights); err != nil {
		return err
	}
	if sum := floats.Sum(weights); !(math.Abs(sum-1) <= 1e-12) {
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

// weightedSums returns Σ w_i a(i) and Σ w_i b(i) over the i with w_i ≠ 0.
func weightedSums(weights []float64, f func(i int) (a, b float64)) (sumA, sumB float64) {
	for i, w := range weights {
		if w != 0 {
			a, b := f(i)
			sumA += w * a
			sumB += w * b
		}
	}
	return sumA, sumB
}

// weightedSum returns Σ w_i f(i) over the i with w_i ≠ 0.
func weightedSum(weights []float64, f func(i int) float64) float64 {
	sum, _ := weightedSums(weights, func(i int) (a, b float64) { return f(i), 0 })
	return sum
}
