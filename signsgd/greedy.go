package signsgd

import (
	"errors"
	"math"

	"github.com/riskcurves/riskcurves/spectra"
)

// Greedy is the schedule under which the risk of an optimizer falls fastest at every
// moment. With the drift h, the gain g and the weights c_i of its deterministic
// equivalent,
//
//	dR/dt = −2η h(R) Σ λ_i r_i + η² g(R) Σ c_i/(2d),
//	η* = 2 h(R) Σ λ_i r_i/(g(R) Σ c_i/d).
//
// On isotropic data that is equation (26) for signSGD and (27) for SGD; see GreedySign
// and GreedySGD. The rate is 0 where the descent Σ λ_i r_i is.
type Greedy struct {
	Basis spectra.Basis              // of λ_i and r_i: Plain for SGD, Preconditioned for signSGD
	Drift func(risk float64) float64 // h(R), positive
	Noise func(risk float64) float64 // g(R) Σ c_i/d, positive; with several terms, their sum
}

// GreedySign returns the greedy schedule (26) of signSGD on isotropic data, K = I,
// η* = φ(R) √(2R) for the noise compression R ↦ φ(R): c_B φ_B for batches. It panics
// if phi is nil.
func GreedySign(phi func(risk float64) float64) Greedy {
	if phi == nil {
		panic("signsgd: GreedySign: phi is nil")
	}
	return Greedy{
		Basis: spectra.Preconditioned,
		Drift: func(risk float64) float64 { return phi(risk) / math.Sqrt(2*risk) },
		Noise: func(float64) float64 { return 1 }, // (2/π) K_σ has the diagonal 1
	}
}

// GreedySGD returns the greedy schedule (27) of SGD in batches of B samples on
// isotropic data, K = I, η* = B R/𝓟(R) with 2𝓟 = 2R + v², v² = secondMoment;
// under an infinite one the rate is 0. It panics if secondMoment < 0 or batch < 1.
func GreedySGD(secondMoment float64, batch int) Greedy {
	if !(secondMoment >= 0) || batch < 1 {
		panic("signsgd: GreedySGD: secondMoment < 0 or batch < 1")
	}
	return Greedy{
		Basis: spectra.Plain,
		Drift: func(float64) float64 { return 1 },
		Noise: func(risk float64) float64 { return (2*risk + secondMoment) / float64(batch) },
	}
}

// Validate returns an error unless both functions are there.
func (g Greedy) Validate() error {
	if g.Drift == nil {
		return errors.New("signsgd: Greedy.Drift is nil")
	}
	if g.Noise == nil {
		return errors.New("signsgd: Greedy.Noise is nil")
	}
	return nil
}

// Rate returns η*.
func (g Greedy) Rate(_ float64, at Position) float64 {
	descent := at.Descent(g.Basis)
	if descent == 0 {
		return 0
	}
	risk := at.Risk()
	return 2 * g.Drift(risk) * descent / g.Noise(risk)
}
