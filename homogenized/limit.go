// Package homogenized takes the high-dimensional limit of an optimizer. A Limit
// says what is left of the update rule as d → ∞, a drift and a noise that see the
// problem through its covariance and the risk alone, and an SDE is the limiting
// process itself: signHSGD, equation (8) of arXiv:2411.12135, and its kin.
//
// SignSGD, SGD, PreconditionedSGD, AdamHeuristic and WeakSignSGD make the Limits of the
// optimizers that the paper treats; a Limit of one's own is a struct literal.
package homogenized

import (
	"errors"
	"fmt"

	"github.com/riskcurves/riskcurves/spectra"
)

// Coefficient is a function of the noiseless risk R > 0, with its derivative.
type Coefficient func(risk float64) (value, slope float64)

// Limit is the limit of an optimizer on a problem; the fields that can be set are
// all there is to one, so that users can write their own. With ν = Θ − θ* and
// R = R(Θ),
//
//	dΘ = −η(t) h(R) A ν dt + η(t) √(Σ_n g_n(R) Q_n/d) dB,
//
// A being K in the Plain basis and K̄ in the Preconditioned one, Q_n being D f_n(C) D
// and f_n(C).
type Limit struct {
	Basis spectra.Basis
	Drift Coefficient // h
	Noise []Term      // g_n and f_n

	// Centred takes the square of the drift out of the noise covariance, in which
	// m mᵀ with m = h(R) A ν is then subtracted: Appendix G.
	Centred bool

	err error // why the optimizer has no limit on this problem
}

// Term is one term of the noise covariance.
type Term struct {
	Gain Coefficient // g
	Odd  spectra.Odd // f, nil for the identity
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
