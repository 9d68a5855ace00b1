package odes

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes/internal/roots"
	"github.com/riskcurves/riskcurves/signsgd"
)

// MeanSquareRate returns the largest constant learning rate under which the second
// moment of ν stays bounded at the dimension of the system, from every start. With
// a = η/d, h and ρ_n = g_n/R as R → ∞, and κ = h² + ½ Σ_n g_n', it is the largest η with
//
//	a λ_max κ < 2h  and  Σ_i (a/2) Σ_n ρ_n c_i^{(n)} / (λ_i (2h − a λ_i κ)) < 1.
//
// For SGD in batches of B this is exact for Gaussian data with every K: the second moment
// of ν obeys M ← M − a(KM + MK) + a²((1 + 1/B) KMK + tr(KM) K/B) + …, whose diagonal in the
// modes moves by itself. K = I gives 2dB/(d + B + 1). As d → ∞ it tends to LargestRate,
// 2dB/tr K. It is exact for preconditioned SGD, too. It is +Inf for signSGD and wherever
// the noise grows more slowly than the drift. A Centred limit has κ = ½ Σ_n g_n'.
//
// It is exact for SGD with momentum, m ← βm + g, whatever its memory: E y², E ym and E m² of
// each mode move by themselves, and κ = h² (1 + 1/B − 2β/(1+β)) with h = 1/(1−β). A
// memory that is long, with a coupled limit, is known in systems made by New.
//
// For a limit of your own κ is that of a rule that is linear in the residuals. The
// system's own schedule plays no part. It is NaN for Nesterov's momentum and for the other
// coupled limits, of which it is not known.
func (s *System) MeanSquareRate() (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	if s.Limit.Coupling != nil {
		return s.heavyBallRate(), nil
	}
	if f := s.Limit.Fluctuation; f != nil && math.IsNaN(f.Momentum) {
		return math.NaN(), nil
	}
	// The limit R → ∞, and whether there is one.
	near, err := s.meanSquareRate(1e60)
	if err != nil {
		return 0, err
	}
	far, err := s.meanSquareRate(1e90)
	switch {
	case err != nil:
		return 0, err
	case far > 10*near:
		return math.Inf(1), nil
	case far < near/10:
		return 0, nil
	}
	return far, nil
}

// meanSquareRate is MeanSquareRate with coefficients of the given risk.
func (s *System) meanSquareRate(risk float64) (float64, error) {
	eq := s.equation()
	h, _, err := eq.Drift(risk, 0)
	if err != nil {
		return 0, err
	}
	own := h * h
	if s.Limit.Centred {
		own = 0
	}
	gain := make([]float64, len(s.Limit.Noise))
	for n := range gain {
		g, gSlope, err := eq.Gain(n, risk, 0)
		if err != nil {
			return 0, err
		}
		gain[n] = g / risk
		own += gSlope / 2
	}
	if f := s.Limit.Fluctuation; f != nil {
		own -= h * h * 2 * f.Momentum / (1 + f.Momentum)
	}
	if s.dimensionless {
		own = 0
	}
	// push[i] is Σ_n ρ_n c_i/(2λ_i).
	push := make([]float64, len(s.Modes.Lambda))
	for i, l := range s.Modes.Lambda {
		for n, w := range s.Modes.Weights {
			push[i] += gain[n] * w[i] / 2
		}
		if push[i] > 0 {
			push[i] /= l
		}
	}
	return s.largestStep(2*h, own, push) * float64(s.Modes.Dim), nil
}

// heavyBallRate returns the rate of SGD with a momentum whose limit is coupled, or NaN if the
// system does not know that it is one.
func (s *System) heavyBallRate() float64 {
	b := float64(s.Limit.Batch())
	o, ok := s.optimizer.(signsgd.Momentum)
	if !ok || !(b > 0) {
		return math.NaN()
	}
	push := make([]float64, len(s.Modes.Lambda))
	for i, l := range s.Modes.Lambda {
		if l > 0 {
			push[i] = s.Modes.Weights[0][i] / (l * b)
		}
	}
	beta := o.Beta
	return s.largestStep(2*(1-beta), 1+1/b-2*beta/(1+beta), push) * float64(s.Modes.Dim)
}

// largestStep returns the largest a with aλκ < pull and Σ_i a push_i/(pull − aλ_iκ) < 1.
func (s *System) largestStep(pull, own float64, push []float64) float64 {
	stable := func(a float64) bool {
		sum := 0.0
		for i, l := range s.Modes.Lambda {
			left := pull - a*l*own
			if l > 0 && left <= 0 {
				return false
			}
			if push[i] > 0 {
				sum += a * push[i] / left
			}
		}
		return sum < 1
	}
	most := min(pull/(floats.Max(s.Modes.Lambda)*own), pull/floats.Sum(push))
	if math.IsNaN(most) || most == 0 { // no drift
		return 0
	}
	if math.IsInf(most, 1) || stable(most) {
		return most
	}
	return roots.Bisect(0, most, stable)
}
