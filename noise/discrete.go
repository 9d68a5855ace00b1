package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/floats"
)

var _ closedForm = Discrete{}

// Discrete is the law that takes the value Atoms[i] with probability Weights[i]. It
// retains both slices and does not copy them.
type Discrete struct {
	Atoms, Weights []float64
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) Σ Weights[i] exp(−Atoms[i]²/(4R)).
//
// It costs one exponential for each atom.
func (d Discrete) Phi(risk float64) (phi, slope float64) {
	return weightedSums(d.Weights, func(i int) (a, b float64) { return atomPhi(d.Atoms[i], risk) })
}

// SecondMoment returns Σ Weights[i] Atoms[i]².
func (d Discrete) SecondMoment() float64 {
	return weightedSum(d.Weights, func(i int) float64 { return d.Atoms[i] * d.Atoms[i] })
}

// FourthMoment returns Σ Weights[i] Atoms[i]⁴.
func (d Discrete) FourthMoment() float64 {
	return weightedSum(d.Weights, func(i int) float64 { return fourthPower(d.Atoms[i]) })
}

// Mean returns Σ Weights[i] Atoms[i].
func (d Discrete) Mean() float64 { return floats.Dot(d.Weights, d.Atoms) }

// Variance returns Σ Weights[i] (Atoms[i] − Mean)².
func (d Discrete) Variance() float64 {
	mean := d.Mean()
	return weightedSum(d.Weights, func(i int) float64 { x := d.Atoms[i] - mean; return x * x })
}

// DensityAtZero returns +Inf if 0 is an atom of positive weight, and otherwise 0.
func (d Discrete) DensityAtZero() float64 {
	for i, x := range d.Atoms {
		if x == 0 && d.Weights[i] > 0 {
			return math.Inf(1)
		}
	}
	return 0
}

// Rand draws one ε from rng. Its time is proportional to the number of atoms.
func (d Discrete) Rand(rng *rand.Rand) float64 { return d.Atoms[pick(d.Weights, rng)] }

// String returns the first eight atoms with their weights.
func (d Discrete) String() string {
	var parts []string
	for i, w := range d.Weights {
		if i == 8 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%g δ(%g)", w, d.Atoms[i]))
	}
	return "Discrete(" + strings.Join(parts, " + ") + ")"
}

// Validate returns an error unless there are as many weights as atoms, at least one, the
// weights are nonnegative and sum to one within 1e-12, and every atom is finite.
func (d Discrete) Validate() error {
	return errors.Join(probabilities("Discrete", d.Weights, len(d.Atoms)), allFinite("Discrete", "Atoms", d.Atoms))
}

var _ closedForm = Rademacher{}

// Rademacher is the law of ±Scale, each with probability ½.
type Rademacher struct {
	Scale float64 // a ≥ 0, the size of every ε
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) exp(−a²/(4R)),  a = Scale.
func (r Rademacher) Phi(risk float64) (phi, slope float64) { return atomPhi(r.Scale, risk) }

// SecondMoment returns Scale².
func (r Rademacher) SecondMoment() float64 { return r.Scale * r.Scale }

// FourthMoment returns Scale⁴.
func (r Rademacher) FourthMoment() float64 {
	v := r.Scale * r.Scale
	return v * v
}

// Mean returns 0.
func (r Rademacher) Mean() float64 { return 0 }

// Variance returns Scale².
func (r Rademacher) Variance() float64 { return r.Scale * r.Scale }

// DensityAtZero returns 0, or +Inf if Scale is 0.
func (r Rademacher) DensityAtZero() float64 { return atomDensity(r.Scale) }

// Rand draws one ε from rng.
func (r Rademacher) Rand(rng *rand.Rand) float64 {
	if rng.Uint64()>>63 == 0 {
		return r.Scale
	}
	return -r.Scale
}

// String returns the law with its parameter.
func (r Rademacher) String() string { return fmt.Sprintf("Rademacher(±%g)", r.Scale) }

// Validate returns an error unless 0 ≤ Scale < ∞.
func (r Rademacher) Validate() error { return nonNegative("Rademacher", "Scale", r.Scale) }

var (
	_ Law           = None{}
	_ Moments       = None{}
	_ FourthMoment  = None{}
	_ OriginDensity = None{}
)

// None is the absence of noise, ε = 0. Its φ(R) is 2/π for every R.
type None struct{}

// Phi returns φ(R) = 2/π and φ'(R) = 0.
func (None) Phi(risk float64) (phi, slope float64) {
	return atomPhi(0, risk)
}

// SecondMoment returns 0.
func (None) SecondMoment() float64 { return 0 }

// FourthMoment returns 0.
func (None) FourthMoment() float64 { return 0 }

// Mean returns 0.
func (None) Mean() float64 { return 0 }

// Variance returns 0.
func (None) Variance() float64 { return 0 }

// DensityAtZero returns +Inf.
func (None) DensityAtZero() float64 { return math.Inf(1) }

// String returns "None".
func (None) String() string { return "None" }

// Rand returns 0. It does not use rng, which may be nil.
func (None) Rand(*rand.Rand) float64 { return 0 }
