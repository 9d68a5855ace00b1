package homogenized

import (
	"context"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/signsgd"
)

// SDE is the limiting process of an optimizer on a problem, started at Θ_0 = θ_0.
type SDE struct {
	Problem signsgd.Problem
	Limit   Limit
	Rate    signsgd.Schedule
	Scheme  Scheme // nil is EulerMaruyama{Step: 0.01}

	// Variation records the predictable quadratic variation of the risk,
	//
	//	⟨R⟩_t = ∫_0^t (η²/d) (Kν)ᵀ(Σ_n g_n Q_n)(Kν) ds,
	//
	// with m mᵀ taken out of the sum where the limit is Centred, as the last of Band.Observed. It is the variance that the noise alone has given
	// the risk by then, of order 1/d, estimated from a single path: while the decay has
	// not forgotten it, the spread of an ensemble is √⟨R⟩. The integral is the sum over
	// the steps' starts. A dense K makes it cost a matrix–vector product for each term
	// of the noise at every step.
	Variation bool
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
// recorded; see signsgd.Gather. It needs a covariance with structure
// (spectra.Structured), and computes modes once where K is dense: the work of an
// eigendecomposition. With one seed, the paths are independent of the simulations of
// signsgd.Ensemble. What stops a path is a *PathError.
func (s SDE) Ensemble(ctx context.Context, settings signsgd.Settings) (*signsgd.Band, error) {
	d, err := s.dynamics(settings)
	if err != nil {
		return nil, err
	}
	return signsgd.Gather(ctx, d.recorded(settings), "sde", func(rng *rand.Rand) (signsgd.Walk, error) {
		return d.walk(rng), nil
	})
}
