package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// SignSGD returns the limit of signSGD on the problem at its batch size B, equation
// (8): A = K̄, h = c_B φ_B(R)/√(2R), and noise (2/π) K_σ. A φ_B of B > 1, which costs
// tens of microseconds, is tabulated as it is asked for, to 1e-13.
func SignSGD(p signsgd.Problem) Limit {
	if err := p.Validate(); err != nil {
		return Limit{err: err}
	}
	factor := noise.BatchFactor(p.BatchSize())
	var compression noise.Compression = p.Law()
	if p.BatchSize() > 1 {
		table, err := noise.TabulateLazily(noise.MiniBatch{Law: p.Law(), Batch: p.BatchSize()}, 1e-13)
		if err != nil {
			return Limit{err: fmt.Errorf("homogenized: SignSGD: %w", err)}
		}
		compression = table
	}
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

// WeakSignSGD returns the weak approximation of signSGD in batches of one: the limit
// of SignSGD with the noise covariance (2/π) K_σ − m mᵀ, m = h(R) K̄ ν, that a single
// step has in finite dimension (Appendix G). The risks of the two agree as d → ∞, up to
// O(1/d) in the mean; their fluctuations of order d^{−1/2} do not: along ∇R the part
// m mᵀ is as large as the other, and for K = I it lowers d⟨R⟩ by the factor 1 − φ(R)².
// Those of signSGD are the weak approximation's.
func WeakSignSGD(p signsgd.Problem) Limit {
	if p.BatchSize() > 1 {
		return Limit{err: fmt.Errorf("homogenized: WeakSignSGD: Problem.Batch is %d: must be 1", p.Batch)}
	}
	l := SignSGD(p)
	l.Centred = true
	return l
}

// SGD returns the limit of SGD on the problem at its batch size B, equations (15)
// and (259): A = K, h = 1, and noise (2𝓟(R)/B) K with 2𝓟 = 2R + v².
//
// It exists only where v² = E ε² is finite, as do those of PreconditionedSGD and
// AdamHeuristic; its use is otherwise an error that wraps noise.ErrInfiniteVariance.
func SGD(p signsgd.Problem) Limit {
	return finite("SGD", p, SGDWith)
}

// SGDWith is SGD given v² = E ε² and the batch size.
func SGDWith(secondMoment float64, batch int) Limit {
	if err := checkMoment("SGD", secondMoment, batch); err != nil {
		return Limit{err: err}
	}
	return Limit{
		Basis: spectra.Plain,
		Drift: constant(1),
		Noise: []Term{{Gain: square(secondMoment, batch)}},
	}
}

// PreconditionedSGD returns the limit of SGD with the gradient divided by D,
// equation (29), on the problem at its batch size B: A = K̄, h = 1, and noise
// (2𝓟(R)/B) C.
func PreconditionedSGD(p signsgd.Problem) Limit {
	return finite("preconditioned SGD", p, func(v2 float64, batch int) Limit {
		return Limit{
			Basis: spectra.Preconditioned,
			Drift: constant(1),
			Noise: []Term{{Gain: square(v2, batch)}},
		}
	})
}

// AdamHeuristic returns the limit of the rule (264), SGD with the gradient divided
// by D √(2𝓟/B), on the problem at its batch size B, equation (265): A = K̄,
// h = √(B/(2𝓟(R))), and noise C. It is the limit of Adam as β2 → 1 after d → ∞.
func AdamHeuristic(p signsgd.Problem) Limit {
	return finite("the Adam heuristic", p, func(v2 float64, batch int) Limit {
		b := float64(batch)
		return Limit{
			Basis: spectra.Preconditioned,
			Drift: func(risk float64) (h, slope float64) {
				moment := 2*risk + v2
				h = math.Sqrt(b / moment)
				return h, -h / moment
			},
			Noise: []Term{{Gain: constant(1)}},
		}
	})
}

// finite returns the limit of an optimizer that needs the second moment of the
// noise.
func finite(name string, p signsgd.Problem, limit func(secondMoment float64, batch int) Limit) Limit {
	if err := p.Validate(); err != nil {
		return Limit{err: err}
	}
	v2, err := noise.FiniteSecondMoment(p.Law())
	if err != nil {
		return Limit{err: fmt.Errorf("homogenized: %s has no limit: %w", name, err)}
	}
	return limit(v2, p.BatchSize())
}

func checkMoment(name string, secondMoment float64, batch int) error {
	switch {
	case math.IsInf(secondMoment, 1):
		return fmt.Errorf("homogenized: %s has no limit: %w", name, noise.ErrInfiniteVariance)
	case !(secondMoment >= 0):
		return fmt.Errorf("homogenized: secondMoment is %v: must be nonnegative", secondMoment)
	case batch < 1:
		return fmt.Errorf("homogenized: batch is %d: must be at least 1", batch)
	}
	return nil
}

// square returns 2𝓟(R)/B, the mean square of the residual over a batch.
func square(secondMoment float64, batch int) Coefficient {
	b := float64(batch)
	return func(risk float64) (g, slope float64) { return (2*risk + secondMoment) / b, 2 / b }
}

func constant(c float64) Coefficient {
	return func(float64) (value, slope float64) { return c, 0 }
}
