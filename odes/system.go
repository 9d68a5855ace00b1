package odes

import (
	"fmt"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// System is the deterministic equivalent of a Limit on a problem. With R = Σ_i r_i,
//
//	dr_i/dt = −2 η h(R) λ_i r_i + (η²/(2d)) Σ_n g_n(R) c_i^{(n)},
//
// started at the r_i(0) of its modes. A Centred limit subtracts (η²/d) h² λ_i² r_i from
// every equation: Appendix G.
//
// Its methods never change a System, and it is safe for concurrent use as long as its
// schedule is. Tolerance and Floor may be set before it is used. Limit, Modes and Rate
// are to be read only: WithRate, WithLimit, WithInitialRisk and WithStart return changed
// systems.
type System struct {
	Limit homogenized.Limit // h and the g_n
	Modes spectra.Modes     // λ_i, r_i(0), d, and one row of weights c^{(n)} for each g_n
	Rate  schedule.Schedule // η

	// Tolerance is the relative error of R that Solve aims at in each step; 0
	// means DefaultTolerance.
	Tolerance float64

	// Floor is an absolute error of R that Solve tolerates in each step, too.
	Floor float64

	dimensionless bool // of Isotropic: Modes.Dim is no dimension

	problem    *signsgd.Problem   // whose schedule Rate is; nil where it is not known
	covariance spectra.Structured // of the data; nil if the system was made of modes
	nu         []float64          // ν₀; nil where only its risks are known
	optimizer  signsgd.Optimizer  // whose limit was taken; nil where it is not known
	target     []float64          // θ*; nil is 0
	solved     *coupled.Equation  // of a coupled limit while Solve is at it; else nil
	compressed *compression       // shared by systems of the same modes; nil compresses each time
}

// New returns the system of the optimizer on the problem at the learning rate eta: that
// of the limit homogenized.Of(p, o). It needs a covariance with structure
// (spectra.Structured), whose modes it computes. For a dense K that costs an
// eigendecomposition.
func New(p signsgd.Problem, o signsgd.Optimizer, eta schedule.Schedule) (*System, error) {
	l, err := homogenized.Of(p, o)
	if err != nil {
		return nil, err
	}
	s, err := NewFromLimit(p, l, eta)
	if err != nil {
		return nil, err
	}
	s.optimizer = o
	return s, nil
}

// NewFromLimit is New for a limit that was taken or written before. A limit that was
// taken of a problem with another noise or batch is an error.
func NewFromLimit(p signsgd.Problem, l homogenized.Limit, eta schedule.Schedule) (*System, error) {
	if err := l.ValidateFor(p); err != nil {
		return nil, err
	}
	k, ok := p.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("odes: Problem.Covariance of type %T has no modes: it must be spectra.Structured; spectra.ToDense makes one of it, and NewFromModes takes modes found otherwise, such as by spectra.Lanczos", p.Covariance)
	}
	nu := p.Displacement(nil, p.Init)
	modes, err := k.Modes(l.Basis, nu, l.Shapes()...)
	if err != nil {
		return nil, err
	}
	if risk := modes.InitialRisk(); !(risk <= march.MaxRisk) {
		return nil, fmt.Errorf("odes: the risk of Problem.Init is %v: must be at most %v", risk, march.MaxRisk)
	}
	return newSystem(p, k, nu, modes, l, eta)
}

// newSystem returns the system of the limit l on the problem with the covariance k,
// started at ν = nu, whose modes are given.
func newSystem(p signsgd.Problem, k spectra.Structured, nu []float64, modes spectra.Modes, l homogenized.Limit, eta schedule.Schedule) (*System, error) {
	s := &System{Limit: l, Modes: modes, Rate: eta, problem: &p, covariance: k, nu: nu, target: p.Target, compressed: new(compression)}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return s, nil
}

// NewFromModes returns the system of the limit l for modes found otherwise than by New:
// those of another system, those of spectra.Lanczos, or compressed ones. It is an error
// unless they are in the basis of the limit, with one row of weights for each of its
// noise terms, of the same shape.
func NewFromModes(modes spectra.Modes, l homogenized.Limit, eta schedule.Schedule) (*System, error) {
	s := &System{Limit: l, Modes: modes, Rate: eta, compressed: new(compression)}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return s, nil
}

