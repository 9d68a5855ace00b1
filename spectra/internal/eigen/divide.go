package eigen

import (
	"cmp"
	"errors"
	"slices"
	"sync/atomic"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/gonum"

	"math"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// leaf is the order up to which a part of T is left to the QL iteration.
const leaf = 32

var errNoConvergence = errors.New("eigenvalue iteration did not converge")

// conquest is T on the way from small parts to one: after each round, every part
// [lo, hi) of T has its eigenvalues in d[lo:hi], its eigenvectors in the same rows
// and columns of q, and in order[lo:hi] the places, from lo on, of the ascending
// eigenvalues.
type conquest struct {
	d, e  []float64
	q     blas64.General
	order []int
	// gathered and u are scratch: a merge of [lo, hi) uses the memory of rows
	// [lo, hi).
	gathered, u blas64.General
	failed      atomic.Bool
}

// divide returns the eigenvalues of T in ascending order and its eigenvectors as
// rows. T's diagonal is overwritten.
func (t tridiagonal) divide(workers int) (values []float64, vectors blas64.General, err error) {
	n := len(t.d)
	c := &conquest{
		d: t.d, e: t.e,
		q: dense.General(n, n), gathered: dense.General(n, n), u: dense.General(n, n),
		order: make([]int, n),
	}
	t.halve(workers, c.solve, func(w *dense.Workspace, _, _, lo, mid, hi int) { c.merge(w, lo, mid, hi) })
	if c.failed.Load() {
		return nil, blas64.General{}, errNoConvergence
	}
	values, vectors = make([]float64, n), c.u
	for i, place := range c.order {
		values[i] = c.d[place]
		copy(dense.Row(vectors, i), dense.Row(c.q, place))
	}
	return values, vectors, nil
}

// halve cuts T into small parts, calls solve for each of them, [lo, hi), and then merge
// for parts next to each other until one is left, level by level. place counts the merges
// of a level. The calls of a level may be concurrent.
func (t tridiagonal) halve(workers int, solve func(lo, hi int), merge func(w *dense.Workspace, level, place, lo, mid, hi int)) {
	n := len(t.d)
	// Halving all parts until they are small makes 2^m of about equal size.
	parts := 1
	for n > leaf*parts {
		parts *= 2
	}
	bound := func(i int) int { return int(int64(i) * int64(n) / int64(parts)) }
	for i := 1; i < parts; i++ {
		cut := bound(i)
		rho := math.Abs(t.e[cut-1])
		t.d[cut-1] -= rho
		t.d[cut] -= rho
	}
	dense.Each(workers, parts, func(_, i int) { solve(bound(i), bound(i+1)) })
	level := 0
	for step := 1; step < parts; step *= 2 {
		one := func(w *dense.Workspace, i int) {
			merge(w, level, i, bound(2*i*step), bound((2*i+1)*step), bound((2*i+2)*step))
		}
		merges := parts / (2 * step)
		if merges < workers {
			// Few and large: the workers share each.
			w := &dense.Workspace{Workers: workers}
			for i := range merges {
				one(w, i)
			}
		} else {
			w := make([]dense.Workspace, max(1, workers))
			dense.Each(workers, merges, func(worker, i int) { one(&w[worker], i) })
		}
		level++
	}
}

// solvePart finds the eigenvalues of the part [lo, hi) of T, which replace d, and its
// eigenvectors, the columns of z.
func solvePart(d, e []float64, lo, hi int) (z []float64, ok bool) {
	n := hi - lo
	z = make([]float64, n*n)
	work := make([]float64, max(1, 2*n-2))
	ok = gonum.Implementation{}.Dsteqr(lapack.EVTridiag, n, d[lo:hi], slices.Clone(e[lo:hi-1]), z, n, work)
	return z, ok
}

// solve finds the eigenvalues and vectors of the part [lo, hi).
func (c *conquest) solve(lo, hi int) {
	n := hi - lo
	z, ok := solvePart(c.d, c.e, lo, hi)
	if !ok {
		c.failed.Store(true)
	}
	for i := range n {
		to := c.q.Data[(lo+i)*c.q.Stride+lo:][:n]
		for j := range to {
			to[j] = z[j*n+i]
		}
		c.order[lo+i] = i
	}
}

// sortPlaces sets order to the places of d in ascending order of d.
func sortPlaces(order []int, d []float64) {
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(d[i], d[j]) })
}
