package noise

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Distuv is the law of a distribution of gonum's stat/distuv, or of anything else
// with its Prob and Quantile. The distribution's own source of randomness is not
// used.
type Distuv struct {
	Dist interface {
		Prob(x float64) float64
		Quantile(p float64) float64
	}

	// V2 is the second moment, +Inf if it is infinite. 0 means to take it from
	// Dist's Mean and Variance; if it lacks them, SecondMoment is NaN.
	V2 float64
}

func (d Distuv) density() Density {
	return Density{F: d.Dist.Prob, Quantile: d.Dist.Quantile, V2: d.V2}
}

// Phi returns φ(R) and φ'(R) as PhiError does, without the error.
func (d Distuv) Phi(risk float64) (phi, slope float64) { return d.density().Phi(risk) }

// PhiError returns φ(R), φ'(R) and an estimate of the absolute error of φ: see
// Density.PhiError.
func (d Distuv) PhiError(risk float64) (phi, slope, phiErr float64) {
	return d.density().PhiError(risk)
}

// SecondMoment returns V2 if it is set, else Mean² + Variance of Dist.
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

// Mean returns the Mean of Dist, NaN if it lacks one.
func (d Distuv) Mean() float64 {
	if l, ok := d.Dist.(interface{ Mean() float64 }); ok {
		return l.Mean()
	}
	return math.NaN()
}

// Variance returns the Variance of Dist, NaN if it lacks one.
func (d Distuv) Variance() float64 {
	if l, ok := d.Dist.(interface{ Variance() float64 }); ok {
		return l.Variance()
	}
	return math.NaN()
}

// DensityAtZero returns Prob(0).
func (d Distuv) DensityAtZero() float64 { return d.Dist.Prob(0) }

// Rand returns Quantile of a uniform variable drawn from rng.
func (d Distuv) Rand(rng *rand.Rand) float64 { return d.Dist.Quantile(openUniform(rng)) }

// String names the distribution.
func (d Distuv) String() string { return fmt.Sprintf("Distuv(%T)", d.Dist) }

// Validate returns an error if Dist is nil or V2 negative or NaN.
func (d Distuv) Validate() error {
	if d.Dist == nil {
		return &MissingError{Law: "Distuv", Field: "Dist", Need: "φ"}
	}
	return validV2("Distuv", d.V2)
}

func (d Distuv) missingMoment() error {
	return &MissingError{Law: "Distuv", Field: "V2 (nor has Dist a Mean and Variance)", Need: "second moment"}
}