// Isotropic returns the system of the limit l on isotropic data, K = I, whose risk
// starts at risk. It is a single equation in which the dimension does not appear: (25)
// for signSGD, R' = −2ηRφ/√(2R) + η²/2, and (27) for SGD, R' = −2ηR + η²𝓟.
func Isotropic(l homogenized.Limit, risk float64, eta schedule.Schedule) (*System, error) {
	if l.Centred {
		return nil, fmt.Errorf("odes: Isotropic: Limit.Centred keeps the dimension in the equation: use NewFromLimit")
	}
	if !(risk >= 0 && risk <= march.MaxRisk) {
		return nil, fmt.Errorf("odes: Isotropic: risk is %v: must be nonnegative and at most %v", risk, march.MaxRisk)
	}
	m := spectra.Modes{Basis: l.Basis, Dim: 1, Lambda: []float64{1}, Risk: []float64{risk}, Noise: l.Shapes()}
	for _, shape := range m.Noise {
		one := 1.0
		if shape.Odd != nil {
			one = shape.Odd(1)
		}
		m.Weights = append(m.Weights, []float64{one})
	}
	s, err := NewFromModes(m, l, eta)
	if err != nil {
		return nil, err
	}
	s.dimensionless = true
	return s, nil
}

// BatchSize returns the number of samples of a step of the problem that the system was made
// of. It is 0 where that is not known: after NewFromModes, Isotropic and WithLimit.
func (s *System) BatchSize() int {
	if s.problem == nil {
		return 0
	}
	return s.problem.BatchSize()
}

// Validate returns an error that names the first bad field, and nil if there is
// none.
func (s *System) Validate() error {
	if err := s.Limit.Validate(); err != nil {
		return err
	}
	switch {
	case s.Rate == nil:
		return fmt.Errorf("odes: System.Rate is nil")
	case s.Tolerance != 0 && !(s.Tolerance >= 1e-14 && s.Tolerance < 1):
		return fmt.Errorf("odes: System.Tolerance is %v: must lie in [1e-14, 1), or be 0 for the default", s.Tolerance)
	case !(s.Floor >= 0 && s.Floor <= march.MaxRisk):
		return fmt.Errorf("odes: System.Floor is %v: must be nonnegative and at most %v", s.Floor, march.MaxRisk)
	}
	check := schedule.Validate
	if s.problem != nil {
		check = func(eta schedule.Schedule) error { return signsgd.CheckSchedule(*s.problem, eta) }
	}
	if err := check(s.Rate); err != nil {
		return err
	}
	return s.validateModes()
}

// validateModes returns an error unless the modes are those of the limit.
func (s *System) validateModes() error {
	m := s.Modes
	if err := m.Validate(); err != nil {
		return fmt.Errorf("odes: System.Modes: %w", err)
	}
	switch {
	case len(m.Lambda) == 0:
		return fmt.Errorf("odes: System.Modes has no modes")
	case m.Basis != s.Limit.Basis:
		return fmt.Errorf("odes: System.Modes are in the %v basis: must be in that of the limit, %v", m.Basis, s.Limit.Basis)
	case len(m.Weights) != len(s.Limit.Noise):
		return fmt.Errorf("odes: System.Modes has %d rows of weights: must have one for each of the %d terms of Limit.Noise", len(m.Weights), len(s.Limit.Noise))
	}
	for n, term := range s.Limit.Noise {
		if !m.Noise[n].Same(term.Shape) {
			return fmt.Errorf("odes: System.Modes.Weights[%d] are of another shape of noise than Limit.Noise[%d]: ask for the modes with Limit.Shapes", n, n)
		}
	}
	if err := notTooLarge("Lambda", m.Lambda); err != nil {
		return err
	}
	if err := notTooLarge("Risk", m.Risk); err != nil {
		return err
	}
	for n, w := range m.Weights {
		if err := notTooLarge(fmt.Sprintf("Weights[%d]", n), w); err != nil {
			return err
		}
	}
	return nil
}

// notTooLarge returns an error if a number exceeds march.MaxRisk.
func notTooLarge(field string, x []float64) error {
	for i, v := range x {
		if v > march.MaxRisk {
			return fmt.Errorf("odes: System.Modes.%s[%d] is %v: must be at most %v", field, i, v, march.MaxRisk)
		}
	}
	return nil
}
