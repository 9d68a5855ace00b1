package odes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/fluctuation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// spread is what the variance of the risk is made of.
type spread struct {
	sys         *System                  // started at the mean risks of the start
	eq          *march.Equation          // that of sys
	fluctuation *homogenized.Fluctuation // nil for the SDE
	law         fluctuation.Law

	trace float64               // Σ λ_i
	side  [2]march.Coefficients // scratch
}

// newSpread checks what the variance needs and prepares it.
func (s *System) newSpread(settings VarianceSettings) (*spread, error) {
	if err := s.checkVariance(settings); err != nil {
		return nil, err
	}
	m := &spread{sys: s, trace: s.trace()}
	for i := range m.side {
		m.side[i] = march.NewCoefficients(len(s.Limit.Noise))
	}
	if !settings.SDE {
		m.fluctuation = s.Limit.Fluctuation
	}
	independent := s.independent() || settings.Diagonal
	if !independent || settings.Spread != nil {
		if err := m.transform(settings.Spread, independent); err != nil {
			return nil, err
		}
	}
	m.eq = m.sys.equation()
	small, err := m.sys.compact()
	if err != nil {
		return nil, err
	}
	m.law.Modes, m.law.Small, m.law.Tolerance = m.sys.Modes, small.Modes, s.resolution()
	bent := m.bent()
	m.law.Fourth, m.law.Level = bent && m.coordinates(), bent && !m.coordinates()
	return m, nil
}

// transform stores what takes a change of basis to the modes: the start, which may be random,
// and the noise unless that is independent between the modes.
func (m *spread) transform(start spectra.Covariance, independent bool) error {
	s := m.sys
	switch d := s.Modes.Dim; {
	case s.covariance == nil:
		return fmt.Errorf("odes: Variance: the system was made of modes, without the covariance, so the correlations of the noise between modes are not known: use New or NewFromLimit, or set VarianceSettings.Diagonal")
	case s.nu == nil:
		return fmt.Errorf("odes: Variance: WithStart gives the risks of the modes, not a start θ_0: use WithInitialRisk, or New with another Problem.Init")
	case start != nil && start.Dim() != d:
		return fmt.Errorf("odes: Variance: VarianceSettings.Spread has the dimension %d: must be %d", start.Dim(), d)
	case d > maxQuadratic && !(independent && s.Modes.Kind == spectra.Coordinates && uncorrelated(start)):
		return fmt.Errorf("odes: Variance: the dimension is %d: must be at most %d where d×d matrices are needed; VarianceSettings.Diagonal needs none for a fixed start", d, maxQuadratic)
	}
	k, modes, err := s.formedModes()
	if err != nil {
		return err
	}
	t, err := spectra.NewTransform(k, modes)
	if err != nil {
		return err
	}
	m.law.Mean = t.Apply(nil, s.nu)
	if start != nil {
		if m.sys, err = m.spreadStart(t, modes, start); err != nil {
			return err
		}
	} else {
		m.sys = s.withModes(modes)
	}
	if independent {
		return nil
	}
	for _, shape := range modes.Noise {
		q, err := spectra.NoiseCovariance(k, shape)
		if err != nil {
			return err
		}
		form, err := inModes(t, k, modes.Basis, q)
		if err != nil {
			return err
		}
		m.law.Forms = append(m.law.Forms, form)
	}
	return nil
}

// withModes returns the system in other modes of the same risk.
func (s *System) withModes(modes spectra.Modes) *System {
	if s.Modes.Kind != spectra.Unformed {
		return s
	}
	other := *s
	other.Modes, other.compressed = modes, new(compression)
	return &other
}

// uncorrelated reports whether a covariance is diagonal by its type.
func uncorrelated(k spectra.Covariance) bool {
	switch k.(type) {
	case *spectra.Diagonal, *spectra.Isotropic:
		return true
	}
	return false
}

// spreadStart stores the law of y at the start and returns the system that starts at its
// mean risks ½ λ_i E y_i².
func (m *spread) spreadStart(t *spectra.Transform, modes spectra.Modes, spread spectra.Covariance) (*System, error) {
	variances := make([]float64, len(modes.Lambda))
	if m.sys.Modes.Kind == spectra.Coordinates && uncorrelated(spread) {
		spread.Variances(variances)
		t.Apply(variances, append([]float64{}, variances...)) // half·Σ·half
		m.law.Alone = t.Apply(nil, variances)
		copy(variances, m.law.Alone)
	} else {
		var err error
		if m.law.Start, err = t.Covariance(spread); err != nil {
			return nil, err
		}
		for i := range variances {
			variances[i] = max(m.law.Start.At(i, i), 0)
		}
	}
	risks := make([]float64, len(variances))
	for i, l := range modes.Lambda {
		risks[i] = l * (m.law.Mean[i]*m.law.Mean[i] + variances[i]) / 2
	}
	return m.sys.withModes(modes).WithStart(risks)
}

// inModes returns T Q Tᵀ. A dense Q takes the product of matrices of Transform.Form, as
// T⁻ᵀ(D Q D)T⁻¹.
func inModes(t *spectra.Transform, k spectra.Covariance, basis spectra.Basis, q spectra.Covariance) (*mat.SymDense, error) {
	dense, ok := q.(*spectra.Dense)
	if !ok {
		return t.Covariance(q)
	}
	d := k.Dim()
	scale := make([]float64, d)
	for i := range scale {
		scale[i] = 1
	}
	if basis == spectra.Preconditioned {
		scale = spectra.StandardDeviations(k)
	}
	form := mat.NewSymDense(d, nil)
	for i, a := range scale {
		for j := i; j < d; j++ {
			form.SetSym(i, j, a*dense.At(i, j)*scale[j])
		}
	}
	return t.Form(form), nil
}

