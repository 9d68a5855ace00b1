package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// SignSGD returns the limit of signSGD on the problem at its batch size B, equation
// (8): A = K̄, h = c_B φ_B(R)/√(2R), and noise (2/π) K_σ. It needs B ≪ d. A φ_B of
// B > 1 costs tens of microseconds, so it is tabulated where it is asked for, to 1e-13.
func SignSGD(p signsgd.Problem) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	factor := noise.BatchFactor(p.BatchSize())
	var compression noise.Compression = p.Law()
	if p.BatchSize() > 1 {
		table, err := noise.TabulateLazily(noise.MiniBatch{Law: p.Law(), Batch: p.BatchSize()}, 1e-13)
		if err != nil {
			return Limit{}, fmt.Errorf("homogenized: SignSGD: %w", err)
		}
		compression = table
	}
	l, err := SignSGDWith(func(risk float64) (phi, slope float64) {
		phi, slope = compression.Phi(risk)
		return factor * phi, factor * slope
	})
	l.of = newOrigin(p)
	l.Fluctuation = signFluctuation(p, l.Drift)
	return l, err
}

// SignSGDWith is SignSGD given the noise compression R ↦ φ(R) and its derivative. For
// batches phi is c_B φ_B. The limit has no Fluctuation, which depends on B.
func SignSGDWith(phi Coefficient) (Limit, error) {
	if phi == nil {
		return Limit{}, errors.New("homogenized: SignSGDWith: phi is nil")
	}
	return Limit{
		Name:  "signSGD",
		Basis: spectra.Preconditioned,
		Drift: func(risk float64) (h, slope float64) {
			value, dphi := phi(risk)
			root := math.Sqrt(2 * risk)
			return value / root, (dphi - value/(2*risk)) / root
		},
		Noise: []Term{{Gain: constant(2 / math.Pi), Shape: spectra.Shape{Odd: math.Asin}}},
	}, nil
}

// WeakSignSGD returns the weak approximation of signSGD in batches of one: the limit
// of SignSGD with the noise covariance (2/π) K_σ − m mᵀ, m = h(R) K̄ ν (Appendix G).
// This is the covariance of one step up to higher orders of m. The exact covariance
// depends on the entries of Kν/(D√(2R)).
//
// The mean risk agrees with that of SignSGD up to O(1/d). Its fluctuations of order
// d^{−1/2} are those of signSGD, and differ from those of signHSGD: for K = I the term
// m mᵀ lowers d⟨R⟩ by the factor 1 − φ(R)².
func WeakSignSGD(p signsgd.Problem) (Limit, error) {
	if p.BatchSize() > 1 {
		return Limit{}, fmt.Errorf("homogenized: WeakSignSGD: Problem.Batch is %d: must be 1", p.Batch)
	}
	l, err := SignSGD(p)
	l.Name, l.Centred, l.Fluctuation = "weak approximation of signSGD", true, nil
	return l, err
}

func constant(c float64) Coefficient {
	return func(float64) (value, slope float64) { return c, 0 }
}
