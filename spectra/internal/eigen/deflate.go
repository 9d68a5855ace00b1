package eigen

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// support says which half of a row of a part's eigenvectors is not zero.
type support int

const (
	top    support = iota // the columns of the first half
	both                  // all
	bottom                // the columns of the second half
)

// deflation is a merge before its secular equation: the part is
// diag(d) + ρ z zᵀ in the basis of the rows of q, and the rows that z misses are
// eigenvectors already.
type deflation struct {
	q    blas64.General // n×n, the rows of both halves; outside a row's support, undefined
	mid  int            // rows and columns of the first half
	d, z []float64
	rho  float64
	tol  float64
	kind []support

	active, done []int // places of the rows that stay and of those deflated
	rotations    []rotation
}

// rotation turns the rows i and j by the angle of cosine c and sine s.
type rotation struct {
	i, j int
	c, s float64
}

// newDeflation merges the parts [lo, mid) and [mid, hi): cutting T at mid took
// |e_{mid−1}| v vᵀ from it, v having 1 and sign(e_{mid−1}) on both sides of the
// cut.
func (c *conquest) newDeflation(lo, mid, hi int) *deflation {
	n := hi - lo
	f := &deflation{
		q: dense.Part(c.q, lo, hi, lo, hi), mid: mid - lo,
		d: c.d[lo:hi], z: make([]float64, n),
		kind: make([]support, n),
	}
	for i := range n {
		if i < f.mid {
			f.z[i] = dense.Row(f.q, i)[f.mid-1]
		} else {
			f.z[i] = dense.Row(f.q, i)[f.mid]
			f.kind[i] = bottom
		}
	}
	f.join(c.e[mid-1])
	return f
}

// join makes z, which holds the components of the rows next to the cut, and ρ those of
// the entry e of T that was cut.
func (f *deflation) join(e float64) {
	f.rho = 2 * math.Abs(e)
	sign := math.Copysign(math.Sqrt2/2, e)
	for i := range f.z {
		if i < f.mid {
			f.z[i] *= math.Sqrt2 / 2
		} else {
			f.z[i] *= sign
		}
	}
	var dMax, zMax float64
	for i := range f.z {
		dMax = max(dMax, math.Abs(f.d[i]))
		zMax = max(zMax, math.Abs(f.z[i]))
	}
	f.tol = 8 * eps * max(dMax, zMax)
}

// run sorts the rows, taken in ascending order of d, into active and done. A row
// is done if z misses it, and of two rows with nearly equal d one is made so by a
// rotation: either changes the matrix by at most tol.
func (f *deflation) run(ascending []int) {
	if len(ascending) == 0 {
		return
	}
	pending := -1
	for _, i := range ascending {
		switch {
		case f.rho*math.Abs(f.z[i]) <= f.tol:
			f.done = append(f.done, i)
			continue
		case pending >= 0 && f.rotate(pending, i):
			f.done = append(f.done, pending)
		case pending >= 0:
			f.active = append(f.active, pending)
		}
		pending = i
	}
	if pending >= 0 {
		f.active = append(f.active, pending)
	}
}

// rotate moves z_i into z_j if d_i and d_j are close enough.
func (f *deflation) rotate(i, j int) bool {
	c, s := f.z[j], f.z[i]
	r := math.Hypot(c, s)
	c, s = c/r, -s/r
	if math.Abs((f.d[j]-f.d[i])*c*s) > f.tol {
		return false
	}
	f.z[i], f.z[j] = 0, r
	if f.kind[i] != f.kind[j] {
		f.widen(i)
		f.widen(j)
	}
	x, y := f.rowOf(i), f.rowOf(j)
	blas64.Rot(dense.Vector(x), dense.Vector(y), c, s)
	f.rotations = append(f.rotations, rotation{i, j, c, s})
	di, dj := f.d[i], f.d[j]
	f.d[i] = di*c*c + dj*s*s
	f.d[j] = di*s*s + dj*c*c
	return true
}

// widen makes the whole of row i valid.
func (f *deflation) widen(i int) {
	switch f.kind[i] {
	case top:
		clear(dense.Row(f.q, i)[f.mid:])
	case bottom:
		clear(dense.Row(f.q, i)[:f.mid])
	}
	f.kind[i] = both
}

// rowOf returns row i where it is not zero.
func (f *deflation) rowOf(i int) []float64 {
	switch f.kind[i] {
	case top:
		return dense.Row(f.q, i)[:f.mid]
	case bottom:
		return dense.Row(f.q, i)[f.mid:]
	}
	return dense.Row(f.q, i)
}