// coefficients stores those of the equation of Γ at time t and the position.
func (m *spread) coefficients(into *fluctuation.Coefficients, t float64, at *march.Position) error {
	c := march.Coefficients{Input: into.Input, Ratio: into.Ratio, InputSlope: into.InputSlope, RatioSlope: m.side[0].RatioSlope}
	if err := m.eq.Evaluate(&c, t, at); err != nil {
		return err
	}
	terms, err := m.extra(at.R)
	if err != nil {
		return err
	}
	h, hSlope := m.sys.Limit.Drift(at.R)
	into.Decay, into.Extra, into.Bend, into.Along, into.Curl, into.Level = c.Decay, [3]float64{}, 0, 0, 0, 0
	clear(into.InputBend)
	if !(c.Decay > 0) { // a'/a has a limit where η = 0
		into.Slope = hSlope / h
		return nil
	}
	eta, err := schedule.At(m.sys.Rate, t, at)
	if err != nil {
		return err
	}
	d := float64(m.sys.Modes.Dim)
	into.Slope = c.DecaySlope / c.Decay
	square := eta * eta / c.Decay
	into.Extra = [3]float64{4 * square * terms[0] / d, -2 * square * eta * terms[1] / (d * d), square * eta * eta * terms[2] / (4 * d * d * d)}
	if m.fluctuation != nil {
		into.Along = square * (terms[0] + h*h) / d
		if m.bent() {
			if err := m.curl(into, at); err != nil {
				return err
			}
		}
	}
	return m.bends(into, t, at)
}

// curl stores what there is of rules that act on each coordinate by itself, at the position:
// what the cubic part of the mean step takes from the drift, and the second moment L without
// the squares of the coordinates, which are those of the limit. In coordinates the square
// of the correlation is r_i/R. In delocalized modes all coordinates have nearly the same
// one, Σ λ_i r_i/(R tr D), and the cube of a normal number is, along the number, three times
// its variance.
func (m *spread) curl(into *fluctuation.Coefficients, at *march.Position) error {
	v := m.fluctuation.Bend(at.R)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("odes: Limit.Fluctuation.Bend gives %v at risk %v: must be finite", v, at.R)
	}
	if m.coordinates() {
		into.Curl, into.Along = v/at.R, 0
		return nil
	}
	into.Curl = 3 * v * at.Q / (at.R * m.trace)
	into.Level = into.Along * at.Q / float64(m.sys.Modes.Dim)
	return nil
}

// bent reports whether the mean step is known not to be linear in ν.
func (m *spread) bent() bool { return m.fluctuation != nil && m.fluctuation.Bend != nil }

// coordinates reports whether the modes are the coordinates of x.
func (m *spread) coordinates() bool { return m.sys.Modes.Kind == spectra.Coordinates }

// bends stores the second derivatives in R of the coefficients, which are the slopes of
// their slopes, to about 1e-6. At R = 0, where they may be infinite, they are left at 0:
// what they multiply, r Var R and Var R, is of the order R² there.
func (m *spread) bends(into *fluctuation.Coefficients, t float64, at *march.Position) error {
	const bump = 1e-4
	risk := at.R
	if risk <= march.MinRisk {
		return nil
	}
	defer func() { at.R = risk }()
	for i, r := range []float64{risk * (1 - bump), risk * (1 + bump)} {
		at.R = r
		if err := m.eq.Evaluate(&m.side[i], t, at); err != nil {
			return err
		}
	}
	over := 1 / (2 * bump * risk * into.Decay)
	into.Bend = (m.side[1].DecaySlope - m.side[0].DecaySlope) * over
	for n := range into.InputBend {
		into.InputBend[n] = (m.side[1].InputSlope[n] - m.side[0].InputSlope[n]) * over
	}
	return nil
}

// trace returns Σ λ_i over all modes. Modes that are nodes of measures have it in their
// first weights, Σ c_i/λ_i = tr D times the value of the shape on the diagonal.
func (s *System) trace() float64 {
	if len(s.Modes.Lambda) == s.Modes.Dim || len(s.Modes.Weights) == 0 || s.Modes.Noise[0].Odd == nil {
		return floats.Sum(s.Modes.Lambda)
	}
	sum := 0.0
	for i, l := range s.Modes.Lambda {
		if l > 0 {
			sum += s.Modes.Weights[0][i] / l
		}
	}
	return sum / s.Modes.Noise[0].Odd(1)
}

// extra returns the terms X, Y and W of the fluctuation at the risk.
func (m *spread) extra(risk float64) (terms [3]float64, err error) {
	f := m.fluctuation
	if f == nil {
		return terms, nil
	}
	for i, of := range []func(float64) float64{f.Drift, f.Cross, f.Noise} {
		if of == nil {
			continue
		}
		if terms[i] = of(risk); math.IsNaN(terms[i]) || math.IsInf(terms[i], 0) {
			return terms, fmt.Errorf("odes: Limit.Fluctuation gives %v at risk %v: must be finite", terms[i], risk)
		}
	}
	return terms, nil
}
