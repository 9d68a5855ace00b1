// Package march follows the risks of the modes of a limit of one vector through time.
package march

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Equation is that of the risks of the modes. With R = Σ_i r_i,
//
//	dr_i/dt = −2 η h(R) λ_i r_i + (η²/(2d)) Σ_n g_n(R) c_i^{(n)},
//
// less (η²/d) h² λ_i² r_i for a Centred limit. Its methods do not change it.
type Equation struct {
	Limit homogenized.Limit // h and the g_n; not a coupled one
	Modes spectra.Modes     // λ_i, r_i(0), d and the c_i^{(n)}
	Rate  schedule.Schedule // η

	Tolerance float64 // the relative error of R that is allowed in each step; positive
	Floor     float64 // an absolute error that is allowed, too
}

// Preconditioned reports whether the modes are those of K̄.
func (e *Equation) Preconditioned() bool { return e.Limit.Basis == spectra.Preconditioned }

// Start returns the position at t = 0.
func (e *Equation) Start() Position {
	return Position{R: e.Modes.InitialRisk(), Q: floats.Dot(e.Modes.Lambda, e.Modes.Risk), Preconditioned: e.Preconditioned()}
}

// At returns the position of a risk where the descent is not known.
func (e *Equation) At(risk float64) Position {
	return Position{R: risk, Preconditioned: e.Preconditioned()}
}

// Stops returns where pieces of the schedule end, up to the horizon, which is the last.
func Stops(rate schedule.Schedule, horizon float64) []float64 {
	var all []float64
	for _, t := range schedule.Breaks(rate) {
		if t > 0 && t < horizon {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return slices.Compact(append(all, horizon))
}

// Speed returns dR/dt and the sum of all |dr_i/dt| of modes under the coefficients, without
// the term of Centred limits.
func (e *Equation) Speed(c *Coefficients, modes []float64) (slope, speed float64) {
	for i, l := range e.Modes.Lambda {
		move := -2 * c.Decay * l * modes[i]
		for n, w := range e.Modes.Weights {
			move += c.Input[n] * w[i]
		}
		slope += move
		speed += math.Abs(move)
	}
	return slope, speed
}

// AtRest returns the risk of modes at rest under constant coefficients,
// Σ_i b c_i/(2aλ_i), and stores the modes in dst if that is not nil. It is NaN if
// a = b = 0.
func (e *Equation) AtRest(c *Coefficients, dst []float64) float64 {
	sum := 0.0
	for i, l := range e.Modes.Lambda {
		if dst != nil {
			dst[i] = 0
		}
		input := 0.0
		for n, w := range e.Modes.Weights {
			input += c.Input[n] * w[i]
		}
		if l == 0 { // a mode that does not decay keeps its risk, or grows
			if input > 0 {
				return math.Inf(1)
			}
			if dst != nil {
				dst[i] = e.Modes.Risk[i]
			}
			sum += e.Modes.Risk[i]
			continue
		}
		decay := 2 * c.Decay * l
		if e.Limit.Centred {
			decay *= 1 + c.Decay*l/(2*float64(e.Modes.Dim))
		}
		if dst != nil {
			dst[i] = input / decay
		}
		sum += input / decay
	}
	return sum
}
