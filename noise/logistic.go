package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

var _ closedForm = Logistic{}

// Logistic is the logistic law with density sech²((ε−μ)/(2s))/(4s).
type Logistic struct {
	Mu float64 // location μ
	S  float64 // scale s
}

// Phi returns φ(R) and φ'(R). There is no closed form. The trapezoidal rule converges
// geometrically and takes 25 to 300 terms. The relative error is about 1e-15, plus
// μ²/(4R) times the rounding error 1e-16.
func (l Logistic) Phi(risk float64) (phi, slope float64) {
	if phi, slope, ok := atEnds(risk, 0, math.Inf(1)); ok {
		return phi, slope
	}
	root := math.Sqrt(risk) / l.S
	switch {
	case root > 1e10:
		return nearAtom(l.Mu, math.Pi/math.Sqrt(3)*l.S, risk)
	case root < 1e-9: // the density is that at 0 throughout
		e := math.Exp(-math.Abs(l.Mu) / l.S)
		phi = limitPhi * 2 * math.SqrtPi * root * e / ((1 + e) * (1 + e))
		return phi, phi / 2 / risk
	}
	mean, second := special.Logistic(math.Abs(l.Mu)/l.S, root)
	return limitPhi * mean, limitPhi * second / risk
}

// SecondMoment returns Mu² + π² S²/3.
func (l Logistic) SecondMoment() float64 { return l.Mu*l.Mu + l.Variance() }

// FourthMoment returns Mu⁴ + 2π² Mu² S² + 7π⁴ S⁴/15.
func (l Logistic) FourthMoment() float64 {
	v := l.Variance()
	return shiftedFourth(l.Mu, v, 4.2*v*v)
}

// Mean returns Mu.
func (l Logistic) Mean() float64 { return l.Mu }

// Variance returns π² S²/3.
func (l Logistic) Variance() float64 { return math.Pi * math.Pi / 3 * l.S * l.S }

// DensityAtZero returns sech²(Mu/(2S))/(4S).
func (l Logistic) DensityAtZero() float64 {
	e := math.Exp(-math.Abs(l.Mu) / l.S)
	return e / ((1 + e) * (1 + e)) / l.S
}

// Rand draws one ε from rng.
func (l Logistic) Rand(rng *rand.Rand) float64 {
	p := openUniform(rng)
	return l.Mu + l.S*(math.Log(p)-math.Log1p(-p))
}

// String returns the law with its parameters.
func (l Logistic) String() string { return fmt.Sprintf("Logistic(μ=%g, s=%g)", l.Mu, l.S) }

// Validate returns an error unless Mu is finite and 0 < S < ∞.
func (l Logistic) Validate() error {
	return errors.Join(finite("Logistic", "Mu", l.Mu), positive("Logistic", "S", l.S))
}
