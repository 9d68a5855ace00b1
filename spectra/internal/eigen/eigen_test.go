package eigen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// spectrum returns Q diag(values) Qᵀ for a random orthogonal Q.
func spectrum(rng *rand.Rand, values []float64) *mat.SymDense {
	n := len(values)
	g := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			g.Set(i, j, rng.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(g)
	var q, scaled, full mat.Dense
	qr.QTo(&q)
	scaled.Apply(func(_, j int, v float64) float64 { return v * values[j] }, &q)
	full.Mul(&scaled, q.T())
	return symmetric(n, func(i, j int) float64 { return full.At(i, j) })
}

func symmetric(n int, entry func(i, j int) float64) *mat.SymDense {
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, entry(i, j))
		}
	}
	return s
}

func logspaced(n int, lo, hi float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Pow(10, lo+(hi-lo)*float64(i)/float64(max(1, n-1)))
	}
	return v
}

// family builds a symmetric matrix of any order.
type family struct {
	name string
	make func(rng *rand.Rand, n int) *mat.SymDense
}

var families = []family{
	{"normal", func(rng *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return rng.NormFloat64() })
	}},
	{"log-spaced", func(rng *rand.Rand, n int) *mat.SymDense { return spectrum(rng, logspaced(n, -2, 0.5)) }},
	{"graded spectrum", func(rng *rand.Rand, n int) *mat.SymDense { return spectrum(rng, logspaced(n, -14, 0)) }},
	{"graded rows", func(rng *rand.Rand, n int) *mat.SymDense {
		g := logspaced(n, 0, -14)
		return symmetric(n, func(i, j int) float64 { return g[i] * g[j] * rng.NormFloat64() })
	}},
	{"graded the other way", func(rng *rand.Rand, n int) *mat.SymDense {
		g := logspaced(n, -14, 0)
		return symmetric(n, func(i, j int) float64 { return g[i] * g[j] * rng.NormFloat64() })
	}},
	{"clustered", func(rng *rand.Rand, n int) *mat.SymDense {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(i%3) + 1e-13*rng.Float64()
		}
		return spectrum(rng, v)
	}},
	{"one cluster", func(rng *rand.Rand, n int) *mat.SymDense {
		v := make([]float64, n)
		for i := range v {
			v[i] = 1 + 1e-9*rng.NormFloat64()
		}
		return spectrum(rng, v)
	}},
	{"repeated", func(rng *rand.Rand, n int) *mat.SymDense {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(1 + i%2)
		}
		return spectrum(rng, v)
	}},
	{"low rank", func(rng *rand.Rand, n int) *mat.SymDense {
		v := make([]float64, n)
		for i := range min(n, 5) {
			v[i] = float64(i + 1)
		}
		return spectrum(rng, v)
	}},
	{"ones", func(_ *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return 1 })
	}},
	{"identity", func(_ *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return float64(1 - min(1, j-i)) })
	}},
	{"diagonal", func(rng *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 {
			if i == j {
				return rng.NormFloat64()
			}
			return 0
		})
	}},
	{"zero", func(_ *rand.Rand, n int) *mat.SymDense { return mat.NewSymDense(n, nil) }},
	{"Wilkinson", func(_ *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 {
			switch j - i {
			case 0:
				return math.Abs(float64(n-1)/2 - float64(i))
			case 1:
				return 1
			}
			return 0
		})
	}},
	{"second difference", func(_ *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return float64(max(-1, 2-3*(j-i)) * max(0, min(1, 2-(j-i)))) })
	}},
	{"glued", func(_ *rand.Rand, n int) *mat.SymDense { // Wilkinson blocks, weakly joined
		return symmetric(n, func(i, j int) float64 {
			switch {
			case j == i:
				return math.Abs(float64(10 - i%21))
			case j == i+1 && j%21 == 0:
				return 1e-7
			case j == i+1:
				return 1
			}
			return 0
		})
	}},
	{"AR(1)", func(_ *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return math.Pow(0.9, float64(j-i)) })
	}},
	{"huge", func(rng *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return 1e300 * (rng.Float64() - 0.5) })
	}},
	{"tiny", func(rng *rand.Rand, n int) *mat.SymDense {
		return symmetric(n, func(i, j int) float64 { return 1e-300 * (rng.Float64() - 0.5) })
	}},
}

func decompose(t *testing.T, s *mat.SymDense, workers int) ([]float64, blas64.General) {
	t.Helper()
	values, vectors, err := Sym(mat.NewSymDense(s.SymmetricDim(), append([]float64(nil), s.RawSymmetric().Data...)).RawSymmetric(), workers)
	if err != nil {
		t.Fatal(err)
	}
	return values, vectors
}

