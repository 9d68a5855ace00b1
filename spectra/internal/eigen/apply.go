package eigen

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// MulTransVec stores Qᵀx in dst, the components of x along the eigenvectors in the order
// of their values. Both have length n and may be the same. It costs about 6n² operations.
func (f *Factors) MulTransVec(dst, x []float64) {
	n := f.a.N
	y, next := append([]float64{}, x[:n]...), make([]float64, n)
	for j, tau := range f.t.tau { // y ← H_{n−2} ⋯ H_0 x
		v, y := dense.Vector(f.a.Data[j*f.a.Stride+j+1:][:n-j-1]), dense.Vector(y[j+1:])
		blas64.Axpy(-tau*blas64.Dot(v, y), v, y)
	}
	for _, p := range f.leaves {
		n := p.hi - p.lo
		z := blas64.General{Rows: n, Cols: n, Stride: n, Data: p.z}
		blas64.Gemv(blas.Trans, 1, z, dense.Vector(y[p.lo:p.hi]), 0, dense.Vector(next[p.lo:p.hi]))
	}
	y, next = next, y
	for _, level := range f.merges {
		for m := range level {
			g := &level[m]
			size := len(g.active) + len(g.done)
			g.apply(f.workers, next[g.lo:][:size], y[g.lo:][:size])
		}
		y, next = next, y
	}
	for i, place := range f.order {
		dst[i] = y[place]
	}
}

// apply stores the components of x along the rows after the merge in dst, given those
// along the rows before it, which it rotates.
func (g *fusion) apply(workers int, dst, x []float64) {
	for _, r := range g.rotations {
		x[r.i], x[r.j] = r.c*x[r.i]+r.s*x[r.j], r.c*x[r.j]-r.s*x[r.i]
	}
	k := len(g.active)
	y := make([]float64, k)
	for j, i := range g.active {
		y[j] = g.z[j] * x[i]
	}
	for p, i := range g.done {
		dst[k+p] = x[i]
	}
	if k < 128 {
		workers = 1
	}
	const rows = 16 // to a task
	dense.Each(workers, (k+rows-1)/rows, func(_, task int) {
		for i := task * rows; i < min(k, (task+1)*rows); i++ {
			o, tau := g.d[g.origin[i]], g.tau[i]
			sum := 0.0
			for j, d := range g.d {
				sum += y[j] / ((d - o) - tau)
			}
			dst[i] = sum * g.scale[i]
		}
	})
}

// Vectors returns the eigenvectors of the values at the given places as the rows of a
// matrix. All n of them cost as much as those of Sym.
func (f *Factors) Vectors(places []int) blas64.General {
	n, rows := f.a.N, len(places)
	x, next := dense.General(rows, n), dense.General(rows, n)
	for r, i := range places {
		dense.Row(x, r)[f.order[i]] = 1
	}
	w := &dense.Workspace{Workers: f.workers}
	for level := len(f.merges) - 1; level >= 0; level-- {
		for m := range f.merges[level] {
			f.merges[level][m].expand(w, next, x)
		}
		x, next = next, x
	}
	for _, p := range f.leaves {
		n := p.hi - p.lo
		z := blas64.General{Rows: n, Cols: n, Stride: n, Data: p.z}
		w.Product(blas.NoTrans, blas.Trans, 1, dense.Part(x, 0, rows, p.lo, p.hi), z, 0, dense.Part(next, 0, rows, p.lo, p.hi))
	}
	if rows > 0 && n > 0 {
		f.t.backTransform(w, f.a, next)
	}
	return next
}

// expand stores vectors in terms of the rows before the merge in dst, given them in terms
// of the rows after it. The vectors are rows of the matrices.
func (g *fusion) expand(w *dense.Workspace, dst, x blas64.General) {
	k, n := len(g.active), len(g.active)+len(g.done)
	const chunk = 256 // roots at a time
	u, y := dense.General(min(chunk, k), k), dense.General(x.Rows, k)
	for i0 := 0; i0 < k; i0 += chunk {
		i1 := min(k, i0+chunk)
		dense.Each(w.Workers, i1-i0, func(_, i int) { g.row(dense.Row(u, i), i0+i) })
		w.Product(blas.NoTrans, blas.NoTrans, 1, dense.Part(x, 0, x.Rows, g.lo+i0, g.lo+i1), dense.Part(u, 0, i1-i0, 0, k), 1, y)
	}
	for r := range x.Rows {
		to, from := dense.Row(dst, r)[g.lo:][:n], dense.Row(x, r)[g.lo:][:n]
		for j, i := range g.active {
			to[i] = dense.Row(y, r)[j]
		}
		for p, i := range g.done {
			to[i] = from[k+p]
		}
		for m := len(g.rotations) - 1; m >= 0; m-- {
			q := g.rotations[m]
			to[q.i], to[q.j] = q.c*to[q.i]-q.s*to[q.j], q.c*to[q.j]+q.s*to[q.i]
		}
	}
}
