package homogenized

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// SDE is the limiting process of an optimizer on a problem, started at Θ_0 = θ_0.
type SDE struct {
	Problem signsgd.Problem
	Limit   Limit
	Rate    schedule.Schedule
	Scheme  Scheme // nil is EulerMaruyama{}, whose step is chosen from the problem

	// Variation records the predictable quadratic variation of the risk,
	//
	//	⟨R⟩_t = ∫_0^t (η²/d) (Kν)ᵀ(Σ_n g_n Q_n)(Kν) ds,
	//
	// as the last of Band.Observed. A Centred limit has Σ_n g_n Q_n − m mᵀ in place of
	// the sum. ⟨R⟩ is the variance that the noise has added to the risk so far, of order
	// 1/d. One path suffices to estimate it. While the drift has not yet damped old
	// fluctuations, √⟨R⟩ is the spread of an ensemble. The integral is approximated by
	// the values at the starts of the steps. For a dense K each step costs one
	// matrix–vector product for each term of the noise.
	Variation bool
}

// New returns the limiting process of the optimizer on the problem at the learning
// rate eta. It is the SDE of Of(p, o).
func New(p signsgd.Problem, o signsgd.Optimizer, eta schedule.Schedule) (SDE, error) {
	l, err := Of(p, o)
	if err != nil {
		return SDE{}, err
	}
	s := SDE{Problem: p, Limit: l, Rate: eta}
	if err := s.Validate(); err != nil {
		return SDE{}, err
	}
	return s, nil
}

// SignHSGD returns the limit of signSGD, equation (8).
func SignHSGD(p signsgd.Problem, eta schedule.Schedule) (SDE, error) {
	return New(p, signsgd.SignSGD{}, eta)
}

// HSGD returns the limit of SGD, equation (15). Its mean risk is that of SGD's runs up to
// O(1/d), but not its spread: the variance is up to 2.5 times that of the runs.
func HSGD(p signsgd.Problem, eta schedule.Schedule) (SDE, error) { return New(p, signsgd.SGD{}, eta) }

// Validate returns an error that names the first bad field, and nil if there is none.
func (s SDE) Validate() error {
	if err := s.Limit.ValidateFor(s.Problem); err != nil {
		return err
	}
	if s.Rate == nil {
		return fmt.Errorf("homogenized: SDE.Rate is nil")
	}
	return signsgd.CheckSchedule(s.Problem, s.Rate)
}

// Ensemble integrates Settings.Runs independent paths and returns what they
// recorded; see ensemble.Gather. It needs a covariance with structure
// (spectra.Structured). Where K is dense it computes the modes once, which costs an
// eigendecomposition. With one seed, the paths are independent of the simulations of
// signsgd.Ensemble. What stops a path is a *PathError. Paths of a coupled limit record
// R_aa of each further vector but θ*, and the scalars, after the observers of the settings
// and under their names.
func (s SDE) Ensemble(ctx context.Context, settings ensemble.Settings) (*ensemble.Band, error) {
	d, err := s.dynamics(ctx, settings)
	if err != nil {
		return nil, err
	}
	return ensemble.Gather(ctx, d.recorded(settings), ensemble.Subject{
		Stream:      "sde",
		Description: s.describe(d.scheme, settings),
		Start: func(rng *rand.Rand) (ensemble.Walk, error) {
			if s.Limit.Coupling != nil {
				return d.coupledWalk(rng), nil
			}
			return d.walk(rng), nil
		},
	})
}

// scheme returns Scheme, or what nil stands for.
func (s SDE) scheme() Scheme {
	if s.Scheme == nil {
		return EulerMaruyama{}
	}
	return s.Scheme
}
