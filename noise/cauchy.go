package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

var _ closedForm = Cauchy{}

// Cauchy is the Cauchy law with density γ/(π((ε−μ)²+γ²)).
type Cauchy struct {
	Mu    float64 // location μ
	Scale float64 // γ, half the width at half the height
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) Re w((μ+iγ)/(2√R)),
//
// where w(z) = exp(−z²) erfc(−iz) is the Faddeeva function. At μ = 0 this is
// (2/π) erfcx(γ/(2√R)).
func (c Cauchy) Phi(risk float64) (phi, slope float64) {
	if phi, slope, ok := atEnds(risk, 0, math.Inf(1)); ok {
		return phi, slope
	}
	unit := 2 * math.Sqrt(risk)
	if y := c.Scale / unit; c.Mu == 0 && y < 1e8 {
		i0, i1, _ := special.ExpMoments(y)
		return limitPhi * 2 / math.SqrtPi * i0, limitPhi * 2 / math.SqrtPi * y * i1 / risk
	}
	k, second := special.Voigt(c.Mu/unit, c.Scale/unit)
	return limitPhi * k, limitPhi * second / risk
}

// SecondMoment returns +Inf.
func (c Cauchy) SecondMoment() float64 { return math.Inf(1) }

// FourthMoment returns +Inf.
func (c Cauchy) FourthMoment() float64 { return math.Inf(1) }

// Mean returns NaN, since the law has no mean.
func (c Cauchy) Mean() float64 { return math.NaN() }

// Variance returns +Inf.
func (c Cauchy) Variance() float64 { return math.Inf(1) }

// DensityAtZero returns γ/(π(μ²+γ²)).
func (c Cauchy) DensityAtZero() float64 {
	r := math.Hypot(c.Mu, c.Scale)
	return c.Scale / r / r / math.Pi
}

// Rand draws one ε from rng.
func (c Cauchy) Rand(rng *rand.Rand) float64 {
	return c.Mu + c.Scale*math.Tan(math.Pi*(rng.Float64()-0.5))
}

// String returns the law with its parameters.
func (c Cauchy) String() string { return fmt.Sprintf("Cauchy(μ=%g, γ=%g)", c.Mu, c.Scale) }

// Validate returns an error unless Mu is finite and 0 < Scale < ∞.
func (c Cauchy) Validate() error {
	return errors.Join(finite("Cauchy", "Mu", c.Mu), positive("Cauchy", "Scale", c.Scale))
}
