package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// NormalMixture is the mixture of N(Mu[i], Sigma[i]²) with probabilities
// Weights[i]. The slices are retained, not copied.
type NormalMixture struct {
	Weights, Mu, Sigma []float64
}

func (m NormalMixture) part(i int) Normal { return Normal{Mu: m.Mu[i], Sigma: m.Sigma[i]} }

// Phi returns φ(R) and φ'(R), the weighted sums of those of Normal.
func (m NormalMixture) Phi(risk float64) (phi, slope float64) {
	for i, w := range m.Weights {
		if w != 0 {
			p, s := m.part(i).Phi(risk)
			phi += w * p
			slope += w * s
		}
	}
	return phi, slope
}

// SecondMoment returns Σ Weights[i] (Mu[i]² + Sigma[i]²).
func (m NormalMixture) SecondMoment() float64 {
	v2, _ := sum2(m.Weights, func(i int) (a, b float64) { return m.part(i).SecondMoment(), 0 })
	return v2
}

// Mean returns Σ Weights[i] Mu[i].
func (m NormalMixture) Mean() float64 {
	mean, _ := sum2(m.Weights, func(i int) (a, b float64) { return m.Mu[i], 0 })
	return mean
}

// Variance returns Σ Weights[i] (Sigma[i]² + (Mu[i] − Mean)²).
func (m NormalMixture) Variance() float64 {
	mean := m.Mean()
	within, between := sum2(m.Weights, func(i int) (a, b float64) {
		d := m.Mu[i] - mean
		return m.Sigma[i] * m.Sigma[i], d * d
	})
	return within + between
}

// DensityAtZero returns the density at ε = 0.
func (m NormalMixture) DensityAtZero() float64 {
	f0, _ := sum2(m.Weights, func(i int) (a, b float64) { return m.part(i).DensityAtZero(), 0 })
	return f0
}

// Rand draws one ε from rng.
func (m NormalMixture) Rand(rng *rand.Rand) float64 { return m.part(pick(m.Weights, rng)).Rand(rng) }

// String returns the parts with their weights.
func (m NormalMixture) String() string {
	parts := make([]string, len(m.Weights))
	for i, w := range m.Weights {
		parts[i] = fmt.Sprintf("%g N(%g, %g²)", w, m.Mu[i], m.Sigma[i])
	}
	return "NormalMixture(" + strings.Join(parts, " + ") + ")"
}

// Validate returns an error unless the three slices have one length, at least one,
// the weights are nonnegative and sum to one within 1e-12, every Mu is finite
// and every Sigma is nonnegative and finite.
func (m NormalMixture) Validate() error {
	if len(m.Mu) != len(m.Sigma) {
		return fmt.Errorf("noise: NormalMixture has %d means and %d standard deviations: the lengths must agree", len(m.Mu), len(m.Sigma))
	}
	errs := []error{
		probabilities("NormalMixture", m.Weights, len(m.Mu)),
		allFinite("NormalMixture", "Mu", m.Mu),
	}
	for i, s := range m.Sigma {
		if !(s >= 0) || math.IsInf(s, 1) {
			errs = append(errs, nonNegative("NormalMixture", fmt.Sprintf("Sigma[%d]", i), s))
		}
	}
	return errors.Join(errs...)
}
