package measure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Measure is the positive measure Σ_i Mass_i δ_{Lambda_i} on the axis of the
// eigenvalues. The zero value is the measure without mass.
type Measure struct {
	Lambda []float64 // nonnegative
	Mass   []float64 // nonnegative, of the same length
}

// Total returns the mass of the whole measure.
func (m Measure) Total() float64 { return floats.Sum(m.Mass) }

// Laplace returns ∫ e^{−2λτ} dμ = Σ_i Mass_i e^{−2 Lambda_i τ}. It is what remains of
// the modes after the time τ, where dτ = η h(R) dt.
func (m Measure) Laplace(tau float64) float64 {
	sum := 0.0
	for i, l := range m.Lambda {
		sum += m.Mass[i] * math.Exp(-2*l*tau)
	}
	return sum
}

// Validate returns an error that names the first bad entry, and nil if there is none.
func (m Measure) Validate() error {
	if len(m.Lambda) != len(m.Mass) {
		return fmt.Errorf("measure: Mass has length %d: must be that of Lambda, %d", len(m.Mass), len(m.Lambda))
	}
	for i, l := range m.Lambda {
		if !(l >= 0) || math.IsInf(l, 1) {
			return fmt.Errorf("measure: Lambda[%d] is %v: must be nonnegative and finite", i, l)
		}
	}
	for i, w := range m.Mass {
		if !(w >= 0) || math.IsInf(w, 1) {
			return fmt.Errorf("measure: Mass[%d] is %v: must be nonnegative and finite", i, w)
		}
	}
	if total := m.Total(); math.IsInf(total, 1) {
		return fmt.Errorf("measure: the total of Mass is %v: must be finite", total)
	}
	return nil
}

// atoms returns the atoms of positive mass with ascending distinct eigenvalues. It
// may share the slices of m.
func (m Measure) atoms() Measure {
	clean := true
	for i, l := range m.Lambda {
		if m.Mass[i] == 0 || i > 0 && l <= m.Lambda[i-1] {
			clean = false
			break
		}
	}
	if clean {
		return m
	}
	sorted := Measure{slices.Clone(m.Lambda), slices.Clone(m.Mass)}
	stat.SortWeighted(sorted.Lambda, sorted.Mass)
	n := 0
	for i, l := range sorted.Lambda {
		switch w := sorted.Mass[i]; {
		case w == 0:
		case n > 0 && sorted.Lambda[n-1] == l:
			sorted.Mass[n-1] += w
		default:
			sorted.Lambda[n], sorted.Mass[n] = l, w
			n++
		}
	}
	return Measure{sorted.Lambda[:n], sorted.Mass[:n]}
}
