package homogenized

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// SDE is the limiting process of an optimizer on a problem, started at Θ_0 = θ_0.
type SDE struct {
	Problem signsgd.Problem
	Limit   Limit
	Rate    signsgd.Schedule
	Scheme  Scheme // nil is EulerMaruyama{Step: 0.01}
}

// Scheme is a way to integrate an SDE.
type Scheme interface {
	// start returns a path at its start. The dynamics are shared by all paths.
	start(d *dynamics, rng *rand.Rand) signsgd.Walk
	validate() error
}

// SignHSGD returns the limit of signSGD, equation (8).
func SignHSGD(p signsgd.Problem, eta signsgd.Schedule) SDE {
	return SDE{Problem: p, Limit: SignSGD(p), Rate: eta}
}

// HSGD returns the limit of SGD, equation (15).
func HSGD(p signsgd.Problem, eta signsgd.Schedule) SDE {
	return SDE{Problem: p, Limit: SGD(p), Rate: eta}
}

// Ensemble integrates Settings.Runs independent paths and returns what they
// recorded; see signsgd.Gather. It needs a covariance with Structure. With one
// seed, the paths are independent of the simulations of signsgd.Ensemble.
func (s SDE) Ensemble(ctx context.Context, settings signsgd.Settings) (*signsgd.Band, error) {
	d, err := s.dynamics()
	if err != nil {
		return nil, err
	}
	d.observers = settings.Observers
	scheme := s.Scheme
	if scheme == nil {
		scheme = EulerMaruyama{Step: 0.01}
	}
	if err := scheme.validate(); err != nil {
		return nil, err
	}
	return signsgd.Gather(ctx, settings, "sde", func(rng *rand.Rand) (signsgd.Walk, error) {
		return scheme.start(d, rng), nil
	})
}

// dynamics is what the paths of an SDE share, made once and never changed.
type dynamics struct {
	dim        int
	nu0        []float64 // ν at the start
	target     []float64 // θ*, nil for the origin
	covariance spectra.Covariance
	deviations []float64 // diag D
	basis      spectra.Basis
	drift      Coefficient
	gains      []Coefficient
	noise      []spectra.Covariance // Q_n
	rate       signsgd.Schedule
	observers  []signsgd.Observer
}

// dynamics checks the SDE and prepares its noise covariances.
func (s SDE) dynamics() (*dynamics, error) {
	if err := s.Problem.Validate(); err != nil {
		return nil, err
	}
	if err := s.Limit.Validate(); err != nil {
		return nil, err
	}
	if s.Limit.Centred {
		return nil, errors.New("homogenized: Limit.Centred: EulerMaruyama cannot draw this noise")
	}
	if s.Rate == nil {
		return nil, errors.New("homogenized: SDE.Rate is nil")
	}
	k, ok := s.Problem.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("homogenized: Problem.Covariance of type %T cannot give the noise of a limit: it must be spectra.Structured", s.Problem.Covariance)
	}
	d := &dynamics{
		dim: k.Dim(), nu0: s.Problem.Displacement(nil, s.Problem.Init), target: s.Problem.Target,
		covariance: k, basis: s.Limit.Basis, drift: s.Limit.Drift, rate: s.Rate,
	}
	d.deviations = spectra.StandardDeviations(k)
	for n, term := range s.Limit.Noise {
		q, err := noiseCovariance(k, s.Limit.Basis, d.deviations, term.Odd)
		if err != nil {
			return nil, fmt.Errorf("homogenized: Limit.Noise[%d]: %w", n, err)
		}
		d.gains = append(d.gains, term.Gain)
		d.noise = append(d.noise, q)
	}
	return d, nil
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
