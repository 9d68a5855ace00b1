package dense

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// A block of the right operand has kc rows, so that one of its panels stays in
// the first-level cache while it meets every panel of a block of the left
// operand of mc rows, which stays in the second; nc columns bound the scratch.
const (
	kc = 256
	mc = 96
	nc = 128 * nr
)

// Below these numbers of multiplications, some tens of microseconds of work, more
// goroutines cost more than they save: products work from the caches, matrix and
// vector from memory.
const (
	smallProduct = 1 << 20
	smallVector  = 1 << 18
)

// product is C ← α·A·B + β·C, or the same in C's upper triangle alone.
type product struct {
	m, n, k     int
	a, b        operand
	alpha, beta float64
	c           []float64
	ldc         int
	upper       bool
}

// Product computes C ← α·op(A)·op(B) + β·C, op(X) being X or, for blas.Trans, Xᵀ.
// Shapes that do not fit are a panic.
func (w *Workspace) Product(tA, tB blas.Transpose, alpha float64, a, b blas64.General, beta float64, c blas64.General) {
	m, k := shape(a, tA)
	rows, n := shape(b, tB)
	if rows != k || c.Rows != m || c.Cols != n {
		panic("dense: shapes of the product differ")
	}
	if foreign() {
		blas64.Gemm(tA, tB, alpha, a, b, beta, c)
		return
	}
	w.task = product{
		m: m, n: n, k: k, alpha: alpha, beta: beta,
		a: operand{a.Data, a.Stride, tA != blas.NoTrans},
		b: operand{b.Data, b.Stride, tB != blas.NoTrans},
		c: c.Data, ldc: c.Stride,
	}
	w.multiply()
}

// UpdateUpper adds α·AᵀB, which the caller knows to be symmetric, to the upper
// triangle of C, the other triangle being neither read nor written: with
// A = [V; W] and B = [W; V], rows upon rows, it is the symmetric rank-2k update
// C + α(VᵀW + WᵀV). C must be stored as blas.Upper.
func (w *Workspace) UpdateUpper(alpha float64, a, b blas64.General, c blas64.Symmetric) {
	if a.Rows != b.Rows || a.Cols != c.N || b.Cols != c.N || c.Uplo != blas.Upper {
		panic("dense: shapes of the update differ")
	}
	if foreign() {
		// ½(AᵀB + BᵀA) is AᵀB again.
		blas64.Syr2k(blas.Trans, alpha/2, a, b, 1, c)
		return
	}
	w.task = product{
		m: c.N, n: c.N, k: a.Rows, alpha: alpha, beta: 1,
		a: operand{a.Data, a.Stride, true},
		b: operand{b.Data, b.Stride, false},
		c: c.Data, ldc: c.Stride, upper: true,
	}
	w.multiply()
}

func shape(a blas64.General, t blas.Transpose) (rows, cols int) {
	if t == blas.NoTrans {
		return a.Rows, a.Cols
	}
	return a.Cols, a.Rows
}

// multiply does w.task, block after block.
func (w *Workspace) multiply() {
	t := &w.task
	if t.m == 0 || t.n == 0 {
		return
	}
	idle := t.k == 0 || t.alpha == 0
	if t.beta != 1 && (idle || t.beta != 0) {
		for i := range t.m {
			scale(t.beta, t.c[i*t.ldc:][:t.n])
		}
		t.beta = 1
	}
	if idle {
		return
	}
	workers := w.Workers
	if float64(t.m)*float64(t.n)*float64(t.k) < smallProduct {
		workers = 1
	}
	for j0 := 0; j0 < t.n; j0 += nc {
		for k0 := 0; k0 < t.k; k0 += kc {
			w.block(workers, j0, min(nc, t.n-j0), k0, min(kc, t.k-k0))
		}
	}
}

