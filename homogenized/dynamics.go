package homogenized

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// dynamics is what the paths of an SDE share, made once and never changed.
type dynamics struct {
	dim        int
	nu0        []float64 // ν at the start
	target     []float64 // θ*, nil for the origin
	covariance spectra.Covariance
	deviations []float64 // diag D
	limit      Limit
	frame      frame
	centre     *inverse // of the noise of a Centred limit, else nil
	rate       schedule.Schedule
	breaks     []float64 // of the schedule

	scheme Scheme
	plan   plan // of the scheme

	observers       []ensemble.Observer
	recordVariation bool
}

// dynamics checks the SDE and prepares its frame.
func (s SDE) dynamics(ctx context.Context, settings ensemble.Settings) (*dynamics, error) {
	if err := settings.Validate(); err != nil {
		return nil, err
	}
	d, err := s.prepare(settings.Horizon)
	if err != nil {
		return nil, err
	}
	d.observers = settings.Observers
	if s.Limit.Centred {
		if d.centre, err = newInverse(d.frame.noise()); err != nil {
			return nil, err
		}
	}
	if err := d.settle(ctx, settings.Horizon); err != nil {
		return nil, err
	}
	return d, d.scheme.check(d)
}

// prepare makes dynamics whose step is not settled.
func (s SDE) prepare(horizon float64) (*dynamics, error) {
	if !(horizon > 0) || math.IsInf(horizon, 1) {
		return nil, fmt.Errorf("homogenized: horizon is %v: must be positive and finite", horizon)
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if s.Limit.Coupling != nil {
		if err := s.checkCoupled(); err != nil {
			return nil, err
		}
	}
	k, ok := s.Problem.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("homogenized: Problem.Covariance of type %T cannot give the noise of a limit: it must be spectra.Structured; spectra.ToDense makes one of it", s.Problem.Covariance)
	}
	d := &dynamics{
		dim: k.Dim(), nu0: s.Problem.Displacement(nil, s.Problem.Init), target: s.Problem.Target,
		covariance: k, deviations: spectra.StandardDeviations(k), limit: s.Limit,
		rate: s.Rate, breaks: coupledBreaks(schedule.Breaks(s.Rate), s.Limit.Coupling), scheme: s.scheme(),
		recordVariation: s.Variation,
	}
	// Before the modes, whose work a bad scheme should not have to wait for.
	if err := d.makePlan(horizon); err != nil {
		return nil, err
	}
	return d, d.chooseFrame(k)
}

// makePlan asks the scheme for its steps.
func (d *dynamics) makePlan(horizon float64) error {
	p := d.scheme.plan()
	if !(p.size >= 0) || math.IsInf(p.size, 1) {
		return &StepError{Scheme: p.name, Step: p.size, Reason: "positive and finite, or 0 for the default"}
	}
	if p.size > 0 && horizon/p.size > maxSteps {
		return &StepError{Scheme: p.name, Step: p.size, Reason: fmt.Sprintf("at least Horizon/%g = %v", float64(maxSteps), horizon/maxSteps)}
	}
	d.plan = p
	return nil
}

// chooseFrame takes the modes where the scheme or a Centred limit needs them, and where
// products with K cost more than the modes do. It takes ν itself otherwise, which keeps
// the structure of K.
func (d *dynamics) chooseFrame(k spectra.Structured) error {
	if spectra.IsDense(k) || d.plan.modal || d.limit.Centred {
		modes, err := k.Modes(d.limit.Basis, d.nu0, d.limit.Shapes()...)
		if err != nil {
			return err
		}
		if modes.Kind == spectra.Unformed {
			return fmt.Errorf("homogenized: the eigenvectors of Problem.Covariance, a %T of dimension %d, are not formed: ExponentialEuler and Limit.Centred need them", k, d.dim)
		}
		d.frame, err = newModal(k, modes)
		return err
	}
	f := &ambient{covariance: k}
	if d.limit.Basis == spectra.Preconditioned {
		f.deviations = d.deviations
	}
	for n, term := range d.limit.Noise {
		q, err := spectra.NoiseCovariance(k, term.Shape)
		if err != nil {
			return fmt.Errorf("homogenized: Limit.Noise[%d]: %w", n, err)
		}
		f.noises = append(f.noises, q)
	}
	d.frame = f
	return nil
}

// recorded returns the settings with a place for ⟨R⟩ if it is recorded. Paths fill it in
// themselves.
func (d *dynamics) recorded(settings ensemble.Settings) ensemble.Settings {
	if d.recordVariation {
		settings.Observers = append(settings.Observers[:len(settings.Observers):len(settings.Observers)], byPath("⟨R⟩"))
	}
	return d.pathNames(settings)
}

// byPath names a quantity that is no function of θ alone.
func byPath(name string) ensemble.Observer {
	return ensemble.Observer{Name: name, Of: func([]float64) float64 { panic("homogenized: " + name + " is not a function of θ") }}
}
