package odes

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

	pair    [][stages]float64 // size·(F + λH) for each pair of the mode
	matrix  []float64         // scratch of a group
	right   []float64
	pivoted []int
}

// group is a set of entries that depend on each other.
type group struct {
	entries  []int
	inner    []term // on entries of the group, with local places
	outer    []term // on entries of groups before
	constant bool   // neither coefficients nor noise
}

// term says that size·M of the pair times the entry from is subtracted from the slope of
// the entry to.
type term struct{ to, from, pair int }

func newMixture(k, noises int) *mixture {
	m := &mixture{k: k}
	for a := range k {
		for b := a; b < k; b++ {
			m.place[a][b], m.place[b][a] = len(m.entries), len(m.entries)
			m.entries = append(m.entries, [2]int{a, b})
		}
	}
	m.forced = make([]bool, len(m.entries))
	for j := range m.gain {
		m.gain[j] = make([]float64, noises)
	}
	return m
}

// arrange sorts the entries into groups for the coefficients of the stages.
func (m *mixture) arrange() {
	used := [homogenized.MaxVectors][homogenized.MaxVectors]bool{}
	var noisy [homogenized.MaxVectors]bool
	for j := range m.flow {
		f := &m.flow[j]
		for a := range m.k {
			noisy[a] = noisy[a] || f.S[a] != 0
			for b := range m.k {
				used[a][b] = used[a][b] || f.F[a][b] != 0 || f.H[a][b] != 0
			}
		}
	}
	for e, ab := range m.entries {
		m.forced[e] = noisy[ab[0]] && noisy[ab[1]]
	}
	if used == m.used && m.groups != nil {
		for g := range m.groups {
			m.markConstant(&m.groups[g])
		}
		return
	}
	m.used = used
	m.pairs = m.pairs[:0]
	var index [homogenized.MaxVectors][homogenized.MaxVectors]int
	for a := range m.k {
		for b := range m.k {
			if used[a][b] {
				index[a][b] = len(m.pairs)
				m.pairs = append(m.pairs, [2]int{a, b})
			}
		}
	}
	m.pair = make([][stages]float64, len(m.pairs))
	n := len(m.entries)
	var terms []term
	reach := make([][]bool, n)
	for e := range reach {
		reach[e] = make([]bool, n)
		reach[e][e] = true
	}
	for e, ab := range m.entries {
		for c := range m.k {
			if used[ab[0]][c] {
				terms = append(terms, term{e, m.place[c][ab[1]], index[ab[0]][c]})
			}
			if used[ab[1]][c] {
				terms = append(terms, term{e, m.place[ab[0]][c], index[ab[1]][c]})
			}
		}
	}
	for _, t := range terms {
		reach[t.to][t.from] = true
	}
	for c := range n {
		for a := range n {
			for b := range n {
				reach[a][b] = reach[a][b] || reach[a][c] && reach[c][b]
			}
		}
	}
	m.groups = nil
	done := make([]bool, n)
	for len(m.groups) < n {
		progress := false
		for e := range n {
			if done[e] {
				continue
			}
			var g group
			local := make([]int, n)
			ready := true
			for other := range n {
				switch {
				case reach[e][other] && reach[other][e]:
					local[other] = len(g.entries)
					g.entries = append(g.entries, other)
				case reach[e][other] && !done[other]:
					ready = false
				}
			}
			if !ready {
				continue
			}
			for _, to := range g.entries {
				done[to] = true
				for _, t := range terms {
					if t.to != to {
						continue
					}
					if reach[t.from][to] && reach[to][t.from] {
						g.inner = append(g.inner, term{local[to], local[t.from], t.pair})
					} else {
						g.outer = append(g.outer, term{local[to], t.from, t.pair})
					}
				}
			}
			m.markConstant(&g)
			m.groups = append(m.groups, g)
			progress = true
		}
		if !progress {
			break
		}
	}
	largest := 0
	for _, g := range m.groups {
		largest = max(largest, len(g.entries)*stages)
	}
	m.matrix, m.right, m.pivoted = make([]float64, largest*largest), make([]float64, largest), make([]int, largest)
}

func (m *mixture) markConstant(g *group) {
	g.constant = len(g.inner) == 0 && len(g.outer) == 0
	for _, e := range g.entries {
		g.constant = g.constant && !m.forced[e]
	}
}