// block adds the contribution of rows [k0, k0+k) of B's columns [j0, j0+n).
func (w *Workspace) block(workers, j0, n, k0, k int) {
	w.b = grow(w.b, (n+nr-1)/nr*nr*k)
	chunk, chunks := w.split(workers, w.task.m, k)
	if workers > 1 {
		w.parallelBlock(workers, j0, n, k0, k, chunk, chunks)
		return
	}
	for j := 0; j < n; j += nr {
		w.task.b.packColumns(w.b[j*k:], k0, k, j0+j, min(nr, n-j))
	}
	for i := range chunks {
		w.task.rows(w.a[0], w.b, i*chunk, min(chunk, w.task.m-i*chunk), j0, n, k0, k)
	}
}

// parallelBlock is kept apart so that the serial product allocates no closure.
func (w *Workspace) parallelBlock(workers, j0, n, k0, k, chunk, chunks int) {
	const panels = 8 // packed at a time
	Each(workers, (n+panels*nr-1)/(panels*nr), func(_, i int) {
		for j := i * panels * nr; j < min(n, (i+1)*panels*nr); j += nr {
			w.task.b.packColumns(w.b[j*k:], k0, k, j0+j, min(nr, n-j))
		}
	})
	Each(workers, chunks, func(worker, i int) {
		w.task.rows(w.a[worker], w.b, i*chunk, min(chunk, w.task.m-i*chunk), j0, n, k0, k)
	})
}

// split divides m rows into chunks of equal size, each a multiple of mr and at
// most mc, and provides every worker with scratch for one packed to depth k.
func (w *Workspace) split(workers, m, k int) (chunk, chunks int) {
	workers = max(1, workers)
	chunks = (m + mc - 1) / mc
	chunks = (chunks + workers - 1) / workers * workers
	chunk = ((m+chunks-1)/chunks + mr - 1) / mr * mr
	for len(w.a) < workers {
		w.a = append(w.a, nil)
	}
	for i := range workers {
		w.a[i] = grow(w.a[i], mc*k)
	}
	return chunk, (m + chunk - 1) / chunk
}

// rows multiplies m rows of A from i0 on, packed into scratch, by the packed
// block b.
func (t *product) rows(scratch, b []float64, i0, m, j0, n, k0, k int) {
	if t.upper && j0+n <= i0 {
		return
	}
	t.a.packRows(scratch, i0, m, k0, k)
	add := k0 > 0 || t.beta != 0
	for j := 0; j < n; j += nr {
		for i := 0; i < m; i += mr {
			row, col := i0+i, j0+j
			if t.upper && col+nr <= row {
				break
			}
			at := t.c[row*t.ldc+col:]
			a, b := scratch[i*k:], b[j*k:]
			height, width := min(mr, m-i), min(nr, n-j)
			if height == mr && width == nr && !(t.upper && col < row+mr-1) {
				tile(k, a, b, at, t.ldc, t.alpha, add)
				continue
			}
			below := -nr // entries of the tile with j−i < below are not C's
			if t.upper {
				below = row - col
			}
			edge(k, a, b, at, t.ldc, t.alpha, add, height, width, below)
		}
	}
}

// edge is tile where only the entries (i, j), i < height, j < width, j−i ≥ below
// belong to C.
func edge(k int, a, b, c []float64, ldc int, alpha float64, add bool, height, width, below int) {
	var whole [mr * nr]float64
	if add {
		for i := range height {
			copy(whole[i*nr:(i+1)*nr], c[i*ldc:][:width])
		}
	}
	tile(k, a, b, whole[:], nr, alpha, add)
	for i := range height {
		from := min(width, max(0, i+below))
		copy(c[i*ldc+from:i*ldc+width], whole[i*nr+from:])
	}
}

// scale multiplies x by beta, and sets it to zero for beta = 0.
func scale(beta float64, x []float64) {
	if beta == 0 {
		clear(x)
		return
	}
	for i := range x {
		x[i] *= beta
	}
}
