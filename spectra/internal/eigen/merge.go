package eigen

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// merge makes one part of [lo, mid) and [mid, hi).
func (c *conquest) merge(w *dense.Workspace, lo, mid, hi int) {
	n := hi - lo
	f := c.newDeflation(lo, mid, hi)
	// The halves' orders count from lo and from mid.
	for i := mid; i < hi; i++ {
		c.order[i] += f.mid
	}
	f.run(mergePlaces(c.order[lo:mid], c.order[mid:hi], f.d))

	// Active rows with a top half first, with a bottom half last, so that each half
	// is a product of its own.
	var places []int
	var count [3]int
	for _, kind := range []support{top, both, bottom} {
		for j, i := range f.active {
			if f.kind[i] == kind {
				places = append(places, j)
				count[kind]++
			}
		}
	}
	k := len(f.active)
	s := &secular{rho: f.rho, d: make([]float64, k), z: make([]float64, k)}
	for j, i := range f.active {
		s.d[j], s.z[j] = f.d[i], f.z[i]
	}
	u := scratch(c.u, lo, k, k)
	lambda := make([]float64, k)
	if !s.solve(w.Workers, lambda, u, places) {
		c.failed.Store(true)
	}

	// gathered: the top halves, the bottom halves, the rows that are done.
	room := c.gathered.Data[lo*c.gathered.Stride:]
	upper := blas64.General{Rows: count[top] + count[both], Cols: f.mid, Stride: f.mid, Data: room}
	room = room[upper.Rows*upper.Cols:]
	lower := blas64.General{Rows: count[both] + count[bottom], Cols: n - f.mid, Stride: n - f.mid, Data: room}
	room = room[lower.Rows*lower.Cols:]
	for p, j := range places {
		i := f.active[j]
		if p < upper.Rows {
			copy(dense.Row(upper, p), dense.Row(f.q, i)[:f.mid])
		}
		if p >= count[top] {
			copy(dense.Row(lower, p-count[top]), dense.Row(f.q, i)[f.mid:])
		}
	}
	done := blas64.General{Rows: n - k, Cols: n, Stride: n, Data: room}
	values := make([]float64, 0, n-k)
	for p, i := range f.done {
		f.widen(i)
		copy(dense.Row(done, p), dense.Row(f.q, i))
		values = append(values, f.d[i])
	}
	product(w, dense.Part(u, 0, k, 0, upper.Rows), upper, dense.Part(f.q, 0, k, 0, f.mid))
	product(w, dense.Part(u, 0, k, count[top], k), lower, dense.Part(f.q, 0, k, f.mid, n))
	copy(f.d, lambda)
	copy(f.d[k:], values)
	for p := range values {
		copy(dense.Row(f.q, k+p), dense.Row(done, p))
	}
	sortPlaces(c.order[lo:hi], f.d)
}

// product sets c = a·b.
func product(w *dense.Workspace, a, b, c blas64.General) {
	w.Product(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c)
}

// scratch returns the memory of g from row lo on as a rows×cols matrix.
func scratch(g blas64.General, lo, rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: max(1, cols), Data: g.Data[lo*g.Stride:][:rows*cols]}
}

// mergePlaces merges the places a and b, each in ascending order of d.
func mergePlaces(a, b []int, d []float64) []int {
	merged := make([]int, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if d[b[0]] < d[a[0]] {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}

// solve finds all roots λ, and the normalised eigenvectors of diag(d) + ρ z zᵀ as
// the rows of u, their components in the given order of places.
//
// The vectors are those of the matrix whose eigenvalues the computed λ are
// exactly: by Löwner's formula its z has
// ẑ_j² = Π_i (λ_i − d_j) / Π_{i≠j} (d_i − d_j), up to a factor. They are orthogonal
// to working precision however close the λ are.
func (s *secular) solve(workers int, lambda []float64, u blas64.General, places []int) bool {
	k := len(s.d)
	if k < 128 { // less than a goroutine is worth
		workers = 1
	}
	const rows, cols = 8, 64 // to a task
	ok := make([]bool, k)
	dense.Each(workers, (k+rows-1)/rows, func(_, task int) {
		for i := task * rows; i < min(k, (task+1)*rows); i++ {
			lambda[i], ok[i] = s.root(i, dense.Row(u, i))
		}
	})
	z := make([]float64, k)
	dense.Each(workers, (k+cols-1)/cols, func(_, task int) {
		j0, j1 := task*cols, min(k, (task+1)*cols)
		s.loewner(z, u, j0, j1)
	})
	dense.Each(workers, (k+rows-1)/rows, func(_, task int) {
		own := make([]float64, k)
		for i := task * rows; i < min(k, (task+1)*rows); i++ {
			delta := dense.Row(u, i)
			norm := 0.0
			for p, j := range places {
				own[p] = z[j] / delta[j]
				norm += own[p] * own[p]
			}
			inverse := 1 / math.Sqrt(norm)
			for p, v := range own {
				delta[p] = v * inverse
			}
		}
	})
	for _, converged := range ok {
		if !converged {
			return false
		}
	}
	return true
}

// loewner sets z[j0:j1] to ẑ from the rows δ_ij = d_j − λ_i of u.
func (s *secular) loewner(z []float64, u blas64.General, j0, j1 int) {
	for j := j0; j < j1; j++ {
		z[j] = 1
	}
	for i, di := range s.d {
		delta := dense.Row(u, i)
		for j := j0; j < j1; j++ {
			if j == i {
				z[j] *= -delta[j]
			} else {
				z[j] *= delta[j] / (s.d[j] - di)
			}
		}
	}
	for j := j0; j < j1; j++ {
		z[j] = math.Copysign(math.Sqrt(math.Abs(z[j])), s.z[j])
	}
}
