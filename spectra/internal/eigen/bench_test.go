package eigen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// covariance is a log-spaced spectrum in a random basis.
func covariance(n int) *mat.SymDense {
	return spectrum(rand.New(rand.NewPCG(1, 1)), logspaced(n, -2, 0.5))
}

func BenchmarkSym(b *testing.B) {
	for _, n := range []int{100, 500, 1000, 2000} {
		s := covariance(n)
		a := mat.NewSymDense(n, nil)
		for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
			b.Run(fmt.Sprintf("d=%d/workers=%d", n, workers), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					a.CopySym(s)
					if _, _, err := Sym(a.RawSymmetric(), workers); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("d=%d/gonum", n), func(b *testing.B) {
			b.ReportAllocs()
			var e mat.EigenSym
			for b.Loop() {
				e.Factorize(s, true)
			}
		})
	}
}

// BenchmarkSteps times the parts of Sym.
func BenchmarkSteps(b *testing.B) {
	for _, n := range []int{500, 1000} {
		s := covariance(n)
		w := &dense.Workspace{Workers: runtime.GOMAXPROCS(0)}
		a := mat.NewSymDense(n, nil)
		var t tridiagonal
		var q blas64.General
		b.Run(fmt.Sprintf("d=%d/reduce", n), func(b *testing.B) {
			for b.Loop() {
				a.CopySym(s)
				t = reduce(w, a.RawSymmetric())
			}
		})
		b.Run(fmt.Sprintf("d=%d/divide", n), func(b *testing.B) {
			for b.Loop() {
				own := tridiagonal{d: append([]float64(nil), t.d...), e: t.e, tau: t.tau}
				_, q, _ = own.divide(w.Workers)
			}
		})
		b.Run(fmt.Sprintf("d=%d/back", n), func(b *testing.B) {
			for b.Loop() {
				t.backTransform(w, a.RawSymmetric(), q)
			}
		})
	}
}

// BenchmarkModes is what the modes of K̄ need: S and K_σ from K, the
// eigendecomposition of S and the quadratic forms of its vectors. The same by
// gonum alone beside it.
func BenchmarkModes(b *testing.B) {
	for _, n := range []int{500, 1000} {
		k := covariance(n)
		b.Run(fmt.Sprintf("d=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				modes(b, k, runtime.GOMAXPROCS(0))
			}
		})
		b.Run(fmt.Sprintf("d=%d/gonum", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				gonumModes(k)
			}
		})
	}
}

// pair fills the upper triangles of S = D^{-1/2} K D^{-1/2} and M = D^{1/2} K_σ D^{1/2}.
func pair(k, s, m *mat.SymDense, workers int) {
	n := k.SymmetricDim()
	sd, root := make([]float64, n), make([]float64, n)
	for i := range n {
		sd[i] = math.Sqrt(k.At(i, i))
		root[i] = math.Sqrt(sd[i])
	}
	rk, rs, rm := k.RawSymmetric(), s.RawSymmetric(), m.RawSymmetric()
	const rows = 16
	dense.Each(workers, (n+rows-1)/rows, func(_, task int) {
		for i := task * rows; i < min(n, (task+1)*rows); i++ {
			for j := i; j < n; j++ {
				v, scale := rk.Data[i*rk.Stride+j], root[i]*root[j]
				rs.Data[i*rs.Stride+j] = v / scale
				rm.Data[i*rm.Stride+j] = scale * math.Asin(max(-1, min(1, v/(sd[i]*sd[j]))))
			}
		}
	})
}

func modes(b *testing.B, k *mat.SymDense, workers int) (lambda, c []float64) {
	n := k.SymmetricDim()
	s, m := mat.NewSymDense(n, nil), mat.NewSymDense(n, nil)
	pair(k, s, m, workers)
	lambda, q, err := Sym(s.RawSymmetric(), workers)
	if err != nil {
		b.Fatal(err)
	}
	c = make([]float64, n)
	Forms(c, q, m.RawSymmetric(), workers)
	for i := range c {
		c[i] *= lambda[i]
	}
	return lambda, c
}

func gonumModes(k *mat.SymDense) (lambda, c []float64) {
	n := k.SymmetricDim()
	s, m := mat.NewSymDense(n, nil), mat.NewSymDense(n, nil)
	pair(k, s, m, 1)
	var e mat.EigenSym
	e.Factorize(s, true)
	lambda = e.Values(nil)
	var q, mq mat.Dense
	e.VectorsTo(&q)
	mq.Mul(m, &q)
	c = make([]float64, n)
	for i := range c {
		x, y := column(&q, i), column(&mq, i)
		c[i] = lambda[i] * blas64.Dot(x, y)
	}
	return lambda, c
}

func column(m *mat.Dense, j int) blas64.Vector {
	r := m.RawMatrix()
	return blas64.Vector{N: r.Rows, Data: r.Data[j:], Inc: r.Stride}
}
