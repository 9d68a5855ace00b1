package eigen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

func factors(t *testing.T, s *mat.SymDense, workers int) *Factors {
	t.Helper()
	f, err := Factor(mat.NewSymDense(s.SymmetricDim(), append([]float64(nil), s.RawSymmetric().Data...)).RawSymmetric(), workers)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func all(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// TestFactors asks of the factors what TestSym asks of Sym, and that Qᵀx and some of the
// vectors are those of all vectors.
func TestFactors(t *testing.T) {
	for _, f := range families {
		rng := rand.New(rand.NewPCG(1, 1))
		for _, n := range []int{1, 2, 3, 5, 31, 32, 33, 64, 65, 97, 130, 259, 301} {
			s := f.make(rng, n)
			g := factors(t, s, 1)
			values := make([]float64, n)
			g.Values(values)
			for i := 1; i < n; i++ {
				if !(values[i-1] <= values[i]) {
					t.Fatalf("%s, n = %d: eigenvalues %d and %d are %v, %v", f.name, n, i-1, i, values[i-1], values[i])
				}
			}
			vectors := g.Vectors(all(n))
			residual, orthogonality, difference := defects(s, values, vectors)
			bound := 20 + 4*float64(n)
			if !(residual <= bound && orthogonality <= bound && difference <= bound) {
				t.Errorf("%s, n = %d: residual %.1f, orthogonality %.1f, difference from gonum %.1f, all in rounding units, bound %.0f",
					f.name, n, residual, orthogonality, difference, bound)
			}
			x, y := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i] = rng.NormFloat64()
			}
			g.MulTransVec(y, x)
			for i, v := range y {
				if want := floats.Dot(dense.Row(vectors, i), x); math.Abs(v-want) > bound*eps*floats.Norm(x, 2) {
					t.Errorf("%s, n = %d: component %d of Qᵀx is %v, want %v", f.name, n, i, v, want)
				}
			}
			some := []int{n - 1, 0, n / 2}
			for r, row := range some {
				if d := floats.Distance(dense.Row(g.Vectors(some), r), dense.Row(vectors, row), 2); d > bound*eps {
					t.Errorf("%s, n = %d: vector %d alone differs by %.1e", f.name, n, row, d)
				}
			}
		}
	}
}

func TestFactorsDoNotDependOnWorkers(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, f := range families[:6] {
		const n = 300
		s := f.make(rng, n)
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		result := func(workers int) []float64 {
			g := factors(t, s, workers)
			out := make([]float64, 2*n)
			g.Values(out)
			g.MulTransVec(out[n:], x)
			return append(out, g.Vectors([]int{0, n / 2, n - 1}).Data...)
		}
		want := result(1)
		for _, workers := range []int{2, 3, 8} {
			if !floats.Equal(result(workers), want) {
				t.Errorf("%s: the factors depend on the number of workers, %d", f.name, workers)
			}
		}
	}
}

func TestFactorMistakes(t *testing.T) {
	if _, err := Factor(mat.NewSymDense(2, []float64{1, math.NaN(), 0, 1}).RawSymmetric(), 1); err == nil {
		t.Error("NaN: no error")
	}
	f, err := Factor(blas64.Symmetric{Uplo: 'U', Stride: 1}, 1)
	if err != nil || f.Vectors(nil).Rows != 0 {
		t.Errorf("order 0: %v", err)
	}
}

func BenchmarkFactor(b *testing.B) {
	for _, n := range []int{100, 500, 1000, 2000} {
		s := covariance(n)
		a := mat.NewSymDense(n, nil)
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = 1
		}
		var f *Factors
		b.Run(fmt.Sprintf("d=%d/factor", n), func(b *testing.B) {
			for b.Loop() {
				a.CopySym(s)
				f, _ = Factor(a.RawSymmetric(), runtime.GOMAXPROCS(0))
			}
		})
		b.Run(fmt.Sprintf("d=%d/apply", n), func(b *testing.B) {
			for b.Loop() {
				f.MulTransVec(y, x)
			}
		})
		b.Run(fmt.Sprintf("d=%d/vectors", n), func(b *testing.B) {
			for b.Loop() {
				f.Vectors(all(n))
			}
		})
	}
}
