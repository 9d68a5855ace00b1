package dense

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// symv is y ← A·x, A symmetric, whose rows are divided into bands of about equal
// area above the diagonal. Each band adds into a vector of its own.
type symv struct {
	n, stride, bands int
	a, x, partial    []float64
}

// SymVec sets y = A·x. It reads the upper triangle of A once, and A must be stored as
// blas.Upper. Lengths that do not fit are a panic.
func (w *Workspace) SymVec(a blas64.Symmetric, x, y []float64) {
	n := a.N
	if len(x) != n || len(y) != n || a.Uplo != blas.Upper {
		panic("dense: lengths of the symmetric matrix–vector product differ")
	}
	if n == 0 {
		return
	}
	if foreign() {
		blas64.Symv(1, a, Vector(x), 0, Vector(y))
		return
	}
	// The number of bands fixes the order of the sums, so it must depend on n alone.
	const order, most = 128, 16
	bands := 1
	if n >= order {
		bands = min(2*(n/order), most)
	}
	w.partial = grow(w.partial, (bands-1)*n)
	w.symv = symv{n: n, stride: a.Stride, bands: bands, a: a.Data, x: x, partial: w.partial}
	s := &w.symv
	if w.Workers <= 1 || n*n < smallVector {
		for b := range bands {
			s.band(b, y)
		}
	} else {
		s.parallel(w.Workers, y)
	}
	for b := 1; b < bands; b++ {
		first := s.edge(b)
		blas64.Axpy(1, Vector(s.partial[(b-1)*n+first:b*n]), Vector(y[first:]))
	}
}

func (s *symv) parallel(workers int, y []float64) {
	Each(workers, s.bands, func(_, b int) { s.band(b, y) })
}

// edge returns the first row of band b, a multiple of four.
func (s *symv) edge(b int) int {
	if b == s.bands {
		return s.n
	}
	left := 1 - float64(b)/float64(s.bands) // of the area
	return int(float64(s.n)*(1-math.Sqrt(left))) &^ 3
}

// band computes the contribution of the rows of band b, to y for the first and to
// its part of s.partial for the others.
func (s *symv) band(b int, y []float64) {
	first, end := s.edge(b), s.edge(b+1)
	if b > 0 {
		y = s.partial[(b-1)*s.n : b*s.n]
	}
	clear(y[first:])
	i := first
	for ; i+4 < s.n && i < end; i += 4 {
		s.corner(i, y)
		x := (*[4]float64)(s.x[i:])
		d := both4(x, s.a[i*s.stride+i+4:], s.stride, s.x[i+4:s.n], y[i+4:])
		for r, v := range d {
			y[i+r] += v
		}
	}
	for ; i < end; i++ { // at most four rows, the matrix's last
		row := s.a[i*s.stride:]
		y[i] += row[i] * s.x[i]
		for j := i + 1; j < end; j++ {
			y[i] += row[j] * s.x[j]
			y[j] += row[j] * s.x[i]
		}
	}
}

// corner adds the contribution of the block of four rows on the diagonal.
func (s *symv) corner(i int, y []float64) {
	at := i*s.stride + i
	r0 := (*[4]float64)(s.a[at:])
	r1 := (*[3]float64)(s.a[at+s.stride+1:])
	r2 := (*[2]float64)(s.a[at+2*s.stride+2:])
	r3 := s.a[at+3*s.stride+3]
	x, to := (*[4]float64)(s.x[i:]), (*[4]float64)(y[i:])
	to[0] += r0[0]*x[0] + r0[1]*x[1] + r0[2]*x[2] + r0[3]*x[3]
	to[1] += r0[1]*x[0] + r1[0]*x[1] + r1[1]*x[2] + r1[2]*x[3]
	to[2] += r0[2]*x[0] + r1[1]*x[1] + r2[0]*x[2] + r2[1]*x[3]
	to[3] += r0[3]*x[0] + r1[2]*x[1] + r2[1]*x[2] + r3*x[3]
}
