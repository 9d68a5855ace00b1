package noise

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/floats"
)

var _ closedForm = NormalMixture{}

// NormalMixture is the mixture of the laws N(Mu[i], Sigma[i]²) with the probabilities
// Weights[i]. It retains the slices and does not copy them.
type NormalMixture struct {
	Weights, Mu, Sigma []float64
}

// part returns the i-th law of the mixture.
func (m NormalMixture) part(i int) Normal { return Normal{Mu: m.Mu[i], Sigma: m.Sigma[i]} }

// Phi returns φ(R) and φ'(R), which are the weighted sums of those of the parts.
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
	return weightedSum(m.Weights, func(i int) float64 { return m.part(i).SecondMoment() })
}

// FourthMoment returns Σ Weights[i] (Mu[i]⁴ + 6 Mu[i]² Sigma[i]² + 3 Sigma[i]⁴).
func (m NormalMixture) FourthMoment() float64 {
	return weightedSum(m.Weights, func(i int) float64 { return m.part(i).FourthMoment() })
}

// Mean returns Σ Weights[i] Mu[i].
func (m NormalMixture) Mean() float64 { return floats.Dot(m.Weights, m.Mu) }

// Variance returns Σ Weights[i] (Sigma[i]² + (Mu[i] − Mean)²).
func (m NormalMixture) Variance() float64 {
	mean := m.Mean()
	return weightedSum(m.Weights, func(i int) float64 {
		d := m.Mu[i] - mean
		return m.Sigma[i]*m.Sigma[i] + d*d
	})
}

// DensityAtZero returns the density at ε = 0.
func (m NormalMixture) DensityAtZero() float64 {
	return weightedSum(m.Weights, func(i int) float64 { return m.part(i).DensityAtZero() })
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

// Validate returns an error unless the three slices have the same length of at least one,
// the weights are nonnegative and sum to one within 1e-12, every Mu is finite and every
// Sigma is nonnegative and finite.
func (m NormalMixture) Validate() error {
	if len(m.Mu) != len(m.Sigma) {
		return fmt.Errorf("noise: NormalMixture has %d means and %d standard deviations: the lengths must agree", len(m.Mu), len(m.Sigma))
	}
	return errors.Join(
		probabilities("NormalMixture", m.Weights, len(m.Mu)),
		allFinite("NormalMixture", "Mu", m.Mu),
		allNonNegative("NormalMixture", "Sigma", m.Sigma),
	)
}
