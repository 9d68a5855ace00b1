package odes

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// resting is a coupled limit at rest, as t → ∞.
type resting struct {
	*coupledStep
	rate  float64
	flow  homogenized.Flow
	gain  []float64
	point coupledPoint
	rows  []float64 // scratch of a mode
	mode  []float64
}

func (s *System) newResting() (*resting, error) {
	st, err := newCoupledStep(s)
	if err != nil {
		return nil, err
	}
	n, m := len(st.mix.entries), len(st.Scalars)
	r := &resting{coupledStep: st, gain: make([]float64, len(s.Limit.Noise)), point: newCoupledPoint(n, m), rows: make([]float64, n*n), mode: make([]float64, n)}
	r.point.set(&st.now)
	return r, nil
}

// at sets the coefficients at the point, as t → ∞.
func (r *resting) at(p *coupledPoint) error {
	t, risk := math.Inf(1), p.overlap[0]
	at := position{risk: risk, descent: math.NaN(), preconditioned: r.sys.preconditioned()}
	var err error
	if r.rate, err = schedule.At(r.sys.Rate, t, &at); err != nil {
		return err
	}
	if r.rate == 0 {
		return errNoRate
	}
	h, slope := r.sys.Limit.Drift(risk)
	if err := checkCoefficient(-1, h, slope, risk, t); err != nil {
		return err
	}
	for n, term := range r.sys.Limit.Noise {
		g, slope := term.Gain(risk)
		if err := checkCoefficient(n, g, slope, risk, t); err != nil {
			return err
		}
		r.gain[n] = g
	}
	r.flowAt(&r.flow, t, r.rate, h, r.gain, p)
	return nil
}

