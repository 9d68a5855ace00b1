package noise

import (
	"fmt"
	"math"
	"math/rand/v2"
)

var _ interface {
	Law
	Moments
	OriginDensity
	Validator
	SecondMomentChecker
	fmt.Stringer
} = Distuv{}

// Distuv is the law of a distribution of gonum's stat/distuv, or of any type that has its
// methods Prob and Quantile. It does not use the distribution's own source of randomness.
type Distuv struct {
	// Dist is the distribution. It is required.
	Dist interface {
		Prob(x float64) float64
		Quantile(p float64) float64
	}

	// V2 is the second moment, +Inf if it is infinite. 0 means Mean² + Variance of Dist.
	// If Dist lacks these methods, SecondMoment is NaN then.
	V2 float64
}

// density returns the law as a Density.
func (d Distuv) density() Density {
	return Density{F: d.Dist.Prob, Quantile: d.Dist.Quantile, V2: d.V2}
}

// Phi returns what PhiError returns, without the error.
func (d Distuv) Phi(risk float64) (phi, slope float64) { return d.density().Phi(risk) }

// PhiError returns φ(R), φ'(R) and an estimate of the absolute error of φ, all as
// Density.PhiError does.
func (d Distuv) PhiError(risk float64) (phi, slope, phiErr float64) {
	return d.density().PhiError(risk)
}

// SecondMoment returns V2 if it is set, and otherwise Mean² + Variance of Dist.
func (d Distuv) SecondMoment() float64 {
	if d.V2 != 0 {
		return d.V2
	}
	v := d.Variance()
	if math.IsInf(v, 1) {
		return v
	}
	m := d.Mean()
	return m*m + v
}

// Mean returns the Mean of Dist, or NaN if Dist has no such method.
func (d Distuv) Mean() float64 {
	if l, ok := d.Dist.(interface{ Mean() float64 }); ok {
		return l.Mean()
	}
	return math.NaN()
}

// Variance returns the Variance of Dist, or NaN if Dist has no such method.
func (d Distuv) Variance() float64 {
	if l, ok := d.Dist.(interface{ Variance() float64 }); ok {
		return l.Variance()
	}
	return math.NaN()
}

// FourthMoment returns Mean⁴ + 6 Mean² Variance + 4 Mean E(ε−Mean)³ + E(ε−Mean)⁴, the
// last two from the Skewness and the ExKurtosis of Dist. It is NaN if Dist lacks one of
// these methods.
func (d Distuv) FourthMoment() float64 {
	l, ok := d.Dist.(interface {
		Skewness() float64
		ExKurtosis() float64
	})
	if !ok {
		return math.NaN()
	}
	m, v := d.Mean(), d.Variance()
	if kurtosis := l.ExKurtosis(); math.IsInf(v, 1) || math.IsInf(kurtosis, 1) {
		return math.Inf(1)
	}
	return shiftedFourth(m, v, (3+l.ExKurtosis())*v*v) + 4*m*l.Skewness()*v*math.Sqrt(v)
}

// DensityAtZero returns Prob(0).
func (d Distuv) DensityAtZero() float64 { return d.Dist.Prob(0) }

// Rand returns Quantile of a uniform variable drawn from rng.
func (d Distuv) Rand(rng *rand.Rand) float64 { return d.Dist.Quantile(openUniform(rng)) }

// Describe returns a text made of the type of Dist, V2 and some quantiles, so that runs
// under the law can be resumed and merged; see ensemble.Describer.
func (d Distuv) Describe() string {
	if d.Dist == nil {
		return ""
	}
	var quantiles []float64
	for _, p := range []float64{0.001, 0.01, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 0.99, 0.999} {
		quantiles = append(quantiles, d.Dist.Quantile(p))
	}
	return fmt.Sprintf("noise.Distuv{Dist:%T V2:%v quantiles:%v}", d.Dist, d.V2, quantiles)
}

// String returns the type of the distribution.
func (d Distuv) String() string { return fmt.Sprintf("Distuv(%T)", d.Dist) }

// Validate returns an error if Dist is nil, or V2 is negative or NaN.
func (d Distuv) Validate() error {
	if d.Dist == nil {
		return &MissingError{Law: "Distuv", Field: "Dist", Need: "φ"}
	}
	return secondMomentField("Distuv", d.V2)
}

// CheckSecondMoment returns a *MissingError if V2 is not set and Dist does not tell it.
func (d Distuv) CheckSecondMoment() error {
	if !math.IsNaN(d.SecondMoment()) {
		return nil
	}
	return &MissingError{Law: "Distuv", Field: "V2 (nor has Dist a Mean and Variance)", Need: "second moment"}
}
