package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

var _ closedForm = Uniform{}

// Uniform is the uniform law on [Min, Max].
type Uniform struct {
	Min, Max float64 // ends of the support, Min < Max
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) √(πR)/(b−a) [erf(b/(2√R)) − erf(a/(2√R))],  a = Min, b = Max,
//
// computed without the cancellation of that difference.
func (u Uniform) Phi(risk float64) (phi, slope float64) {
	atZero := 0.0
	if u.Min <= 0 && u.Max >= 0 {
		atZero = math.Inf(1)
	}
	if phi, slope, ok := atEnds(risk, 0, atZero); ok {
		return phi, slope
	}
	// φ is a mean of exp(−t²) over an interval of t = ε/(2√R), and Rφ' the
	// mean of t² exp(−t²).
	unit := 2 * math.Sqrt(risk)
	mean, second := special.GaussMoments(u.Min/unit, u.Max/unit)
	return limitPhi * mean, limitPhi * second / risk
}

// SecondMoment returns (Min² + Min·Max + Max²)/3.
func (u Uniform) SecondMoment() float64 { return u.Mean()*u.Mean() + u.Variance() }

// FourthMoment returns (Min⁴ + Min³·Max + Min²·Max² + Min·Max³ + Max⁴)/5.
func (u Uniform) FourthMoment() float64 {
	v := u.Variance()
	return shiftedFourth(u.Mean(), v, 1.8*v*v)
}

// Mean returns (Min + Max)/2.
func (u Uniform) Mean() float64 { return u.Min + (u.Max-u.Min)/2 }

// Variance returns (Max − Min)²/12.
func (u Uniform) Variance() float64 { return (u.Max - u.Min) * (u.Max - u.Min) / 12 }

// DensityAtZero returns 1/(Max − Min) if 0 lies inside [Min, Max], half of that if 0 is
// an end, and otherwise 0.
func (u Uniform) DensityAtZero() float64 {
	switch inside := 1 / (u.Max - u.Min); {
	case u.Min < 0 && u.Max > 0:
		return inside
	case u.Min == 0 || u.Max == 0:
		return inside / 2
	}
	return 0
}

// Rand draws one ε from rng.
func (u Uniform) Rand(rng *rand.Rand) float64 { return u.Min + (u.Max-u.Min)*rng.Float64() }

// String returns the law with its parameters.
func (u Uniform) String() string { return fmt.Sprintf("Uniform[%g, %g]", u.Min, u.Max) }

// Validate returns an error unless Min < Max and both are finite, and Max − Min too.
func (u Uniform) Validate() error {
	err := errors.Join(finite("Uniform", "Min", u.Min), finite("Uniform", "Max", u.Max))
	if err == nil && !(u.Min < u.Max) {
		err = fmt.Errorf("noise: Uniform.Max is %v: must be above Min = %v", u.Max, u.Min)
	}
	if err == nil && math.IsInf(u.Max-u.Min, 1) {
		err = fmt.Errorf("noise: Uniform.Max is %v: must be less than %v above Min = %v", u.Max, math.MaxFloat64, u.Min)
	}
	return err
}