// defects returns max ‖A q_i − λ_i q_i‖ / ‖A‖, max |QᵀQ − I|, and the largest
// difference of an eigenvalue from gonum's over ‖A‖, all in units of 2^{-53}.
func defects(s *mat.SymDense, values []float64, vectors blas64.General) (residual, orthogonality, difference float64) {
	n := len(values)
	// gonum is asked about entries near 1: it panics for n > 1 at 1e-300.
	scale := mat.Norm(s, math.Inf(1)) / float64(n)
	if scale == 0 {
		scale = 1
	}
	unit := symmetric(n, func(i, j int) float64 { return s.At(i, j) / scale })
	var check mat.EigenSym
	check.Factorize(unit, false)
	expected := check.Values(nil)
	norm := max(math.Abs(expected[0]), math.Abs(expected[n-1]))
	if norm == 0 {
		norm = 1
	}
	q := mat.NewDense(n, n, vectors.Data)
	var qa, gram mat.Dense
	qa.Mul(q, unit)
	gram.Mul(q, q.T())
	for i := range n {
		sum := 0.0
		for j := range n {
			r := qa.At(i, j) - values[i]/scale*q.At(i, j)
			sum += r * r
			want := 0.0
			if i == j {
				want = 1
			}
			orthogonality = max(orthogonality, math.Abs(gram.At(i, j)-want))
		}
		residual = max(residual, math.Sqrt(sum))
		difference = max(difference, math.Abs(values[i]/scale-expected[i]))
	}
	return residual / norm / eps, orthogonality / eps, difference / norm / eps
}

func check(t *testing.T, name string, s *mat.SymDense) {
	t.Helper()
	n := s.SymmetricDim()
	values, vectors := decompose(t, s, 1)
	for i := 1; i < n; i++ {
		if !(values[i-1] <= values[i]) {
			t.Fatalf("%s, n = %d: eigenvalues %d and %d are %v, %v", name, n, i-1, i, values[i-1], values[i])
		}
	}
	residual, orthogonality, difference := defects(s, values, vectors)
	if testing.Verbose() {
		t.Logf("%-22s n = %4d: residual %6.1f, orthogonality %6.1f, difference %6.1f", name, n, residual, orthogonality, difference)
	}
	// LAPACK's tests ask for 60n; QL iterations, which do the smallest orders, come
	// to 2n.
	bound := 20 + 4*float64(n)
	if !(residual <= bound && orthogonality <= bound && difference <= bound) {
		t.Errorf("%s, n = %d: residual %.1f, orthogonality %.1f, difference from gonum %.1f, all in rounding units, bound %.0f",
			name, n, residual, orthogonality, difference, bound)
	}
}

func TestSym(t *testing.T) {
	for _, f := range families {
		rng := rand.New(rand.NewPCG(1, 1))
		for _, n := range []int{1, 2, 3, 4, 5, 31, 32, 33, 64, 65, 66, 97, 130, 200, 259} {
			check(t, f.name, f.make(rng, n))
		}
	}
}

func TestSymLarge(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	for _, f := range families {
		check(t, f.name, f.make(rand.New(rand.NewPCG(1, 2)), 1000))
	}
}

func TestSymDoesNotDependOnWorkers(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, f := range families[:6] {
		s := f.make(rng, 300)
		values, vectors := decompose(t, s, 1)
		for _, workers := range []int{2, 3, 8} {
			v, q := decompose(t, s, workers)
			for i := range values {
				if v[i] != values[i] {
					t.Fatalf("%s: eigenvalue %d is %v with %d workers, %v with one", f.name, i, v[i], workers, values[i])
				}
			}
			for i := range vectors.Data {
				if q.Data[i] != vectors.Data[i] {
					t.Fatalf("%s: vectors differ with %d workers", f.name, workers)
				}
			}
		}
	}
}

func TestSymEmpty(t *testing.T) {
	values, vectors, err := Sym(blas64.Symmetric{Uplo: blas.Upper, Stride: 1}, 1)
	if len(values) != 0 || vectors.Rows != 0 || err != nil {
		t.Errorf("%v, %v, %v", values, vectors, err)
	}
}

func TestSymNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s := symmetric(7, func(i, j int) float64 { return 1 })
		s.SetSym(2, 5, bad)
		_, _, err := Sym(s.RawSymmetric(), 1)
		if err == nil || !strings.Contains(err.Error(), "(2, 5)") || !strings.Contains(err.Error(), fmt.Sprint(bad)) {
			t.Errorf("%v: error %v", bad, err)
		}
	}
}

// TestForms checks the diagonal of QᵀMQ for orthonormal rows against the
// products entry by entry.
func TestForms(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, n := range []int{1, 2, 3, 13, 100, 257} {
		m := families[0].make(rng, n)
		_, q := decompose(t, families[0].make(rng, n), 1)
		got := make([]float64, n)
		Forms(got, q, m.RawSymmetric(), 1)
		again := make([]float64, n)
		Forms(again, q, m.RawSymmetric(), 3)
		for i := range n {
			x := mat.NewVecDense(n, dense.Row(q, i))
			want, magnitude := mat.Inner(x, m, x), 0.0
			for j := range n {
				for k := range n {
					magnitude += math.Abs(x.AtVec(j) * m.At(j, k) * x.AtVec(k))
				}
			}
			if bound := 4 * float64(n+4) * eps * magnitude; !(math.Abs(got[i]-want) <= bound) {
				t.Errorf("n = %d: form %d is %v, want %v ± %v", n, i, got[i], want, bound)
			}
			if got[i] != again[i] {
				t.Errorf("n = %d: form %d depends on the workers", n, i)
			}
		}
	}
}