// solve stores the entries of the mode λ at the stages in out, given those at the start
// and c^{(n)}/(2d) for each term of the noise.
func (m *mixture) solve(out [][stages]float64, lambda float64, start, input []float64) {
	for p, ab := range m.pairs {
		for j := range stages {
			f := &m.flow[j]
			m.pair[p][j] = m.size * (f.F[ab[0]][ab[1]] + lambda*f.H[ab[0]][ab[1]])
		}
	}
	var source [stages]float64
	for j := range source {
		for n, c := range input {
			source[j] += m.size * m.gain[j][n] * c
		}
	}
	for g := range m.groups {
		group := &m.groups[g]
		switch {
		case group.constant:
			for _, e := range group.entries {
				for j := range out[e] {
					out[e][j] = start[e]
				}
			}
		case len(group.entries) == 1:
			m.solveOne(out, group, start, &source)
		default:
			m.solveMany(out, group, start, &source)
		}
	}
}

// rightSide stores the right side of the equation of the entry e, without outer terms.
func (m *mixture) rightSide(right *[stages]float64, e int, start []float64, source *[stages]float64) {
	p := start[e]
	for j := range right {
		right[j] = radau.start[j] * p
	}
	if m.forced[e] {
		a, b := m.entries[e][0], m.entries[e][1]
		for j := range right {
			right[j] += source[j] * m.flow[j].S[a] * m.flow[j].S[b]
		}
	}
}

// solveOne solves a group of one entry. Its matrix A⁻¹ + diag(m) has a positive definite
// symmetric part after a scaling of the rows for m ≥ 0, so it needs no pivots.
func (m *mixture) solveOne(out [][stages]float64, g *group, start []float64, source *[stages]float64) {
	e := g.entries[0]
	x := &out[e]
	m.rightSide(x, e, start, source)
	for _, t := range g.outer {
		from, pair := &out[t.from], &m.pair[t.pair]
		for j := range x {
			x[j] -= pair[j] * from[j]
		}
	}
	a := radau.inverse
	for _, t := range g.inner {
		pair := &m.pair[t.pair]
		for j := range pair {
			a[j][j] += pair[j]
		}
	}
	for j := range a {
		if a[j][j] < radau.inverse[j][j] { // a mode that grows
			m.solveMany(out, g, start, source)
			return
		}
	}
	for i := range stages {
		inverse := 1 / a[i][i]
		for r := i + 1; r < stages; r++ {
			f := a[r][i] * inverse
			for c := i + 1; c < stages; c++ {
				a[r][c] -= f * a[i][c]
			}
			x[r] -= f * x[i]
		}
		a[i][i] = inverse
	}
	for i := stages - 1; i >= 0; i-- {
		sum := x[i]
		for c := i + 1; c < stages; c++ {
			sum -= a[i][c] * x[c]
		}
		x[i] = sum * a[i][i]
	}
}

// solveMany solves a group of several entries, with pivots. Unknowns are ordered by
// entry, then by stage.
func (m *mixture) solveMany(out [][stages]float64, g *group, start []float64, source *[stages]float64) {
	n := len(g.entries) * stages
	a, x := m.matrix[:n*n], m.right[:n]
	clear(a)
	for r, e := range g.entries {
		m.rightSide((*[stages]float64)(x[r*stages:]), e, start, source)
		for j := range stages {
			copy(a[(r*stages+j)*n+r*stages:], radau.inverse[j][:])
		}
	}
	for _, t := range g.inner {
		for j, v := range m.pair[t.pair] {
			a[(t.to*stages+j)*n+t.from*stages+j] += v
		}
	}
	for _, t := range g.outer {
		for j, v := range m.pair[t.pair] {
			x[t.to*stages+j] -= v * out[t.from][j]
		}
	}
	eliminate(a, x)
	for r, e := range g.entries {
		copy(out[e][:], x[r*stages:])
	}
}

// eliminate solves the square system a x = b by Gauss's elimination with row pivots. The
// solution replaces b. A singular matrix gives numbers that are not finite.
func eliminate(a, b []float64) {
	n := len(b)
	for i := range n {
		best, at := math.Abs(a[i*n+i]), i
		for r := i + 1; r < n; r++ {
			if v := math.Abs(a[r*n+i]); v > best {
				best, at = v, r
			}
		}
		if at != i {
			for c := i; c < n; c++ {
				a[i*n+c], a[at*n+c] = a[at*n+c], a[i*n+c]
			}
			b[i], b[at] = b[at], b[i]
		}
		inverse := 1 / a[i*n+i]
		row := a[i*n+i+1 : i*n+n]
		for r := i + 1; r < n; r++ {
			f := a[r*n+i] * inverse
			if f == 0 {
				continue
			}
			other := a[r*n+i+1 : r*n+n][:len(row)]
			for c, v := range row {
				other[c] -= f * v
			}
			b[r] -= f * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		sum := b[i]
		for c := i + 1; c < n; c++ {
			sum -= a[i*n+c] * b[c]
		}
		b[i] = sum / a[i*n+i]
	}
}
