package eigen

import (
	"math"
	"sync/atomic"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Factors is the eigendecomposition A = QΛQᵀ of a symmetric matrix, with Q as the product
// of what the solver makes it of: the reflections that reduce A, which keep the memory of A,
// and of each merge of divide and conquer the poles and roots of its secular equation. It
// has Qᵀx in O(n²) operations, and eigenvectors when they are asked for. A Factors never
// changes and is safe for concurrent use.
type Factors struct {
	values  []float64 // ascending
	order   []int     // their places after the last merge
	a       blas64.Symmetric
	t       tridiagonal
	leaves  []part
	merges  [][]fusion // by level
	workers int
}

// part is a part [lo, hi) of T that was solved by the QL iteration. The columns of z are
// its eigenvectors.
type part struct {
	lo, hi int
	z      []float64
}

// Factor returns the factors of the matrix A, under the conditions of Sym. It costs less
// than half the time of Sym. A belongs to the Factors afterwards.
func Factor(a blas64.Symmetric, workers int) (*Factors, error) {
	if a.Uplo != blas.Upper {
		panic("eigen: matrix not stored as upper triangle")
	}
	f := &Factors{a: a, workers: workers}
	if a.N == 0 {
		return f, nil
	}
	exponent, err := normalize(a)
	if err != nil {
		return nil, err
	}
	f.t = reduce(&dense.Workspace{Workers: workers}, a)
	clearLower(a)
	if err := f.divide(); err != nil {
		return nil, err
	}
	for i := range f.values {
		f.values[i] = math.Ldexp(f.values[i], exponent)
	}
	return f, nil
}

// Values stores the eigenvalues in ascending order in dst, of length n.
func (f *Factors) Values(dst []float64) { copy(dst, f.values) }

// outline is T on the way from small parts to one, with the first and the last component
// of every eigenvector of a part instead of all of them.
type outline struct {
	d, e   []float64
	ends   blas64.General // n×2
	order  []int
	failed atomic.Bool
}

// divide solves T. Its diagonal is overwritten.
func (f *Factors) divide() error {
	n := len(f.t.d)
	c := &outline{d: f.t.d, e: f.t.e, ends: dense.General(n, 2), order: make([]int, n)}
	leaves := make([]*part, n) // by lo, as the calls may come in any order
	for size := 1; n > leaf*size; size *= 2 {
		f.merges = append(f.merges, nil)
	}
	for level := range f.merges {
		f.merges[level] = make([]fusion, 1<<(len(f.merges)-1-level))
	}
	f.t.halve(f.workers, func(lo, hi int) { leaves[lo] = c.solve(lo, hi) },
		func(w *dense.Workspace, level, place, lo, mid, hi int) {
			f.merges[level][place] = c.merge(w.Workers, lo, mid, hi)
		})
	if c.failed.Load() {
		return errNoConvergence
	}
	for _, p := range leaves {
		if p != nil {
			f.leaves = append(f.leaves, *p)
		}
	}
	f.order = c.order
	f.values = make([]float64, n)
	for i, place := range f.order {
		f.values[i] = c.d[place]
	}
	return nil
}

// solve finds the eigenvalues and vectors of the part [lo, hi).
func (c *outline) solve(lo, hi int) *part {
	n := hi - lo
	z, ok := solvePart(c.d, c.e, lo, hi)
	if !ok {
		c.failed.Store(true)
	}
	for i := range n {
		row := dense.Row(c.ends, lo+i)
		row[0], row[1] = z[i], z[(n-1)*n+i]
		c.order[lo+i] = i
	}
	return &part{lo, hi, z}
}

// merge makes one part of [lo, mid) and [mid, hi).
func (c *outline) merge(workers, lo, mid, hi int) fusion {
	n := hi - lo
	f := &deflation{
		q: dense.Part(c.ends, lo, hi, 0, 2), mid: mid - lo,
		d: c.d[lo:hi], z: make([]float64, n),
		kind: make([]support, n),
	}
	for i := range n {
		// Of the longer vectors, the last component of the first half's and the first of
		// the second half's are 0.
		row := dense.Row(f.q, i)
		f.kind[i] = both
		if i < f.mid {
			f.z[i], row[1] = row[1], 0
		} else {
			f.z[i], row[0] = row[0], 0
		}
	}
	f.join(c.e[mid-1])
	for i := mid; i < hi; i++ { // the halves' orders count from lo and from mid
		c.order[i] += f.mid
	}
	f.run(mergePlaces(c.order[lo:mid], c.order[mid:hi], f.d))
	g := newFusion(f, lo)
	lambda, ends, ok := g.solve(workers, f.rho, f.q)
	if !ok {
		c.failed.Store(true)
	}
	for _, i := range f.done {
		lambda = append(lambda, f.d[i])
		ends = append(ends, dense.Row(f.q, i)...)
	}
	copy(f.d, lambda)
	copy(c.ends.Data[2*lo:], ends)
	sortPlaces(c.order[lo:hi], f.d)
	return g
}

// fusion is a merge of two parts: a factor of Q. The rows of the part, from row lo on, are
// rotated, those that are active become the roots of the secular equation, and those that
// are done follow.
type fusion struct {
	lo           int
	rotations    []rotation
	active, done []int
	d, z         []float64 // the poles, and Löwner's z
	origin       []int     // the pole next to the root
	tau          []float64 // the distance from there
	scale        []float64 // that makes the eigenvectors of diag(d) + ρzzᵀ unit vectors
}

func newFusion(f *deflation, lo int) fusion {
	k := len(f.active)
	g := fusion{
		lo: lo, rotations: f.rotations, active: f.active, done: f.done,
		d: make([]float64, k), z: make([]float64, k),
		origin: make([]int, k), tau: make([]float64, k), scale: make([]float64, k),
	}
	for j, i := range f.active {
		g.d[j], g.z[j] = f.d[i], f.z[i]
	}
	return g
}

// row stores the components of the eigenvector of the root i, of unit length, in dst.
func (g *fusion) row(dst []float64, i int) {
	o, tau, scale := g.d[g.origin[i]], g.tau[i], g.scale[i]
	z := g.z[:len(dst)]
	for j, d := range g.d[:len(dst)] {
		dst[j] = scale * (z[j] / ((d - o) - tau))
	}
}

// solve finds the roots for the z that it replaces by Löwner's, and the roots' ends, given
// those of the rows. See secular.solve.
func (g *fusion) solve(workers int, rho float64, rows blas64.General) (lambda, ends []float64, ok bool) {
	k := len(g.d)
	if k < 128 { // less than a goroutine is worth
		workers = 1
	}
	lambda, ends = make([]float64, k, rows.Rows), make([]float64, 2*k, 2*rows.Rows)
	s := &secular{rho: rho, d: g.d, z: g.z}
	const at = 8 // roots to a task
	var failed atomic.Bool
	dense.Each(workers, (k+at-1)/at, func(_, task int) {
		for i := task * at; i < min(k, (task+1)*at); i++ {
			var ok bool
			if g.origin[i], g.tau[i], ok = s.find(i); !ok {
				failed.Store(true)
			}
			lambda[i] = g.d[g.origin[i]] + g.tau[i]
		}
	})
	z := make([]float64, k)
	const cols = 64 // to a task
	dense.Each(workers, (k+cols-1)/cols, func(_, task int) {
		g.loewner(z, task*cols, min(k, (task+1)*cols))
	})
	g.z = z
	dense.Each(workers, (k+at-1)/at, func(_, task int) {
		own := make([]float64, k)
		for i := task * at; i < min(k, (task+1)*at); i++ {
			g.scale[i] = 1
			g.row(own, i)
			norm, first, last := 0.0, 0.0, 0.0
			for j, v := range own {
				end := rows.Data[g.active[j]*rows.Stride:]
				norm += v * v
				first += v * end[0]
				last += v * end[1]
			}
			g.scale[i] = 1 / math.Sqrt(norm)
			ends[2*i], ends[2*i+1] = first*g.scale[i], last*g.scale[i]
		}
	})
	return lambda, ends, !failed.Load()
}

// loewner sets z[j0:j1] to Löwner's z.
func (g *fusion) loewner(z []float64, j0, j1 int) {
	for j := j0; j < j1; j++ {
		z[j] = 1
	}
	for i, di := range g.d {
		o, tau := g.d[g.origin[i]], g.tau[i]
		for j := j0; j < j1; j++ {
			d := g.d[j]
			if delta := (d - o) - tau; j == i {
				z[j] *= -delta
			} else {
				z[j] *= delta / (d - di)
			}
		}
	}
	for j := j0; j < j1; j++ {
		z[j] = math.Copysign(math.Sqrt(math.Abs(z[j])), g.z[j])
	}
}
