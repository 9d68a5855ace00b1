package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

var _ closedForm = Normal{}

// Normal is the normal law N(Mu, Sigma²).
type Normal struct {
	Mu    float64 // mean
	Sigma float64 // standard deviation; 0 makes ε = Mu
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) √(2R/(2R+σ²)) exp(−μ²/(2(2R+σ²))).
func (n Normal) Phi(risk float64) (phi, slope float64) {
	if n.Sigma == 0 {
		return atomPhi(n.Mu, risk)
	}
	if phi, slope, ok := atEnds(risk, 0, math.Inf(1)); ok {
		return phi, slope
	}
	signal, spread := 2*risk, 2*risk+n.Sigma*n.Sigma // Var ℓ and Var(ℓ − ε)
	if !(signal >= 0x1p-400 && spread <= 0x1p400) {
		return n.scaledPhi(risk)
	}
	phi = limitPhi * math.Sqrt(signal/spread) * gauss(n.Mu, 2*spread)
	if phi == 0 {
		return 0, 0
	}
	s, m := n.Sigma/spread, n.Mu/spread
	return phi, phi * (s*n.Sigma/signal + m*m)
}

// scaledPhi is Phi where R or σ² is so large or small that their ratio may leave the range
// of float64. It measures everything in units of the larger of √(2R) and σ.
func (n Normal) scaledPhi(risk float64) (phi, slope float64) {
	root := math.Sqrt2 * math.Sqrt(risk)
	unit := max(root, n.Sigma)
	root /= unit
	sigma, mu := n.Sigma/unit, n.Mu/unit
	spread := root*root + sigma*sigma // between 1 and 2
	phi = limitPhi * root / math.Sqrt(spread) * gauss(mu, 2*spread)
	if phi == 0 {
		return 0, 0
	}
	m := mu * root / spread
	return phi, phi * (0.5 * (sigma*sigma/spread + m*m)) / risk
}

// SecondMoment returns Mu² + Sigma².
func (n Normal) SecondMoment() float64 { return n.Mu*n.Mu + n.Sigma*n.Sigma }

// FourthMoment returns Mu⁴ + 6 Mu² Sigma² + 3 Sigma⁴.
func (n Normal) FourthMoment() float64 {
	v := n.Sigma * n.Sigma
	return shiftedFourth(n.Mu, v, 3*v*v)
}

// Mean returns Mu.
func (n Normal) Mean() float64 { return n.Mu }

// Variance returns Sigma².
func (n Normal) Variance() float64 { return n.Sigma * n.Sigma }

// DensityAtZero returns the density at ε = 0. If Sigma is 0, it is +Inf for Mu = 0 and
// otherwise 0.
func (n Normal) DensityAtZero() float64 {
	if n.Sigma == 0 {
		return atomDensity(n.Mu)
	}
	return gauss(n.Mu/n.Sigma, 2) / (math.Sqrt(2*math.Pi) * n.Sigma)
}

// Rand draws one ε from rng.
func (n Normal) Rand(rng *rand.Rand) float64 { return n.Mu + n.Sigma*rng.NormFloat64() }

// String returns the law with its parameters.
func (n Normal) String() string { return fmt.Sprintf("Normal(μ=%g, σ=%g)", n.Mu, n.Sigma) }

// Validate returns an error unless Mu is finite and 0 ≤ Sigma < ∞.
func (n Normal) Validate() error {
	return errors.Join(finite("Normal", "Mu", n.Mu), nonNegative("Normal", "Sigma", n.Sigma))
}
