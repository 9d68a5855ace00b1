package spectra

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestCholesky checks the factor against gonum's, around the size of a block, and
// that a matrix that is not definite is refused in its last block, too.
func TestCholesky(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 95, 96, 97, 200, 300} {
		k := wishart(t, d, 2*d, newRand(80))
		var want mat.Cholesky
		if !want.Factorize(k) {
			t.Fatal("not definite")
		}
		own := mat.NewSymDense(d, nil)
		own.CopySym(k)
		if !cholesky(own.RawSymmetric()) {
			t.Fatalf("d = %d: refused", d)
		}
		for i := range d {
			for j := i; j < d; j++ {
				if u := want.RawU().At(i, j); math.Abs(own.At(i, j)-u) > 1e-13*math.Sqrt(k.At(j, j)) {
					t.Fatalf("d = %d: entry (%d,%d) is %v, gonum's %v", d, i, j, own.At(i, j), u)
				}
			}
		}
		own.CopySym(k)
		own.SetSym(d-1, d-1, -1)
		if cholesky(own.RawSymmetric()) {
			t.Errorf("d = %d: an indefinite matrix is accepted", d)
		}
	}
}

func BenchmarkNewDense(b *testing.B) {
	k := wishart(b, 1000, 2000, newRand(81))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewDense(k); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewRotated(b *testing.B) {
	lambda := must[[]float64](b)(LogSpaced(1000, 1e-2, 1))
	for b.Loop() {
		if _, err := NewRotated(lambda, newRand(82)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestOrthogonalize checks Q against gonum's, with the signs of a positive R.
func TestOrthogonalize(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 47, 48, 49, 150} {
		g := mat.NewDense(d, d, normals(d*d, newRand(83)))
		var qr mat.QR
		qr.Factorize(g)
		var q, r mat.Dense
		qr.QTo(&q)
		qr.RTo(&r)
		own := orthogonalize(mat.DenseCopyOf(g).RawMatrix())
		for j := range d {
			sign := math.Copysign(1, r.At(j, j))
			for i := range d {
				if want := sign * q.At(i, j); math.Abs(own.Data[i*d+j]-want) > 1e-11 {
					t.Fatalf("d = %d: entry (%d,%d) is %v, gonum's %v", d, i, j, own.Data[i*d+j], want)
				}
			}
		}
	}
}
