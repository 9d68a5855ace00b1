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
