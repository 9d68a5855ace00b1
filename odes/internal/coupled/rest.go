package coupled

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
)

// Rest is a coupled limit at rest, as t → ∞.
type Rest struct {
	*step
	flow  homogenized.Flow
	gain  []float64
	point point
	rows  []float64 // scratch of a mode
	mode  []float64
	pivot []int
}

// NewRest returns the limit before it rests.
func (eq *Equation) NewRest() (*Rest, error) {
	st, err := newStep(eq)
	if err != nil {
		return nil, err
	}
	n, m := len(st.mix.entries), len(st.Scalars)
	r := &Rest{step: st, gain: make([]float64, eq.Modes.noises), point: newPoint(n, m), rows: make([]float64, n*n), mode: make([]float64, n), pivot: make([]int, n)}
	r.point.set(&st.now)
	return r, nil
}

// at sets the coefficients at the point, as t → ∞.
func (r *Rest) at(p *point) error {
	t := math.Inf(1)
	rate, drift, err := r.Coefficients(r.gain, t, p.overlap[0], math.NaN())
	if err != nil {
		return err
	}
	r.flowAt(&r.flow, t, rate, drift, r.gain, p)
	return nil
}

// settle solves dz/dt = 0 for the scalars at the point, by Newton's method.
func (r *Rest) settle(p *point) error {
	m := len(p.scalar)
	if m == 0 {
		return r.at(p)
	}
	a, b, pivot := make([]float64, m*m), make([]float64, m), make([]int, m)
	for range 50 {
		if err := r.at(p); err != nil {
			return err
		}
		base := r.flow.Slope
		for q, z := range p.scalar {
			bump := 1e-6 * max(math.Abs(z), math.Abs(base[q]), 1e-6) // far from rest, where the slope leads in a unit of time
			p.scalar[q] = z + bump
			if err := r.at(p); err != nil {
				return err
			}
			p.scalar[q] = z
			for k := range m {
				a[k*m+q] = (r.flow.Slope[k] - base[k]) / bump
			}
			b[q] = -base[q]
		}
		factor(a, pivot)
		substitute(a, pivot, b)
		change := 0.0
		for q := range m {
			p.scalar[q] += b[q]
			change = max(change, math.Abs(b[q])/max(math.Abs(p.scalar[q]), 1e-300))
		}
		if math.IsNaN(change) {
			return fmt.Errorf("odes: the scalars of the coupled limit do not come to rest at risk %v", p.overlap[0])
		}
		if change < 1e-10 {
			return r.at(p)
		}
	}
	return fmt.Errorf("odes: the scalars of the coupled limit do not come to rest at risk %v", p.overlap[0])
}

// terms calls visit for the terms of the slope of each entry: minus a coefficient of the
// mode λ times an entry.
func (r *Rest) terms(lambda float64, visit func(to, from int, coefficient float64)) {
	f := &r.flow
	k := r.mix.k
	for e, ab := range r.mix.entries {
		for c := range k {
			if v := f.F[ab[0]][c] + lambda*f.H[ab[0]][c]; v != 0 {
				visit(e, r.mix.place[c][ab[1]], v)
			}
			if v := f.F[ab[1]][c] + lambda*f.H[ab[1]][c]; v != 0 {
				visit(e, r.mix.place[ab[0]][c], v)
			}
		}
	}
}

// source returns the noise of the entry e in the mode i.
func (r *Rest) source(i, e int) float64 {
	sum := 0.0
	for n, c := range r.modes.source(i) {
		sum += r.gain[n] * c
	}
	return sum * r.flow.S[r.mix.entries[e][0]] * r.flow.S[r.mix.entries[e][1]]
}

// rest stores the overlaps of modes at rest under the coefficients in dst. An entry that
// nothing moves stays where it starts. It reports whether the modes have a rest.
func (r *Rest) rest(dst []float64, modes []float64) bool {
	n := len(r.mix.entries)
	clear(dst)
	for i, l := range r.modes.lambda {
		clear(r.rows)
		moved := uint64(0)
		for e := range n {
			r.mode[e] = r.source(i, e)
			if r.mode[e] != 0 {
				moved |= 1 << e
			}
		}
		r.terms(l, func(to, from int, v float64) {
			r.rows[to*n+from] += v
			moved |= 1 << to
		})
		for e := range n {
			if moved&(1<<e) == 0 {
				r.rows[e*n+e], r.mode[e] = 1, r.modes.at(i)[e]
			}
		}
		factor(r.rows, r.pivot)
		substitute(r.rows, r.pivot, r.mode)
		if !(r.mode[0] >= 0) || math.IsInf(r.mode[0], 1) {
			return false
		}
		for e, v := range r.mode {
			dst[e] += v
		}
		if modes != nil {
			copy(modes[i*n:], r.mode)
		}
	}
	return true
}

// Response returns the risk of modes at rest under the coefficients at the risk. Other
// overlaps that the coefficients see are iterated. It is +Inf where the modes have no
// rest.
func (r *Rest) Response(risk float64) (float64, error) {
	next := make([]float64, len(r.point.overlap))
	for range 200 {
		r.point.overlap[0] = risk
		if err := r.settle(&r.point); err != nil {
			return 0, err
		}
		if !r.rest(next, nil) {
			return math.Inf(1), nil
		}
		change := 0.0
		for e, ab := range r.mix.entries {
			if e > 0 {
				scale := math.Sqrt(math.Abs(next[r.mix.place[ab[0]][ab[0]]]*next[r.mix.place[ab[1]][ab[1]]])) + 1e-290
				if d := math.Abs(next[e] - r.point.overlap[e]); !math.IsNaN(d) {
					change = max(change, d/scale)
				}
			}
		}
		result := next[0]
		copy(r.point.overlap, next)
		if change < 1e-12 {
			return result, nil
		}
	}
	return 0, fmt.Errorf("odes: the overlaps of the coupled limit do not come to rest at risk %v", risk)
}
