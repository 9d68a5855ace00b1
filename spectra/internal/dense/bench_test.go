package dense

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

func gflops(b *testing.B, flops float64) {
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

func BenchmarkProduct(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{100, 500, 1000} {
		x, y, z := random(rng, n, n), random(rng, n, n), random(rng, n, n)
		for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
			w := &Workspace{Workers: workers}
			for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				b.Run(fmt.Sprintf("d=%d/workers=%d/A%c", n, workers, t), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						w.Product(t, t, 1, x, y, 0, z)
					}
					gflops(b, 2*float64(n)*float64(n)*float64(n))
				})
			}
		}
		b.Run(fmt.Sprintf("d=%d/gonum", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, x, y, 0, z)
			}
			gflops(b, 2*float64(n)*float64(n)*float64(n))
		})
	}
}

// BenchmarkLower counts the operations that remain, n·d², half of a product's.
func BenchmarkLower(b *testing.B) {
	rng := rand.New(rand.NewPCG(2, 1))
	const d = 500
	factor := random(rng, d, d)
	l := NewLower(triangle(factor, blas.Lower))
	for _, n := range []int{1, 16, 64, 1024} {
		z, x := random(rng, n, d), random(rng, n, d)
		for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
			w := &Workspace{Workers: workers}
			b.Run(fmt.Sprintf("%dx%d/workers=%d", n, d, workers), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					l.MulTransTo(x, blas.NoTrans, z, w)
				}
				gflops(b, float64(n)*float64(d)*float64(d))
			})
		}
	}
}

func BenchmarkSymVec(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, n := range []int{100, 500, 1000} {
		g := random(rng, n, n)
		s := blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: g.Stride, Data: g.Data}
		x, y := random(rng, 1, n).Data[:n], random(rng, 1, n).Data[:n]
		for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
			w := &Workspace{Workers: workers}
			b.Run(fmt.Sprintf("d=%d/workers=%d", n, workers), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					w.SymVec(s, x, y)
				}
				gflops(b, 2*float64(n)*float64(n))
			})
		}
		b.Run(fmt.Sprintf("d=%d/gonum", n), func(b *testing.B) {
			for b.Loop() {
				blas64.Symv(1, s, Vector(x), 0, Vector(y))
			}
			gflops(b, 2*float64(n)*float64(n))
		})
	}
}
