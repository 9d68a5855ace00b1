package noise

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise/internal/quadrature"
)

var _ interface {
	Law
	Validator
	RandChecker
	SecondMomentChecker
	fmt.Stringer
} = Characteristic{}

// Characteristic is the law with the characteristic function Chi. It serves for a law
// whose density has no formula.
type Characteristic struct {
	// Name names the law in descriptions. Without it runs under the law cannot be
	// resumed or merged, since functions cannot be compared: laws with the same Name and
	// V2 count as the same.
	Name string

	// Chi returns E exp(iuε). It is called for u > 0 only. It is required.
	Chi func(u float64) complex128

	// V2 is the second moment E ε², +Inf if it is infinite. 0 means that it is not known,
	// and SecondMoment is NaN then.
	V2 float64

	// Draw draws one ε. Without it Rand is NaN.
	Draw func(rng *rand.Rand) float64
}

// Phi returns what PhiError returns, without the error.
func (c Characteristic) Phi(risk float64) (phi, slope float64) {
	phi, slope, _ = c.PhiError(risk)
	return phi, slope
}

// PhiError returns
//
//	φ(R) = (2/π) ∫ Re χ(u) √(R/π) exp(−Ru²) du
//
// and φ'(R), both by adaptive quadrature, and an estimate of the absolute error of φ. The
// error is below 1e-10 for a smooth χ that oscillates no more than some thousand times
// where R u² < 42. It is an absolute error. Where φ is small because χ oscillates, as it
// does if the noise is many √R away from 0, Density is more accurate. The error of φ' is
// about 1e-16/R or more. φ(0) is NaN, since a quadrature over χ cannot find it.
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

	// Rφ' has the factor ½ − v², whose Gaussian mean is 0. Where χ is nearly 1, subtract
	// that 1.
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

// SecondMoment returns V2, or NaN if it is not set.
func (c Characteristic) SecondMoment() float64 { return nanIfZero(c.V2) }

// Rand returns Draw(rng), or NaN without Draw.
func (c Characteristic) Rand(rng *rand.Rand) float64 {
	if c.Draw == nil {
		return math.NaN()
	}
	return c.Draw(rng)
}

// Validate returns an error unless Chi is set and V2 is neither negative nor NaN.
// FiniteSecondMoment and CheckRand report what needs a V2 or a Draw that is not set.
func (c Characteristic) Validate() error {
	if c.Chi == nil {
		return &MissingError{Law: "Characteristic", Field: "Chi", Need: "φ"}
	}
	return secondMomentField("Characteristic", c.V2)
}

// CheckSecondMoment returns a *MissingError if V2 is not set.
func (c Characteristic) CheckSecondMoment() error {
	if c.V2 != 0 {
		return nil
	}
	return &MissingError{Law: "Characteristic", Field: "V2", Need: "second moment"}
}

// CheckRand returns a *MissingError if Draw is not set.
func (c Characteristic) CheckRand() error {
	if c.Draw == nil {
		return &MissingError{Law: "Characteristic", Field: "Draw", Need: "sampling"}
	}
	return nil
}

// Describe returns a text made of the Name and V2, and "" if there is no Name.
func (c Characteristic) Describe() string { return describeNamed("Characteristic", c.Name, c.V2) }

// String returns the second moment of the law.
func (c Characteristic) String() string {
	return fmt.Sprintf("Characteristic(v²=%g)", c.SecondMoment())
}