// settle solves dz/dt = 0 for the scalars at the point, by Newton's method.
func (r *resting) settle(p *coupledPoint) error {
	m := len(p.scalar)
	if m == 0 {
		return r.at(p)
	}
	a, b := make([]float64, m*m), make([]float64, m)
	for range 50 {
		if err := r.at(p); err != nil {
			return err
		}
		base := r.flow.Slope
		for q, z := range p.scalar {
			bump := 1e-6 * max(math.Abs(z), 1e-6)
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
		eliminate(a, b)
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
func (r *resting) terms(lambda float64, visit func(to, from int, coefficient float64)) {
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
func (r *resting) source(i, e int) float64 {
	noises := len(r.gain)
	sum := 0.0
	for n, g := range r.gain {
		sum += g * r.input[i*noises+n]
	}
	return sum * r.flow.S[r.mix.entries[e][0]] * r.flow.S[r.mix.entries[e][1]]
}

// rest stores the overlaps of modes at rest under the coefficients in dst. An entry that
// nothing moves stays where it starts. It reports whether the modes have a rest.
func (r *resting) rest(dst []float64, modes []float64) bool {
	n := len(r.mix.entries)
	clear(dst)
	for i, l := range r.lambda {
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
				r.rows[e*n+e], r.mode[e] = 1, r.modes[i*n+e]
			}
		}
		eliminate(r.rows, r.mode)
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

// response returns the risk of modes at rest under the coefficients at the risk. Other
// overlaps that the coefficients see are iterated. It is +Inf where the modes have no
// rest.
func (r *resting) response(risk float64) (float64, error) {
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

// limitRiskCoupled is limitRisk for a coupled limit. It leaves the limit at rest in r.
func (s *System) limitRiskCoupled(ctx context.Context) (float64, *resting, error) {
	r, err := s.newResting()
	if err != nil {
		return 0, nil, err
	}
	risk, err := findRest(ctx, r.now.overlap[0], r.response)
	return risk, r, err
}

// maxLinearized is the largest number of unknowns of the dense linearization of a coupled
// limit.
const maxLinearized = 2000

// localRateCoupled is LocalRate for a coupled limit: the smallest real part of the
// eigenvalues of the dense linearization, of what the risk depends on.
func (s *System) localRateCoupled(ctx context.Context) (float64, error) {
	limit, r, err := s.limitRiskCoupled(ctx)
	if err != nil {
		return 0, err
	}
	if limit == 0 || math.IsInf(limit, 1) {
		return 0, fmt.Errorf("%w: the limit risk is %v", ErrNoStationary, limit)
	}
	if _, err := r.response(limit); err != nil {
		return 0, err
	}
	n, m := len(r.mix.entries), len(r.Scalars)
	modes := make([]float64, len(r.modes))
	if !r.rest(r.point.overlap, modes) {
		return 0, ErrNoStationary
	}
	// slopes returns d/dt of the modes and scalars at rest, with the coefficients at a
	// point.
	size := len(modes) + m
	slopes := func(p *coupledPoint) ([]float64, error) {
		if err := r.at(p); err != nil {
			return nil, err
		}
		out := make([]float64, size)
		for i, l := range r.lambda {
			for e := range n {
				out[i*n+e] = r.source(i, e)
			}
			r.terms(l, func(to, from int, v float64) { out[i*n+to] -= v * modes[i*n+from] })
		}
		copy(out[len(modes):], r.flow.Slope[:m])
		return out, nil
	}
	// derivative returns the derivative of the slopes by a number that the coefficients
	// see.
	derivative := func(x *float64, scale float64) ([]float64, error) {
		old, bump := *x, 1e-5*scale
		defer func() { *x = old }()
		*x = old + bump
		above, err := slopes(&r.point)
		if err != nil {
			return nil, err
		}
		*x = old - bump
		below, err := slopes(&r.point)
		for i := range above {
			above[i] = (above[i] - below[i]) / (2 * bump)
		}
		return above, err
	}
	by := make([][]float64, n+m)
	for e, ab := range r.mix.entries {
		scale := math.Sqrt(r.point.overlap[r.mix.place[ab[0]][ab[0]]] * r.point.overlap[r.mix.place[ab[1]][ab[1]]])
		if !(scale > 0) {
			by[e] = make([]float64, size)
			continue
		}
		if by[e], err = derivative(&r.point.overlap[e], scale); err != nil {
			return 0, err
		}
	}
	for q := range m {
		if by[n+q], err = derivative(&r.point.scalar[q], max(math.Abs(r.point.scalar[q]), 1e-100)); err != nil {
			return 0, err
		}
	}
	if err := r.at(&r.point); err != nil {
		return 0, err
	}
	// What the risk depends on: entries through terms, and overlaps and scalars that
	// the coefficients see.
	matters := make([]bool, n+m)
	matters[0] = true
	for range n + m {
		for _, l := range r.lambda[:1] {
			r.terms(l, func(to, from int, _ float64) { matters[from] = matters[from] || matters[to] })
		}
		for x, slope := range by {
			for i, v := range slope {
				to := n + i - len(modes)
				if i < len(modes) {
					to = i % n
				}
				matters[x] = matters[x] || v != 0 && matters[to]
			}
		}
	}
	moved := make([]bool, n+m) // constant entries have no rate
	for e := range n {
		moved[e] = r.source(0, e) != 0
	}
	r.terms(r.lambda[0], func(to, _ int, _ float64) { moved[to] = true })
	var index []int
	for i := range size {
		x := n + i - len(modes)
		if i < len(modes) {
			x = i % n
		}
		if matters[x] && (x >= n || moved[x]) {
			index = append(index, i)
		}
	}
	if len(index) > maxLinearized {
		return 0, fmt.Errorf("odes: LocalRate: the linearization of the coupled limit has %d unknowns: must be at most %d", len(index), maxLinearized)
	}
	place := make([]int, size)
	for i := range place {
		place[i] = -1
	}
	for j, i := range index {
		place[i] = j
	}
	a := mat.NewDense(len(index), len(index), nil)
	add := func(to, from int, v float64) {
		if to, from := place[to], place[from]; to >= 0 && from >= 0 {
			a.Set(to, from, a.At(to, from)+v)
		}
	}
	for i, l := range r.lambda {
		r.terms(l, func(to, from int, v float64) { add(i*n+to, i*n+from, -v) })
	}
	for x, slope := range by {
		for to, v := range slope {
			if v == 0 {
				continue
			}
			if x >= n {
				add(to, len(modes)+x-n, v)
				continue
			}
			for i := range r.lambda {
				add(to, i*n+x, v)
			}
		}
	}
	var eigen mat.Eigen
	if !eigen.Factorize(a, mat.EigenNone) {
		return 0, errors.New("odes: LocalRate: the eigenvalues of the linearization were not found")
	}
	slowest := math.Inf(1)
	for _, v := range eigen.Values(nil) {
		slowest = min(slowest, -real(v))
	}
	return slowest, nil
}

// errCoupled returns the error of a method that has no answer for coupled limits.
func (s *System) errCoupled(method string) error {
	if s.Limit.Coupling == nil {
		return nil
	}
	return fmt.Errorf("odes: %s: the limit is coupled: %s is known for limits of one vector only", method, method)
}
