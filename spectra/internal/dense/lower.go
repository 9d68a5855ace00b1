package dense

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// Lower is a lower triangular matrix L of order d, packed for products X = Z·Lᵀ. If L is a
// Cholesky factor of K and the rows of Z are drawn from N(0, I), the rows of X are samples
// of N(0, K). A Lower holds about d²/2 numbers, never changes, and is safe for concurrent
// use.
type Lower struct {
	dim    int
	panels []float64          // columns of Lᵀ, nr at a time, each panel down to the diagonal
	blas   *blas64.Triangular // L itself, if the user has replaced gonum's BLAS
}

// NewLower packs the triangle t. It is L itself, or Lᵀ if it is stored as blas.Upper, like
// the factor of mat.Cholesky. The numbers are copied, and the other triangle is not read.
// The diagonal of t must be stored (blas.NonUnit).
func NewLower(t blas64.Triangular) *Lower {
	if t.Diag != blas.NonUnit {
		panic("dense: triangle without its diagonal")
	}
	n := t.N
	if foreign() {
		own := t
		own.Data = append([]float64(nil), t.Data...)
		return &Lower{dim: n, blas: &own}
	}
	l := &Lower{dim: n, panels: make([]float64, offset((n+nr-1)/nr))}
	for i := range n {
		if t.Uplo == blas.Lower {
			panel := l.panels[offset(i/nr)+i%nr:]
			for k, v := range t.Data[i*t.Stride:][:i+1] {
				panel[k*nr] = v
			}
			continue
		}
		row := t.Data[i*t.Stride:][:n]
		for j := i; j < n; {
			end := min(n, j/nr*nr+nr)
			copy(l.panels[offset(j/nr)+i*nr+j%nr:], row[j:end])
			j = end
		}
	}
	return l
}

// offset is the length of the first p panels, of nr, 2nr, … rows. The last one is
// filled up with rows of zeros.
func offset(p int) int { return nr * nr * (p * (p + 1) / 2) }

// Dim returns the order d of L.
func (l *Lower) Dim() int { return l.dim }

// MulTransTo sets X = op(Z)·Lᵀ, where X is n×d and op(Z) is Z or, for blas.Trans, Zᵀ. It
// takes half the operations of the product with a full matrix. A NaN or an infinity in
// column k of op(Z) changes only columns k, …, d−1 of X. Shapes that do not fit are a
// panic.
func (l *Lower) MulTransTo(x blas64.General, tZ blas.Transpose, z blas64.General, w *Workspace) {
	rows, cols := shape(z, tZ)
	if cols != l.dim || x.Rows != rows || x.Cols != cols {
		panic("dense: shapes of the triangular product differ")
	}
	if rows == 0 || cols == 0 {
		return
	}
	if l.blas != nil {
		l.foreign(x, tZ, z)
		return
	}
	o := operand{z.Data, z.Stride, tZ != blas.NoTrans}
	workers := w.Workers
	if float64(rows)*float64(cols)*float64(cols)/2 < smallProduct {
		workers = 1
	}
	chunk, chunks := w.split(workers, rows, min(kc, cols))
	if workers <= 1 {
		for i0 := 0; i0 < rows; i0 += chunk {
			l.rows(w.a[0], x, o, i0, min(chunk, rows-i0))
		}
		return
	}
	l.parallel(w, workers, x, o, chunk, chunks)
}

// parallel is kept apart so that the serial product allocates no closure.
func (l *Lower) parallel(w *Workspace, workers int, x blas64.General, z operand, chunk, chunks int) {
	Each(workers, chunks, func(worker, i int) {
		l.rows(w.a[worker], x, z, i*chunk, min(chunk, x.Rows-i*chunk))
	})
}

// rows computes m rows of X from i0 on.
func (l *Lower) rows(scratch []float64, x blas64.General, z operand, i0, m int) {
	for k0 := 0; k0 < l.dim; k0 += kc {
		k := min(kc, l.dim-k0)
		z.packRows(scratch, i0, m, k0, k)
		for j := k0 / nr * nr; j < l.dim; j += nr {
			b := l.panels[offset(j/nr)+k0*nr:]
			depth, width := min(k, j+nr-k0), min(nr, l.dim-j)
			for i := 0; i < m; i += mr {
				a, c := scratch[i*k:], x.Data[(i0+i)*x.Stride+j:]
				// A panel that begins in this block of rows has no earlier part.
				if height := min(mr, m-i); height < mr || width < nr {
					edge(depth, a, b, c, x.Stride, 1, k0 > 0, height, width, -nr)
				} else {
					tile(depth, a, b, c, x.Stride, 1, k0 > 0)
				}
			}
		}
	}
	for i := i0; i < i0+m; i++ {
		row := x.Data[i*x.Stride:][:l.dim]
		// Whatever is not finite in row i of Z, or comes to be, ends up in the last
		// column, and may have met the zeros of a diagonal panel.
		if last := row[l.dim-1]; last-last != 0 {
			l.careful(row, z, i)
		}
	}
}

// careful computes row i of X without touching a zero above L's diagonal.
func (l *Lower) careful(row []float64, z operand, i int) {
	at, step := i*z.stride, 1
	if z.transposed {
		at, step = i, z.stride
	}
	for j := range row {
		panel := l.panels[offset(j/nr)+j%nr:]
		sum := 0.0
		for k := range j + 1 {
			sum += z.data[at+k*step] * panel[k*nr]
		}
		row[j] = sum
	}
}

// foreign leaves the product to the user's BLAS.
func (l *Lower) foreign(x blas64.General, tZ blas.Transpose, z blas64.General) {
	for i := range x.Rows {
		row := x.Data[i*x.Stride:][:l.dim]
		if tZ == blas.NoTrans {
			copy(row, z.Data[i*z.Stride:])
			continue
		}
		for j := range row {
			row[j] = z.Data[j*z.Stride+i]
		}
	}
	t := blas.Trans
	if l.blas.Uplo == blas.Upper {
		t = blas.NoTrans
	}
	blas64.Trmm(blas.Right, t, 1, *l.blas, x)
}
