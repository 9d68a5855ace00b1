package homogenized

import (
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

	// Err says why the functions are not known, such as noise.ErrInfiniteFourthMoment. They
	// must not be used then.
	Err error
}

// signFluctuation returns that of signSGD in batches of B, X = ζ_B/(2R) − h_B².
func signFluctuation(p signsgd.Problem, drift Coefficient) *Fluctuation {
	batch := noise.MiniBatch{Law: p.Law(), Batch: p.BatchSize()}
	return &Fluctuation{Drift: func(risk float64) float64 {
		h, _ := drift(risk)
		return batch.Zeta(risk)/(2*risk) - h*h
	}}
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
