package homogenized

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// dynamics is what the paths of an SDE share, made once and never changed.
type dynamics struct {
	dim        int
	nu0        []float64 // ν at the start
	target     []float64 // θ*, nil for the origin
	covariance spectra.Covariance
	deviations []float64 // diag D
	basis      spectra.Basis
	frame      frame
	drift      Coefficient
	gains      []Coefficient
	centre     *inverse // of the noise of a Centred limit, else nil
	rate       signsgd.Schedule
	breaks     []float64 // of the schedule

	scheme Scheme
	plan   plan // of the scheme

	observers       []signsgd.Observer
	recordVariation bool
}

// dynamics checks the SDE and prepares its frame.
func (s SDE) dynamics(settings signsgd.Settings) (*dynamics, error) {
	if err := settings.Validate(); err != nil {
		return nil, err
	}
	if err := s.Problem.Validate(); err != nil {
		return nil, err
	}
	if err := s.Limit.Validate(); err != nil {
		return nil, err
	}
	if s.Rate == nil {
		return nil, errors.New("homogenized: SDE.Rate is nil")
	}
	if err := signsgd.ValidateSchedule(s.Rate); err != nil {
		return nil, err
	}
	k, ok := s.Problem.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("homogenized: Problem.Covariance of type %T cannot give the noise of a limit: it must be spectra.Structured", s.Problem.Covariance)
	}
	d := &dynamics{
		dim: k.Dim(), nu0: s.Problem.Displacement(nil, s.Problem.Init), target: s.Problem.Target,
		covariance: k, deviations: spectra.StandardDeviations(k), basis: s.Limit.Basis,
		drift: s.Limit.Drift, rate: s.Rate,
		scheme: s.Scheme, observers: settings.Observers, recordVariation: s.Variation,
	}
	for _, term := range s.Limit.Noise {
		d.gains = append(d.gains, term.Gain)
	}
	if p, ok := s.Rate.(signsgd.Piecewise); ok {
		d.breaks = p.Breaks()
	}
	if d.scheme == nil {
		d.scheme = EulerMaruyama{Step: 0.01}
	}
	// Before the modes, whose work a bad scheme should not have to wait for.
	if err := d.makePlan(settings.Horizon); err != nil {
		return nil, err
	}
	if err := d.resolve(k, s.Limit); err != nil {
		return nil, err
	}
	if s.Limit.Centred {
		var err error
		if d.centre, err = newInverse(d.frame.noise()); err != nil {
			return nil, err
		}
	}
	return d, d.scheme.suits(d)
}

// makePlan asks the scheme for its steps.
func (d *dynamics) makePlan(horizon float64) error {
	p := d.scheme.plan()
	if !(p.size > 0) || math.IsInf(p.size, 1) {
		return &StepError{p.name, p.size, "positive and finite"}
	}
	if horizon/p.size > maxSteps {
		return &StepError{p.name, p.size, fmt.Sprintf("at least Horizon/%g = %v", float64(maxSteps), horizon/maxSteps)}
	}
	d.plan = p
	return nil
}

// resolve chooses the frame: the modes where the scheme or a Centred limit needs them,
// and where K is a matrix of d² numbers, so that products with it cost more than the
// modes; otherwise ν itself, which keeps the structure of K.
func (d *dynamics) resolve(k spectra.Structured, l Limit) error {
	noise := func(n int) (spectra.Covariance, error) {
		q, err := noiseCovariance(k, l.Basis, d.deviations, l.Noise[n].Odd)
		if err != nil {
			return nil, fmt.Errorf("homogenized: Limit.Noise[%d]: %w", n, err)
		}
		return q, nil
	}
	if _, matrix := k.(mat.Matrix); matrix || d.plan.modal || l.Centred {
		modes, err := k.Modes(l.Basis, d.nu0, l.Odds()...)
		if err != nil {
			return err
		}
		if modes.Unformed {
			return fmt.Errorf("homogenized: the eigenvectors of Problem.Covariance, a %T of dimension %d, are not formed: Exponential and Limit.Centred need them", k, d.dim)
		}
		d.frame, err = newModal(modes, l.Basis, d.deviations, l.Odds(), noise)
		return err
	}
	f := &ambient{covariance: k}
	if l.Basis == spectra.Preconditioned {
		f.deviations = d.deviations
	}
	for n := range l.Noise {
		q, err := noise(n)
		if err != nil {
			return err
		}
		f.noises = append(f.noises, q)
	}
	d.frame = f
	return nil
}

// noiseCovariance returns f(C) in the Preconditioned basis and D f(C) D in the
// Plain one.
func noiseCovariance(k spectra.Structured, basis spectra.Basis, deviations []float64, f spectra.Odd) (spectra.Covariance, error) {
	if basis == spectra.Plain && f == nil {
		return k, nil
	}
	q, err := k.Entrywise(f)
	if err != nil || basis == spectra.Preconditioned {
		return q, err
	}
	structured, ok := q.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("%T is not spectra.Structured", q)
	}
	return structured.Congruent(deviations)
}

// recorded returns the settings with a place for ⟨R⟩, which paths fill in themselves,
// if it is recorded.
func (d *dynamics) recorded(settings signsgd.Settings) signsgd.Settings {
	if d.recordVariation {
		settings.Observers = append(settings.Observers[:len(settings.Observers):len(settings.Observers)], byPath("⟨R⟩"))
	}
	return settings
}

// byPath names a quantity that is no function of θ alone.
func byPath(name string) signsgd.Observer {
	return signsgd.Observer{Name: name, Of: func([]float64) float64 { panic("homogenized: " + name + " is not a function of θ") }}
}
