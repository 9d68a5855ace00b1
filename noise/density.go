package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/riskcurves/riskcurves/noise/internal/quadrature"
)

var _ interface {
	Law
	OriginDensity
	Validator
	RandChecker
	SecondMomentChecker
	fmt.Stringer
} = Density{}

// Density is the law with the density F. It serves for a law that this package lacks.
type Density struct {
	// Name names the law in descriptions. Without it runs under the law cannot be
	// resumed or merged, since functions cannot be compared: laws with the same Name and
	// V2 count as the same.
	Name string

	// F is the density, a function on the whole line with the integral 1. It is required.
	// Validate does not compute the integral; Check does.
	F func(x float64) float64

	// Breaks are the points near which F changes: the ends of its support, its jumps, and
	// its peaks that are narrow compared with their distance from 0. They may be in any
	// order.
	Breaks []float64

	// V2 is the second moment E ε², +Inf if it is infinite. 0 means that it is not known,
	// and SecondMoment is NaN then.
	V2 float64

	// Quantile is the inverse of the distribution function. Without it Rand is NaN. With
	// it φ needs no Breaks.
	Quantile func(p float64) float64
}

// Phi returns what PhiError returns, without the error.
func (d Density) Phi(risk float64) (phi, slope float64) {
	phi, slope, _ = d.PhiError(risk)
	return phi, slope
}

// PhiError returns
//
//	φ(R) = (2/π) ∫ F(x) exp(−x²/(4R)) dx
//
// and φ'(R), both by adaptive quadrature, and an estimate of the absolute error of φ. The
// error is below 1e-10 φ for a smooth F. It is larger where F is rougher than Breaks and
// Quantile say. The cost is some hundreds of values of F or more, and Tabulate makes it
// cheap.
//
// At R = 0 the slope is NaN if F(0) = 0.
func (d Density) PhiError(risk float64) (phi, slope, phiErr float64) {
	atZero := math.NaN()
	if risk == 0 && d.F(0) > 0 {
		atZero = math.Inf(1)
	}
	if phi, slope, ok := atEnds(risk, 0, atZero); ok {
		return phi, slope, 0
	}
	unit := 2 * math.Sqrt(risk)
	mean, second, meanErr, _ := quadrature.Adaptive(func(x float64) (a, b float64) {
		t := x / unit
		a = d.F(x) * math.Exp(-t*t)
		return a, t * t * a
	}, d.panels(unit), 0)
	return limitPhi * mean, limitPhi * second / risk, limitPhi * meanErr
}

// panels returns the points where the integrand may change: those at the scale of the
// Gaussian, the Breaks, the quantiles, and geometric sequences between and beyond them.
func (d Density) panels(unit float64) []float64 {
	reach := 27.3 * unit // exp(−t²) underflows
	lo, hi := -reach, reach
	points := []float64{0}
	both := func(centre, x float64) { points = append(points, centre-x, centre+x) }
	for _, t := range []float64{0.5, 1, 2, 3.5, 6, 10} {
		both(0, t*unit)
	}
	points = append(points, d.Breaks...)
	if d.Quantile != nil {
		lo, hi = max(lo, d.Quantile(0)), min(hi, d.Quantile(1))
		for _, p := range []float64{1e-9, 1e-6, 1e-4, 1e-2, 0.1, 0.25, 0.75, 0.9, 0.99, 1 - 1e-4, 1 - 1e-6, 1 - 1e-9} {
			points = append(points, d.Quantile(p))
		}
		centre := d.Quantile(0.5)
		points = append(points, centre)
		scale := d.Quantile(0.75) - d.Quantile(0.25)
		for x := 4 * scale; x > 0 && x < reach+math.Abs(centre); x *= 4 {
			both(centre, x)
		}
	} else {
		for x := unit / 4; x > 1e-12*unit; x /= 4 {
			both(0, x)
		}
		for _, b := range d.Breaks {
			for x := reach; x > 1e-9*math.Abs(b); x /= 8 {
				both(b, x)
			}
		}
	}
	if !(lo < hi) { // the whole support is out of the Gaussian's reach
		return nil
	}
	points = append(points, lo, hi)
	points = slices.DeleteFunc(points, func(x float64) bool { return !(lo <= x && x <= hi) })
	slices.Sort(points)
	return slices.Compact(points)
}

// SecondMoment returns V2, or NaN if it is not set.
func (d Density) SecondMoment() float64 { return nanIfZero(d.V2) }

// DensityAtZero returns F(0). If F jumps at 0, its value there should be the mean of both
// sides.
func (d Density) DensityAtZero() float64 { return d.F(0) }

// Rand returns Quantile of a uniform variable drawn from rng, or NaN without Quantile.
func (d Density) Rand(rng *rand.Rand) float64 {
	if d.Quantile == nil {
		return math.NaN()
	}
	return d.Quantile(openUniform(rng))
}

// Validate returns an error unless F is set, the Breaks are finite and V2 is neither
// negative nor NaN. FiniteSecondMoment and CheckRand report what needs a V2 or a Quantile
// that is not set.
func (d Density) Validate() error {
	if d.F == nil {
		return &MissingError{Law: "Density", Field: "F", Need: "φ"}
	}
	return errors.Join(allFinite("Density", "Breaks", d.Breaks), secondMomentField("Density", d.V2))
}

// CheckSecondMoment returns a *MissingError if V2 is not set.
func (d Density) CheckSecondMoment() error {
	if d.V2 != 0 {
		return nil
	}
	return &MissingError{Law: "Density", Field: "V2", Need: "second moment"}
}

// CheckRand returns a *MissingError if Quantile is not set.
func (d Density) CheckRand() error {
	if d.Quantile == nil {
		return &MissingError{Law: "Density", Field: "Quantile", Need: "sampling"}
	}
	return nil
}

// Describe returns a text made of the Name and V2, and "" if there is no Name.
func (d Density) Describe() string { return describeNamed("Density", d.Name, d.V2) }

// describeNamed describes a law that holds functions.
func describeNamed(law, name string, v2 float64) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("noise.%s{Name:%q V2:%v}", law, name, v2)
}

// String returns the second moment of the law.
func (d Density) String() string { return fmt.Sprintf("Density(v²=%g)", d.SecondMoment()) }
