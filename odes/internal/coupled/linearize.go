package coupled

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// maxLinearized is the largest number of unknowns of the dense linearization of a coupled
// limit.
const maxLinearized = 2000

// ErrNoRest says that the modes have no rest.
var ErrNoRest = errors.New("odes: the modes of the coupled limit have no rest")

// linearization is a coupled limit near its rest. Its unknowns are the entries of the
// modes, mode by mode, and the scalars.
type linearization struct {
	*Rest
	state []float64   // the modes at rest
	by    [][]float64 // the derivative of the slopes by what the coefficients see: the overlaps, then the scalars
}

// Slowest returns the rate at which the risk settles at its rest: the smallest real part
// of the eigenvalues of the dense linearization, of what the risk depends on.
func (r *Rest) Slowest(risk float64) (float64, error) {
	if _, err := r.Response(risk); err != nil {
		return 0, err
	}
	l := &linearization{Rest: r, state: make([]float64, len(r.modes.state))}
	if !r.rest(r.point.overlap, l.state) {
		return 0, ErrNoRest
	}
	if err := l.differentiate(); err != nil {
		return 0, err
	}
	index := l.unknowns()
	if len(index) > maxLinearized {
		return 0, fmt.Errorf("odes: LocalRate: the linearization of the coupled limit has %d unknowns, which grow with the dimension and the vectors: must be at most %d", len(index), maxLinearized)
	}
	var eigen mat.Eigen
	if !eigen.Factorize(l.matrix(index), mat.EigenNone) {
		return 0, errors.New("odes: LocalRate: the eigenvalues of the linearization were not found")
	}
	slowest := math.Inf(1)
	for _, v := range eigen.Values(nil) {
		slowest = min(slowest, -real(v))
	}
	return slowest, nil
}

// slopes returns d/dt of the unknowns at rest, with the coefficients at the point.
func (l *linearization) slopes() ([]float64, error) {
	if err := l.at(&l.point); err != nil {
		return nil, err
	}
	n := l.modes.entries
	out := make([]float64, len(l.state), len(l.state)+len(l.Scalars))
	for i, lambda := range l.modes.lambda {
		for e := range n {
			out[i*n+e] = l.source(i, e)
		}
		l.terms(lambda, func(to, from int, v float64) { out[i*n+to] -= v * l.state[i*n+from] })
	}
	return append(out, l.flow.Slope[:len(l.Scalars)]...), nil
}

// differentiate fills in by, by central differences, and sets the coefficients at rest.
func (l *linearization) differentiate() error {
	derivative := func(x *float64, scale float64) error {
		old, bump := *x, 1e-5*scale
		*x = old + bump
		above, err := l.slopes()
		if err != nil {
			return err
		}
		*x = old - bump
		below, err := l.slopes()
		*x = old
		for i := range below {
			above[i] = (above[i] - below[i]) / (2 * bump)
		}
		l.by = append(l.by, above)
		return err
	}
	for e, ab := range l.mix.entries {
		scale := math.Sqrt(l.point.overlap[l.mix.place[ab[0]][ab[0]]] * l.point.overlap[l.mix.place[ab[1]][ab[1]]])
		if !(scale > 0) {
			l.by = append(l.by, make([]float64, len(l.state)+len(l.Scalars)))
			continue
		}
		if err := derivative(&l.point.overlap[e], scale); err != nil {
			return err
		}
	}
	for q := range l.Scalars {
		if err := derivative(&l.point.scalar[q], max(math.Abs(l.point.scalar[q]), 1e-100)); err != nil {
			return err
		}
	}
	return l.at(&l.point)
}

// kind returns which entry, or after these which scalar, the unknown i is.
func (l *linearization) kind(i int) int {
	if i < len(l.state) {
		return i % l.modes.entries
	}
	return l.modes.entries + i - len(l.state)
}

// unknowns returns the unknowns that the risk depends on, through the terms of the modes or
// through the coefficients. Entries that nothing moves have no rate and are left out.
func (l *linearization) unknowns() (index []int) {
	n := l.modes.entries
	matters, moved := make([]bool, len(l.by)), make([]bool, len(l.by))
	matters[0] = true
	for range l.by {
		l.terms(l.modes.lambda[0], func(to, from int, _ float64) { matters[from] = matters[from] || matters[to] })
		for x, slope := range l.by {
			for i, v := range slope {
				matters[x] = matters[x] || v != 0 && matters[l.kind(i)]
			}
		}
	}
	for x := range moved {
		moved[x] = x >= n || l.source(0, x) != 0
	}
	l.terms(l.modes.lambda[0], func(to, _ int, _ float64) { moved[to] = true })
	for i := range len(l.state) + len(l.Scalars) {
		if x := l.kind(i); matters[x] && moved[x] {
			index = append(index, i)
		}
	}
	return index
}

// matrix returns the derivative of the slopes of the unknowns by themselves.
func (l *linearization) matrix(index []int) *mat.Dense {
	n := l.modes.entries
	place := make([]int, len(l.state)+len(l.Scalars))
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
	for i, lambda := range l.modes.lambda {
		l.terms(lambda, func(to, from int, v float64) { add(i*n+to, i*n+from, -v) })
	}
	for x, slope := range l.by {
		for to, v := range slope {
			switch {
			case v == 0:
			case x >= n:
				add(to, len(l.state)+x-n, v)
			default: // an overlap is the sum of its entries
				for i := range l.modes.lambda {
					add(to, i*n+x, v)
				}
			}
		}
	}
	return a
}
