// Package odes computes deterministic risk curves: the ODE systems that the risk
// of an optimizer follows as d → ∞, signODE (12), (13a) of arXiv:2411.12135 among
// them, and what follows from them, such as limit risks.
package odes

import (
	"fmt"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// System is the deterministic equivalent of a Limit on a problem: with
// R = Σ_i r_i,
//
//	dr_i/dt = −2 η h(R) λ_i r_i + (η²/(2d)) Σ_n g_n(R) c_i^{(n)},
//
// started at the r_i(0) of its modes. Modes may be compressed ones. A System is never changed by its methods
// and is safe for concurrent use as long as its schedule is.
type System struct {
	Modes spectra.Modes             // λ_i, r_i(0), and one row of weights c^{(n)} for each gain
	Basis spectra.Basis             // in which the modes are
	Dim   int                       // d, the dimension that scales the learning rate: not the number of modes
	Drift homogenized.Coefficient   // h
	Gains []homogenized.Coefficient // g_n
	Rate  signsgd.Schedule          // η

	// Centred subtracts (η²/d) h² λ_i² r_i from every equation: the weak approximation
	// of Appendix G.
	Centred bool

	// Tolerance is the relative error of R that Solve aims at in each step; 0
	// means DefaultTolerance.
	Tolerance float64

	// Floor is an absolute error of R that Solve tolerates in each step, too.
	Floor float64
}

// New returns the system of the limit l on the problem p. It needs a covariance
// with structure (spectra.Structured), whose modes it computes: for a dense K
// that is the work of an eigendecomposition.
func New(p signsgd.Problem, l homogenized.Limit, eta signsgd.Schedule) (*System, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	k, ok := p.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("odes: Problem.Covariance of type %T has no modes: it must be spectra.Structured; spectra.ToDense makes one of it, and NewFromModes takes modes found otherwise, such as by spectra.Lanczos", p.Covariance)
	}
	return assemble(k, l, p.Displacement(nil, p.Init), eta)
}

// assemble returns the system of the limit l on N(0, K) data started at ν = nu.
func assemble(k spectra.Structured, l homogenized.Limit, nu []float64, eta signsgd.Schedule) (*System, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	modes, err := k.Modes(l.Basis, nu, l.Odds()...)
	if err != nil {
		return nil, err
	}
	return NewFromModes(modes, l, k.Dim(), eta)
}

// NewFromModes returns the system of the limit l for modes found otherwise than by New:
// by spectra.Lanczos, or compressed. They must be in the basis of the limit, with one
// row of weights for each of its noise terms, and dim is the dimension d of the data.
func NewFromModes(modes spectra.Modes, l homogenized.Limit, dim int, eta signsgd.Schedule) (*System, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	s := &System{Modes: modes, Basis: l.Basis, Dim: dim, Drift: l.Drift, Rate: eta, Centred: l.Centred}
	for _, term := range l.Noise {
		s.Gains = append(s.Gains, term.Gain)
	}
	return s, s.Validate()
}

// Validate returns an error that names the first bad field, and nil if there is
// none.
func (s *System) Validate() error {
	n := len(s.Modes.Lambda)
	switch {
	case n == 0:
		return fmt.Errorf("odes: System.Modes has no modes")
	case s.Basis != spectra.Plain && s.Basis != spectra.Preconditioned:
		return fmt.Errorf("odes: System.Basis is %v: must be spectra.Plain or spectra.Preconditioned", s.Basis)
	case s.Dim < 1:
		return fmt.Errorf("odes: System.Dim is %d: must be at least 1", s.Dim)
	case s.Drift == nil:
		return fmt.Errorf("odes: System.Drift is nil")
	case s.Rate == nil:
		return fmt.Errorf("odes: System.Rate is nil")
	case s.Tolerance != 0 && !(s.Tolerance >= 1e-14 && s.Tolerance < 1):
		return fmt.Errorf("odes: System.Tolerance is %v: must lie in [1e-14, 1), or be 0 for the default", s.Tolerance)
	case !(s.Floor >= 0 && s.Floor <= maxRisk):
		return fmt.Errorf("odes: System.Floor is %v: must be nonnegative and finite", s.Floor)
	case len(s.Gains) != len(s.Modes.Weights):
		return fmt.Errorf("odes: System.Gains has length %d: must be that of Modes.Weights, %d", len(s.Gains), len(s.Modes.Weights))
	}
	if err := signsgd.ValidateSchedule(s.Rate); err != nil {
		return err
	}
	if err := nonNegative("Lambda", s.Modes.Lambda, n); err != nil {
		return err
	}
	if err := nonNegative("Risk", s.Modes.Risk, n); err != nil {
		return err
	}
	for i, c := range s.Modes.Weights {
		if s.Gains[i] == nil {
			return fmt.Errorf("odes: System.Gains[%d] is nil", i)
		}
		if err := nonNegative(fmt.Sprintf("Weights[%d]", i), c, n); err != nil {
			return err
		}
	}
	return nil
}

func nonNegative(field string, x []float64, n int) error {
	if len(x) != n {
		return fmt.Errorf("odes: System.Modes.%s has length %d: must be that of Lambda, %d", field, len(x), n)
	}
	for i, v := range x {
		if !(v >= 0 && v <= maxRisk) {
			return fmt.Errorf("odes: System.Modes.%s[%d] is %v: must be nonnegative and finite", field, i, v)
		}
	}
	return nil
}
