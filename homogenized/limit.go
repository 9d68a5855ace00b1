// Package homogenized takes the high-dimensional limit of an optimizer. A Limit
// says what is left of the update rule as d → ∞, a drift and a noise that see the
// problem through its covariance and the risk alone, and an SDE is the limiting
// process itself: signHSGD, equation (8) of arXiv:2411.12135, and its kin.
package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Coefficient is a function of the noiseless risk R > 0, with its derivative.
type Coefficient func(risk float64) (value, slope float64)

// at returns the value at the risk, or an error unless it is nonnegative and
// finite.
func (c Coefficient) at(risk float64) (float64, error) {
	value, _ := c(risk)
	if !(value >= 0) || math.IsInf(value, 1) {
		return 0, fmt.Errorf("is %v at risk %v: must be nonnegative and finite", value, risk)
	}
	return value, nil
}

// Limit is the limit of an optimizer on a problem: with ν = Θ − θ* and R = R(Θ),
//
//	dΘ = −η(t) h(R) A ν dt + η(t) √(Σ_n g_n(R) Q_n/d) dB,
//
// A being K in the Plain basis and K̄ in the Preconditioned one, Q_n being D f_n(C) D
// and f_n(C).
type Limit struct {
	Basis spectra.Basis
	Drift Coefficient // h
	Noise []Term      // g_n and f_n

	err error // why the optimizer has no limit on this problem
}

// Term is one term of the noise covariance.
type Term struct {
	Gain Coefficient // g
	Odd  spectra.Odd // f, nil for the identity
}

// SignSGD returns the limit of signSGD on the problem at its batch size B, equation
// (8): A = K̄, h = c_B φ_B(R)/√(2R), and noise (2/π) K_σ.
func SignSGD(p signsgd.Problem) Limit {
	if err := p.Validate(); err != nil {
		return Limit{err: err}
	}
	factor := noise.BatchFactor(p.BatchSize())
	compression := noise.MiniBatch{Law: p.Law(), Batch: p.BatchSize()}
	return SignSGDWith(func(risk float64) (phi, slope float64) {
		phi, slope = compression.Phi(risk)
		return factor * phi, factor * slope
	})
}

// SignSGDWith is SignSGD given the noise compression R ↦ φ(R) and its derivative:
// c_B φ_B for batches.
func SignSGDWith(phi Coefficient) Limit {
	if phi == nil {
		return Limit{err: errors.New("homogenized: phi is nil")}
	}
	return Limit{
		Basis: spectra.Preconditioned,
		Drift: func(risk float64) (h, slope float64) {
			value, dphi := phi(risk)
			root := math.Sqrt(2 * risk)
			return value / root, (dphi - value/(2*risk)) / root
		},
		Noise: []Term{{Gain: constant(2 / math.Pi), Odd: math.Asin}},
	}
}

// SGD returns the limit of SGD on the problem at its batch size B, equations (15)
// and (259): A = K, h = 1, and noise (2𝓟(R)/B) K with 2𝓟 = 2R + v². It exists only
// where v² = E ε² is finite; its use is otherwise an error that wraps
// noise.ErrInfiniteVariance.
func SGD(p signsgd.Problem) Limit {
	if err := p.Validate(); err != nil {
		return Limit{err: err}
	}
	l := SGDWith(p.Law().SecondMoment(), p.BatchSize())
	if errors.Is(l.err, noise.ErrInfiniteVariance) {
		l.err = fmt.Errorf("%w (law %T)", l.err, p.Law())
	}
	return l
}

// SGDWith is SGD given v² = E ε² and the batch size.
func SGDWith(secondMoment float64, batch int) Limit {
	switch {
	case math.IsInf(secondMoment, 1):
		return Limit{err: fmt.Errorf("homogenized: SGD has no limit: %w", noise.ErrInfiniteVariance)}
	case !(secondMoment >= 0):
		return Limit{err: fmt.Errorf("homogenized: secondMoment is %v: must be nonnegative", secondMoment)}
	case batch < 1:
		return Limit{err: fmt.Errorf("homogenized: batch is %d: must be at least 1", batch)}
	}
	b := float64(batch)
	return Limit{
		Basis: spectra.Plain,
		Drift: constant(1),
		Noise: []Term{{Gain: func(risk float64) (g, slope float64) { return (2*risk + secondMoment) / b, 2 / b }}},
	}
}

func constant(c float64) Coefficient {
	return func(float64) (value, slope float64) { return c, 0 }
}

// Validate returns an error if the limit does not exist or lacks a part, and nil
// otherwise. Whoever uses a Limit calls it.
func (l Limit) Validate() error {
	if l.err != nil {
		return l.err
	}
	if l.Drift == nil {
		return errors.New("homogenized: Limit.Drift is nil")
	}
	for n, term := range l.Noise {
		if term.Gain == nil {
			return fmt.Errorf("homogenized: Limit.Noise[%d].Gain is nil", n)
		}
	}
	return nil
}

// Odds returns the functions f_n of the noise terms, in their order.
func (l Limit) Odds() []spectra.Odd {
	odds := make([]spectra.Odd, len(l.Noise))
	for n, term := range l.Noise {
		odds[n] = term.Odd
	}
	return odds
}
