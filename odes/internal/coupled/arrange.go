package coupled

import "github.com/riskcurves/riskcurves/homogenized"

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
			n := len(g.entries) * stages
			g.matrix, g.pivot = make([]float64, n*n), make([]int, n)
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
	m.right, m.rights = make([]float64, largest), make([][stages]float64, largest)
}

func (m *mixture) markConstant(g *group) {
	g.constant = len(g.inner) == 0 && len(g.outer) == 0
	for _, e := range g.entries {
		g.constant = g.constant && !m.forced[e]
	}
}
