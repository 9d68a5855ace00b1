package spectra

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/floats"
)

// Measure is a positive measure Σ_i Mass_i δ_{Lambda_i} on the axis of the
// eigenvalues. The risk of an optimizer depends on its problem through such
// measures alone: with Σ r_i(0) δ_{λ_i} and one Σ c_i^{(n)} δ_{λ_i} for each noise
// term, R solves a scalar Volterra equation whose kernels are their Laplace
// transforms.
type Measure struct {
	Lambda []float64 // nonnegative
	Mass   []float64 // nonnegative, of the same length
}

// RiskMeasure returns Σ r_i(0) δ_{λ_i}. It shares the slices of m.
func (m Modes) RiskMeasure() Measure { return Measure{m.Lambda, m.Risk} }

// WeightMeasure returns Σ c_i^{(n)} δ_{λ_i}. It shares the slices of m.
func (m Modes) WeightMeasure(n int) Measure { return Measure{m.Lambda, m.Weights[n]} }

// Total returns the mass of the whole measure.
func (m Measure) Total() float64 { return floats.Sum(m.Mass) }

// Laplace returns ∫ e^{−2λτ} dμ = Σ_i Mass_i e^{−2 Lambda_i τ}, what remains of the
// modes after the time τ in which dτ = η h(R) dt.
func (m Measure) Laplace(tau float64) float64 {
	sum := 0.0
	for i, l := range m.Lambda {
		sum += m.Mass[i] * math.Exp(-2*l*tau)
	}
	return sum
}

// check returns an error that names the first bad entry.
func (m Measure) check() error {
	if len(m.Lambda) != len(m.Mass) {
		return fmt.Errorf("spectra: Measure.Mass has length %d: must be that of Lambda, %d", len(m.Mass), len(m.Lambda))
	}
	for i, l := range m.Lambda {
		if !(l >= 0) || math.IsInf(l, 1) {
			return fmt.Errorf("spectra: Measure.Lambda[%d] is %v: must be nonnegative and finite", i, l)
		}
	}
	for i, w := range m.Mass {
		if !(w >= 0) || math.IsInf(w, 1) {
			return fmt.Errorf("spectra: Measure.Mass[%d] is %v: must be nonnegative and finite", i, w)
		}
	}
	if total := m.Total(); math.IsInf(total, 1) {
		return fmt.Errorf("spectra: the total of Measure.Mass is %v: must be finite", total)
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
	if !slices.IsSorted(sorted.Lambda) {
		sort.Sort(byLambda(sorted))
	}
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

// byLambda sorts the atoms of a measure.
type byLambda Measure

func (m byLambda) Len() int           { return len(m.Lambda) }
func (m byLambda) Less(i, j int) bool { return m.Lambda[i] < m.Lambda[j] }
func (m byLambda) Swap(i, j int) {
	m.Lambda[i], m.Lambda[j] = m.Lambda[j], m.Lambda[i]
	m.Mass[i], m.Mass[j] = m.Mass[j], m.Mass[i]
}
