package noise

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise/internal/quadrature"
)

// Characteristic is the law with characteristic function Chi.
type Characteristic struct {
	Chi func(u float64) complex128 // E exp(iuε), read for u > 0; required

	// V2 is the second moment E ε², +Inf if it is infinite. 0 means that it is
	// not known: SecondMoment is NaN then.
	V2 float64

	// Draw draws one ε. Without it Rand is NaN.
	Draw func(rng *rand.Rand) float64
}

// Phi returns φ(R) and φ'(R) as PhiError does, without the error.
func (c Characteristic) Phi(risk float64) (phi, slope float64) {
	phi, slope, _ = c.PhiError(risk)
	return phi, slope
}

// PhiError returns
//
//	φ(R) = (2/π) ∫ Re χ(u) √(R/π) exp(−Ru²) du
//
// and φ'(R), both by adaptive quadrature, and an estimate of the absolute error of
// φ, below 1e-10 for a smooth χ that does not oscillate more than some thousand
// times where R u² < 42. The error is absolute by nature: where φ is small because
// χ oscillates, as for noise far from 0 beside √R, Density does better; φ' is
// exact to about 1e-16/R at best. φ(0) is NaN: χ does not tell it.
func (c Characteristic) PhiError(risk float64) (phi, slope, phiErr float64) {
	if phi, slope, ok := atEnds(risk, math.NaN(), math.NaN()); ok {
		return phi, slope, 0
	}
	root := math.Sqrt(risk)
	const floor = 1e-16 // the rounding of χ
	points := []float64{0}
	const top = 6.5 // exp(−v²) = 4e-19
	for v := top * 0x1p-60; v <= top; v *= 4 {
		points = append(points, v)
	}
	mean, _, meanErr, _ := quadrature.Adaptive(func(v float64) (a, b float64) {
		return real(c.Chi(v/root)) * math.Exp(-v*v), 0
	}, points, floor)

	// Rφ' has the factor ½ − v², of which the Gaussian mean is 0: where χ is nearly
	// 1, take that away.
	base := 0.0
	if mean > math.SqrtPi/4 {
		base = 1
	}
	second, _, _, _ := quadrature.Adaptive(func(v float64) (a, b float64) {
		return (real(c.Chi(v/root)) - base) * (0.5 - v*v) * math.Exp(-v*v), 0
	}, points, floor)
	const scale = limitPhi * 2 / math.SqrtPi
	return scale * mean, scale * second / risk, scale * meanErr
}

// SecondMoment returns V2, NaN if it is not set.
func (c Characteristic) SecondMoment() float64 { return known(c.V2) }

// Rand returns Draw(rng), NaN without Draw.
func (c Characteristic) Rand(rng *rand.Rand) float64 {
	if c.Draw == nil {
		return math.NaN()
	}
	return c.Draw(rng)
}

// Validate returns an error unless Chi is set and V2 is not negative or NaN. What
// V2 and Draw disable by their absence is told by FiniteSecondMoment and
// CheckRand.
func (c Characteristic) Validate() error {
	if c.Chi == nil {
		return &MissingError{Law: "Characteristic", Field: "Chi", Need: "φ"}
	}
	return validV2("Characteristic", c.V2)
}

func (c Characteristic) missingMoment() error {
	return &MissingError{Law: "Characteristic", Field: "V2", Need: "second moment"}
}

func (c Characteristic) missingRand() error {
	if c.Draw == nil {
		return &MissingError{Law: "Characteristic", Field: "Draw", Need: "sampling"}
	}
	return nil
}

// String says what is set.
func (c Characteristic) String() string {
	return fmt.Sprintf("Characteristic(v²=%g)", c.SecondMoment())
}
