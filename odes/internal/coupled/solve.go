package coupled

// solve stores the entries of the mode λ at the stages in out, given those at the start
// and c^{(n)}/(2d) for each term of the noise.
//
// With respond it also stores, in response, their derivatives in the directions of the
// tangent.
func (m *mixture) solve(out [][stages]float64, lambda float64, start, input []float64, respond bool) {
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
		case len(group.entries) == 1 && !respond:
			m.solveOne(out, group, start, &source)
		default:
			m.solveMany(out, group, start, &source)
		}
		if respond {
			m.respond(out, group, lambda, input)
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

// solveMany solves a group of several entries, with pivots in the units of the entries: a
// risk far below the square of a momentum would else be lost in its rounding errors.
// Unknowns are ordered by entry, then by stage.
func (m *mixture) solveMany(out [][stages]float64, g *group, start []float64, source *[stages]float64) {
	m.factorize(g)
	x := m.right[:len(g.pivot)]
	for r, e := range g.entries {
		m.rightSide((*[stages]float64)(x[r*stages:]), e, start, source)
	}
	for _, t := range g.outer {
		for j, v := range m.pair[t.pair] {
			x[t.to*stages+j] -= v * out[t.from][j]
		}
	}
	for r, e := range g.entries {
		for j := range stages {
			x[r*stages+j] /= m.unit[e]
		}
	}
	substitute(g.matrix, g.pivot, x)
	for r, e := range g.entries {
		for j := range out[e] {
			out[e][j] = x[r*stages+j] * m.unit[e]
		}
	}
}

// factorize factors the matrix of a group.
func (m *mixture) factorize(g *group) {
	n := len(g.pivot)
	a := g.matrix
	clear(a)
	for r := range g.entries {
		for j := range stages {
			copy(a[(r*stages+j)*n+r*stages:], radau.inverse[j][:])
		}
	}
	for _, t := range g.inner {
		unit := m.unit[g.entries[t.from]] / m.unit[g.entries[t.to]]
		for j, v := range m.pair[t.pair] {
			a[(t.to*stages+j)*n+t.from*stages+j] += v * unit
		}
	}
	factor(a, g.pivot)
}
