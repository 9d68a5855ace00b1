package coupled

import "github.com/riskcurves/riskcurves/homogenized"

// tangent holds the derivatives of the coefficients at the stages by the logarithms of the
// risks at the stages, one direction for each. A risk moves the coefficients of its own
// stage and, by the scalars, those of others.
type tangent struct {
	flow [stages][stages]homogenized.Flow // by direction and stage
	gain [stages][stages][]float64

	// What differentiate sets aside.
	beforeFlow         [stages]homogenized.Flow
	beforeRate         [stages]float64
	beforeGain, scalar [stages][]float64
}

func newTangent(scalars, noises int) *tangent {
	t := new(tangent)
	for q := range stages {
		t.beforeGain[q], t.scalar[q] = make([]float64, noises), make([]float64, scalars)
		for l := range stages {
			t.gain[q][l] = make([]float64, noises)
		}
	}
	return t
}

// differentiate sets the tangent at the stages, whose coefficients are known, by
// differences. It reports whether all of it is known.
func (st *step) differentiate() bool {
	const bump = 1e-6
	m, t := st.mix, st.mix.tangent
	t.beforeFlow, t.beforeRate = m.flow, st.rate
	for l := range stages {
		copy(t.beforeGain[l], m.gain[l])
		copy(t.scalar[l], st.stage[l].scalar)
	}
	for q := range stages {
		risk := st.stage[q].overlap[0]
		if !(risk >= MinRisk) {
			return false
		}
		fault := st.fault
		st.stage[q].overlap[0] = risk * (1 + bump)
		ok, err := st.coefficients()
		st.stage[q].overlap[0] = risk
		ok = ok && err == nil
		for l := range stages {
			if ok {
				t.flow[q][l] = m.flow[l]
				copy(t.gain[q][l], m.gain[l])
				t.subtract(q, l, m.k, bump)
			}
			copy(m.gain[l], t.beforeGain[l])
			copy(st.stage[l].scalar, t.scalar[l])
		}
		m.flow, st.rate, st.fault = t.beforeFlow, t.beforeRate, fault
		if !ok {
			return false
		}
	}
	return true
}

// subtract makes of the coefficients at the stage l, after a bump in the direction q, their
// derivative.
func (t *tangent) subtract(q, l, k int, bump float64) {
	f, before := &t.flow[q][l], &t.beforeFlow[l]
	for a := range k {
		f.S[a] = (f.S[a] - before.S[a]) / bump
		for b := range k {
			f.F[a][b] = (f.F[a][b] - before.F[a][b]) / bump
			f.H[a][b] = (f.H[a][b] - before.H[a][b]) / bump
		}
	}
	for n := range t.gain[q][l] {
		t.gain[q][l][n] = (t.gain[q][l][n] - t.beforeGain[l][n]) / bump
	}
}

// respond stores the derivatives of the entries of a group, which was solved with the
// solution out, by the directions of the tangent.
func (m *mixture) respond(out [][stages]float64, g *group, lambda float64, input []float64) {
	for _, e := range g.entries {
		clear(m.response[e*stages : (e+1)*stages])
	}
	if g.constant {
		return
	}
	t := m.tangent
	for r, e := range g.entries {
		rows := m.rights[r*stages : (r+1)*stages]
		clear(rows)
		if !m.forced[e] {
			continue
		}
		a, b := m.entries[e][0], m.entries[e][1]
		for l := range rows {
			f := &m.flow[l]
			for q := range rows[l] {
				moved := &t.flow[q][l]
				ends, change := f.S[a]*f.S[b], moved.S[a]*f.S[b]+f.S[a]*moved.S[b]
				for n, c := range input {
					rows[l][q] += m.size * c * (t.gain[q][l][n]*ends + m.gain[l][n]*change)
				}
			}
		}
	}
	subtract := func(to, from, pair int) {
		ab := m.pairs[pair]
		for l := range stages {
			v := m.size * out[from][l]
			row := &m.rights[to*stages+l]
			for q := range row {
				moved := &t.flow[q][l]
				row[q] -= v * (moved.F[ab[0]][ab[1]] + lambda*moved.H[ab[0]][ab[1]])
			}
		}
	}
	for _, x := range g.inner {
		subtract(x.to, g.entries[x.from], x.pair)
	}
	for _, x := range g.outer {
		subtract(x.to, x.from, x.pair)
		for l, v := range m.pair[x.pair] {
			row, from := &m.rights[x.to*stages+l], &m.response[x.from*stages+l]
			for q := range row {
				row[q] -= v * from[q]
			}
		}
	}
	rows := m.rights[:len(g.pivot)]
	for r, e := range g.entries {
		for l := range stages {
			for q := range rows[r*stages+l] {
				rows[r*stages+l][q] /= m.unit[e]
			}
		}
	}
	substituteAll(g.matrix, g.pivot, rows)
	for r, e := range g.entries {
		for l := range stages {
			for q, v := range rows[r*stages+l] {
				m.response[e*stages+l][q] = v * m.unit[e]
			}
		}
	}
}
