package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized/internal/batch"
	"github.com/riskcurves/riskcurves/homogenized/internal/memory"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// SignSGD returns the limit of signSGD on the problem at its batch size B, equation
// (8): A = K̄, h = c_B φ_B(R)/√(2R), and noise (2/π) K_σ.
//
// It needs B ≪ d: a coordinate's mean sign is not linear in √B ρ_i, ρ_i = (Kν)_i/(D_i√(2R)).
// Where the ρ_i are spread like normal variables the drift is too large by about
// (B/(2d)) 2R/(2R+v²) of itself. Without noise, at K = I, the steps of batches of 20 at
// d = 100 moved down 9% less than h says, and those of batches of 50 16% less.
//
// A φ_B of B > 1 costs tens of microseconds, so it is tabulated where it is asked for, to 1e-13.
// Limits of one batch and of laws that differ in their scale alone share the table.
func SignSGD(p signsgd.Problem) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	factor := noise.BatchFactor(p.BatchSize())
	compression := Coefficient(p.Law().Phi)
	if p.BatchSize() > 1 {
		table, err := batch.Phi(p.Law(), p.BatchSize())
		if err != nil {
			return Limit{}, fmt.Errorf("homogenized: SignSGD: %w", err)
		}
		compression = table
	}
	l, err := SignSGDWith(func(risk float64) (phi, slope float64) {
		phi, slope = compression(risk)
		return factor * phi, factor * slope
	})
	if n, ok := p.Law().(noise.Normal); ok && (p.BatchSize() == 1 || n.Mu == 0) {
		l.Drift = normalSlope(l.Drift, n)
	}
	l.of = newOrigin(p)
	l.Fluctuation = signFluctuation(p, l.Drift)
	return l, err
}

// normalSlope returns the drift h ∝ w^{−½} exp(−μ²/(2w)), w = 2R + σ², of normal noise with the
// slope h' = h (μ²/w − 1)/w. As a difference of φ' and φ/(2R) the slope would lose all digits
// as R → 0.
func normalSlope(drift Coefficient, law noise.Normal) Coefficient {
	return func(risk float64) (h, slope float64) {
		h, _ = drift(risk)
		w := 2*risk + law.Sigma*law.Sigma
		return h, h * (law.Mu*law.Mu/w - 1) / w
	}
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
// m is the mean of one step to leading order in ρ_i = (Kν)_i/(D_i√(2R)). The mean itself is
// m_i (1 + (½ − Rφ'/φ) ρ_i²/3 + O(ρ_i⁴)), so that m misses a share 1/(6d) of it or so, where
// the noise has a density and no coordinate is favoured.
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

// MajorityVote returns the limit of signSGD with M workers, each of which takes batches of
// the problem's size B. The vote is a function of M independent signs. Its expansion in
// products of k signs has the coefficients f_k, so that A = K̄ and
//
//	h_M(R) = M f_1 h(R),  κ_M(ρ) = Σ_{k odd ≤ M} W_k ((2/π) arcsin ρ)^k,  W_k = binom(M,k) f_k²,
//
// with the h of SignSGD. The noise κ_M(C) does not depend on R. With p = ⌊M/2⌋ and
// j = (k−1)/2,
//
//	|f_k| = 2^{−2p} binom(2p,p) binom(p,j)/binom(2p,2j).
//
// For odd M the W_k sum to 1. For even M they sum to the probability that there is no tie,
// and h_M = h_{M−1}. As M → ∞ κ_M tends to (2/π) arcsin((2/π) arcsin ρ), and h_M grows as
// √(2M/π). The error is some units in the last place. It needs B·M ≪ d.
func MajorityVote(p signsgd.Problem, workers int) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := (signsgd.MajorityVote{Workers: workers}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: MajorityVote: %w", err)
	}
	l, err := SignSGD(p)
	if err != nil || workers == 1 {
		return l, err
	}
	factor, kappa := memory.Vote(workers)
	l.Name = fmt.Sprintf("majority vote of %d", workers)
	l.Drift = scaled(l.Drift, factor)
	l.Noise = []Term{{Gain: constant(1), Shape: spectra.Shape{Odd: kappa}}}
	return l, nil
}

func constant(c float64) Coefficient {
	return func(float64) (value, slope float64) { return c, 0 }
}
