package coupled

import (
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
)

// mixture solves the equations of single modes of a coupled limit over one step, given
// the coefficients at the stages. The unknowns of the mode λ are the entries p_ab, a ≤ b,
// of its matrix p = ½λP, with R_ab = Σ p_ab over the modes, and
//
//	dp/dt = −(F + λH) p − p (F + λH)ᵀ + (Σ_n g_n c^{(n)}/(2d)) s sᵀ.
//
// The entries are sorted into groups that depend on each other. Groups are solved one
// after another, most of them one entry at a time.
type mixture struct {
	k       int                                                 // vectors
	entries [][2]int                                            // a ≤ b
	place   [homogenized.MaxVectors][homogenized.MaxVectors]int // of the entry ab or ba

	used   [homogenized.MaxVectors][homogenized.MaxVectors]bool // F or H is not 0 there
	pairs  [][2]int                                             // where used
	forced []bool                                               // by entry: s_a s_b is not 0
	groups []group

	size float64 // of the step
	flow [stages]homogenized.Flow
	gain [stages][]float64

	unit   []float64         // of each entry, a power of 2; pivots are chosen in these units
	pair   [][stages]float64 // size·(F + λH) for each pair of the mode
	right  []float64         // scratch of a group
	rights [][stages]float64

	tangent  *tangent
	response [][stages]float64 // of entry and stage, by direction
}

// group is a set of entries that depend on each other.
type group struct {
	entries  []int
	inner    []term // on entries of the group, with local places
	outer    []term // on entries of groups before
	constant bool   // neither coefficients nor noise

	matrix []float64 // the factors of the mode that was solved last
	pivot  []int
}

// term says that size·M of the pair times the entry from is subtracted from the slope of
// the entry to.
type term struct{ to, from, pair int }

func newMixture(k, noises int) *mixture {
	m := &mixture{k: k, entries: Entries(k)}
	for e, ab := range m.entries {
		m.place[ab[0]][ab[1]], m.place[ab[1]][ab[0]] = e, e
	}
	m.forced = make([]bool, len(m.entries))
	m.unit = make([]float64, len(m.entries))
	m.measureIn(m.unit) // 1 as long as nothing is known
	for j := range m.gain {
		m.gain[j] = make([]float64, noises)
	}
	m.response = make([][stages]float64, len(m.entries)*stages)
	return m
}

// measureIn sets the units to about the scale of each entry, and to 1 where that is 0 or
// near the ends of the range of numbers.
func (m *mixture) measureIn(scale []float64) {
	for e, v := range scale {
		m.unit[e] = 1
		if v > 1e-100 && v < 1e100 {
			_, exponent := math.Frexp(v)
			m.unit[e] = math.Ldexp(1, exponent)
		}
	}
}
