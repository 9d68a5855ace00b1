package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Fluctuation says by how much the risk of an optimizer's runs fluctuates otherwise than
// that of the SDE of its limit. With u_i = λ_i r_i and c_i = λ_i², the risks r_i of the
// modes gain in unit time the covariance of the SDE and
//
//	(4η²/d) X(R) uuᵀ − (2η³/d²) Y(R) (ucᵀ + cuᵀ) + (η⁴/(4d³)) W(R) ccᵀ.
//
// X is what the step's second moments hold along the drift beside the noise of the limit,
// less the square of the mean. Y and W belong to rules whose steps grow with the residual:
// W is the variance of the step's squared length, as a multiple of the trace of its
// covariance, and Y its covariance with the step along the drift. A nil function is 0.
type Fluctuation struct {
	Drift func(risk float64) float64 // X
	Cross func(risk float64) float64 // Y
	Noise func(risk float64) float64 // W

	// Bend is by how much the mean step is not linear in ν: the coordinate of x that has the
	// correlation ρ with ⟨x, ν⟩ makes the step h (1 + Bend ρ²) in place of h. It moves the
	// mean of the risk, and not its variance, to leading order.
	Bend func(risk float64) float64

	// Momentum is the β, fixed as d → ∞, of SGD with momentum, m ← βm + g. Its memory does not
	// act on the variance, but the runs lag behind the curve by β/(1−β) steps. It is NaN for a
	// memory of another form, which moves the mean and the mean-square stability in ways that
	// are not known.
	Momentum float64

	// Err says why the functions are not known, such as noise.ErrInfiniteFourthMoment. They
	// must not be used then.
	Err error
}

var errNesterov = errors.New("the variance of the risk of its runs is not known")

// signFluctuation returns that of signSGD in batches of B, X = ζ_B/(2R) − h_B². With
// T = Σ r_jℓ_j/√(2R Σ r_j²) over the batch, a coordinate's mean sign is
// √(2/π) (ρ E T + ρ³ (E T/2 − E T³/6)) + O(ρ⁵). E T³ follows from the first two moments
// E T = h √(πR) and E T² = 1 + (π/2) ζ_B if T has no third cumulant, which costs Bend some
// hundredths for B ≥ 2. For B = 1 Bend is exact: −R h'/(3h).
func signFluctuation(p signsgd.Problem, drift Coefficient) *Fluctuation {
	batch := noise.MiniBatch{Law: p.Law(), Batch: p.BatchSize()}
	f := &Fluctuation{Drift: func(risk float64) float64 {
		h, _ := drift(risk)
		return batch.Zeta(risk)/(2*risk) - h*h
	}}
	f.Bend = func(risk float64) float64 {
		h, slope := drift(risk)
		if batch.Batch == 1 {
			return -risk * slope / (3 * h)
		}
		return math.Pi * (risk*h*h/3 - batch.Zeta(risk)/4)
	}
	return f
}

// gradientFluctuation returns that of SGD in batches of B, X = 1/B, Y = 2𝓟/B² and
// W = Var r²/B³, where Var r² = 8R² + 8Rv² + E ε⁴ − v⁴. A step that is scaled by s(R) has
// s², s³ and s⁴ times as much.
func gradientFluctuation(p signsgd.Problem, secondMoment float64, scale func(risk float64) float64) *Fluctuation {
	fourth, err := noise.FiniteFourthMoment(p.Law())
	if err != nil {
		return &Fluctuation{Err: fmt.Errorf("the variance of the risk of its runs needs E ε⁴: %w", err)}
	}
	b, v2 := float64(p.BatchSize()), secondMoment
	return &Fluctuation{
		Drift: func(risk float64) float64 { return math.Pow(scale(risk), 2) / b },
		Cross: func(risk float64) float64 { return math.Pow(scale(risk), 3) * (2*risk + v2) / (b * b) },
		Noise: func(risk float64) float64 {
			spread := 8*risk*(risk+v2) + fourth - v2*v2
			return math.Pow(scale(risk), 4) * spread / (b * b * b)
		},
	}
}

// unscaled is the scale of SGD's steps.
func unscaled(float64) float64 { return 1 }
