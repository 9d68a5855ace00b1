package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Mixture is the law of an ε drawn from Laws[i] with probability Weights[i]. Both
// slices are retained, not copied.
type Mixture struct {
	Weights []float64
	Laws    []Law
}

// Phi returns φ(R) and φ'(R), the weighted sums of those of the parts.
func (m Mixture) Phi(risk float64) (phi, slope float64) {
	return sum2(m.Weights, func(i int) (a, b float64) { return m.Laws[i].Phi(risk) })
}

// SecondMoment returns the weighted sum of the second moments.
func (m Mixture) SecondMoment() float64 {
	v2, _ := sum2(m.Weights, func(i int) (a, b float64) { return m.Laws[i].SecondMoment(), 0 })
	return v2
}

// Mean returns the weighted sum of the means, NaN if a part lacks Moments.
func (m Mixture) Mean() float64 {
	mean, _ := sum2(m.Weights, func(i int) (a, b float64) {
		if l, ok := m.Laws[i].(Moments); ok {
			return l.Mean(), 0
		}
		return math.NaN(), 0
	})
	return mean
}

// Variance returns the sum of the variance within the parts and of that between
// them, NaN if a part lacks Moments.
func (m Mixture) Variance() float64 {
	if math.IsInf(m.SecondMoment(), 1) {
		return math.Inf(1)
	}
	mean := m.Mean()
	within, between := sum2(m.Weights, func(i int) (a, b float64) {
		l, ok := m.Laws[i].(Moments)
		if !ok {
			return math.NaN(), 0
		}
		d := l.Mean() - mean
		return l.Variance(), d * d
	})
	return within + between
}

// DensityAtZero returns the weighted sum of the densities, NaN if a part lacks
// OriginDensity.
func (m Mixture) DensityAtZero() float64 {
	f0, _ := sum2(m.Weights, func(i int) (a, b float64) {
		if l, ok := m.Laws[i].(OriginDensity); ok {
			return l.DensityAtZero(), 0
		}
		return math.NaN(), 0
	})
	return f0
}

// Rand draws one ε from rng.
func (m Mixture) Rand(rng *rand.Rand) float64 { return m.Laws[pick(m.Weights, rng)].Rand(rng) }

// String returns the parts with their weights.
func (m Mixture) String() string {
	parts := make([]string, len(m.Laws))
	for i, l := range m.Laws {
		parts[i] = fmt.Sprintf("%g %v", m.Weights[i], l)
	}
	return "Mixture(" + strings.Join(parts, " + ") + ")"
}

// Validate returns an error unless there are as many nonnegative weights as laws,
// at least one, summing to one within 1e-12, and every law is valid.
func (m Mixture) Validate() error {
	errs := []error{probabilities("Mixture", m.Weights, len(m.Laws))}
	for i, l := range m.Laws {
		if err := Validate(l); err != nil {
			errs = append(errs, fmt.Errorf("noise: Mixture.Laws[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}
