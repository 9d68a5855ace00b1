package dense

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

const eps = 0x1p-53

// sizes meet every edge: less than a tile, whole tiles, one more and one less,
// more than one block in each direction.
var sizes = []int{1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 24, 31, 64, 95, 97, 130, 255, 257, 300}

// random returns a matrix of normal numbers whose rows lie apart by more than
// their length; what lies between is NaN, which no operation may read.
func random(rng *rand.Rand, rows, cols int) blas64.General {
	g := blas64.General{Rows: rows, Cols: cols, Stride: cols + 1 + rng.IntN(5)}
	g.Data = make([]float64, rows*g.Stride)
	for i := range g.Data {
		g.Data[i] = math.NaN()
	}
	for i := range rows {
		for j := range cols {
			g.Data[i*g.Stride+j] = rng.NormFloat64()
		}
	}
	return g
}

func at(g blas64.General, t blas.Transpose, i, j int) float64 {
	if t == blas.NoTrans {
		return g.Data[i*g.Stride+j]
	}
	return g.Data[j*g.Stride+i]
}

func triangle(g blas64.General, uplo blas.Uplo) blas64.Triangular {
	return blas64.Triangular{Uplo: uplo, Diag: blas.NonUnit, N: g.Rows, Stride: g.Stride, Data: g.Data}
}

func clone(g blas64.General) blas64.General {
	g.Data = append([]float64(nil), g.Data...)
	return g
}

// same fails unless both agree in every bit, between the rows too.
func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s: element %d is %v, not %v", what, i, got[i], want[i])
		}
	}
}

// near fails unless |got − sum| ≤ (n+3) eps Σ|terms|, the bound of an inner
// product of n terms in any order.
func near(t *testing.T, what string, got, sum, magnitude float64, n int) {
	t.Helper()
	if !(math.Abs(got-sum) <= 2*float64(n+3)*eps*magnitude) {
		t.Fatalf("%s: %v, want %v ± %v", what, got, sum, 2*float64(n+3)*eps*magnitude)
	}
}

var workspaces = []*Workspace{{}, {Workers: 2}, {Workers: 5}}

func TestProduct(t *testing.T) { eachKernel(t, testProduct) }

func testProduct(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 150 {
		m, n, k := sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))]
		tA, tB := blas.NoTrans, blas.NoTrans
		a, b, c := random(rng, m, k), random(rng, k, n), random(rng, m, n)
		if rng.IntN(2) == 0 {
			tA, a = blas.Trans, random(rng, k, m)
		}
		if rng.IntN(2) == 0 {
			tB, b = blas.Trans, random(rng, n, k)
		}
		alpha, beta := [...]float64{1, -1, 0.3}[rng.IntN(3)], [...]float64{0, 1, -0.7}[rng.IntN(3)]
		if beta == 0 {
			for i := range c.Data {
				c.Data[i] = math.NaN() // must be overwritten, not multiplied
			}
		}
		what := fmt.Sprintf("%dx%dx%d %c%c α=%v β=%v", m, n, k, tA, tB, alpha, beta)
		got := clone(c)
		workspaces[0].Product(tA, tB, alpha, a, b, beta, got)
		for i := range m {
			for j := range n {
				var sum, magnitude float64
				if beta != 0 {
					sum = beta * at(c, blas.NoTrans, i, j)
					magnitude = math.Abs(sum)
				}
				for p := range k {
					term := alpha * at(a, tA, i, p) * at(b, tB, p, j)
					sum += term
					magnitude += math.Abs(term)
				}
				near(t, what, at(got, blas.NoTrans, i, j), sum, magnitude, k)
			}
			for j := n; j < c.Stride; j++ {
				if !math.IsNaN(got.Data[i*c.Stride+j]) {
					t.Fatalf("%s: wrote between the rows", what)
				}
			}
		}
		for _, w := range workspaces[1:] {
			again := clone(c)
			w.Product(tA, tB, alpha, a, b, beta, again)
			same(t, what, again.Data, got.Data)
		}
	}
}

func TestProductBeyondOneBlock(t *testing.T) { eachKernel(t, testProductBeyondOneBlock) }

func testProductBeyondOneBlock(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	m, n, k := 9, nc+17, kc+5
	a, b, c := random(rng, m, k), random(rng, k, n), random(rng, m, n)
	got := clone(c)
	workspaces[0].Product(blas.NoTrans, blas.NoTrans, 2, a, b, 0, got)
	want := clone(c)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 2, a, b, 0, want)
	for i := range m {
		for j := range n {
			near(t, "wide", at(got, blas.NoTrans, i, j), at(want, blas.NoTrans, i, j), 4*float64(k), k)
		}
	}
}

func TestProductDegenerate(t *testing.T) { eachKernel(t, testProductDegenerate) }

func testProductDegenerate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	w := workspaces[0]
	w.Product(blas.NoTrans, blas.NoTrans, 1, random(rng, 0, 3), random(rng, 3, 2), 1, random(rng, 0, 2))
	c := random(rng, 2, 2)
	before := clone(c)
	empty := blas64.General{Rows: 2, Cols: 0, Stride: 1}
	w.Product(blas.NoTrans, blas.Trans, 1, empty, empty, 2, c)
	for i := range 2 {
		for j := range 2 {
			if at(c, blas.NoTrans, i, j) != 2*at(before, blas.NoTrans, i, j) {
				t.Fatal("k = 0 must scale C")
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Fatal("different shapes must panic")
		}
	}()
	w.Product(blas.NoTrans, blas.NoTrans, 1, random(rng, 2, 3), random(rng, 2, 2), 1, c)
}

func TestProductNonFinite(t *testing.T) { eachKernel(t, testProductNonFinite) }

// A NaN in A reaches its row of C alone, even against zeros; one in B its column.
func testProductNonFinite(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	const n = 29
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		a, b, c := random(rng, n, n), random(rng, n, n), random(rng, n, n)
		for j := range n {
			b.Data[7*b.Stride+j] = 0
		}
		a.Data[27*a.Stride+7] = bad // ·0 = NaN
		b.Data[3*b.Stride+25] = bad
		workspaces[0].Product(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c)
		for i := range n {
			for j := range n {
				v := at(c, blas.NoTrans, i, j)
				if finite := v-v == 0; finite != (i != 27 && j != 25) || i == 27 && !math.IsNaN(v) {
					t.Fatalf("%v: C[%d,%d] = %v", bad, i, j, v)
				}
			}
		}
	}
}

func TestUpdateUpper(t *testing.T) { eachKernel(t, testUpdateUpper) }

func testUpdateUpper(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, n := range sizes {
		k := 1 + rng.IntN(40)
		a, c := random(rng, 2*k, n), random(rng, n, n)
		b := clone(a)
		copy(b.Data, a.Data[k*a.Stride:])
		copy(b.Data[k*a.Stride:], a.Data[:k*a.Stride])
		var first []float64
		for _, w := range workspaces {
			got := clone(c)
			w.UpdateUpper(-1, a, b, blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: got.Stride, Data: got.Data})
			for i := range n {
				for j := range n {
					sum, magnitude := at(c, blas.NoTrans, i, j), 1.0
					for p := 0; p < 2*k && j >= i; p++ {
						term := at(a, blas.Trans, i, p) * at(b, blas.NoTrans, p, j)
						sum -= term
						magnitude += math.Abs(term)
					}
					near(t, fmt.Sprint("order ", n), at(got, blas.NoTrans, i, j), sum, magnitude, 2*k)
				}
			}
			if first == nil {
				first = got.Data
			}
			same(t, fmt.Sprint("order ", n), got.Data, first)
		}
	}
}

func TestLower(t *testing.T) { eachKernel(t, testLower) }

func testLower(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, d := range append(sizes, 600) {
		n := sizes[rng.IntN(len(sizes))]
		l := random(rng, d, d)
		for i := range d {
			for j := i + 1; j < d; j++ {
				l.Data[i*l.Stride+j] = math.NaN() // never read
			}
		}
		lower := NewLower(triangle(l, blas.Lower))
		if rng.IntN(2) == 0 {
			u := random(rng, d, d)
			for i := range d {
				for j := range d {
					u.Data[i*u.Stride+j] = l.Data[j*l.Stride+i]
				}
			}
			lower = NewLower(triangle(u, blas.Upper))
		}
		tZ, z := blas.NoTrans, random(rng, n, d)
		if rng.IntN(2) == 0 {
			tZ, z = blas.Trans, random(rng, d, n)
		}
		x := random(rng, n, d)
		what := fmt.Sprintf("n=%d d=%d %c", n, d, tZ)
		got := clone(x)
		lower.MulTransTo(got, tZ, z, workspaces[0])
		for i := range n {
			for j := range d {
				var sum, magnitude float64
				for k := range j + 1 {
					term := at(z, tZ, i, k) * at(l, blas.NoTrans, j, k)
					sum += term
					magnitude += math.Abs(term)
				}
				near(t, what, at(got, blas.NoTrans, i, j), sum, magnitude, j+1)
			}
		}
		for _, w := range workspaces[1:] {
			again := clone(x)
			lower.MulTransTo(again, tZ, z, w)
			same(t, what, again.Data, got.Data)
		}
		if tZ == blas.NoTrans && n > 1 { // a row does not depend on its neighbours
			one := blas64.General{Rows: 1, Cols: d, Stride: d, Data: make([]float64, d)}
			lower.MulTransTo(one, tZ, Part(z, n-1, n, 0, d), workspaces[0])
			same(t, what, one.Data, got.Data[(n-1)*got.Stride:][:d])
		}
	}
}

func TestLowerNonFinite(t *testing.T) { eachKernel(t, testLowerNonFinite) }

func testLowerNonFinite(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	const d, n = 40, 6
	for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
		for k := range d {
			l, z, x := random(rng, d, d), random(rng, n, d), random(rng, n, d)
			z.Data[4*z.Stride+k] = bad
			NewLower(triangle(l, blas.Lower)).MulTransTo(x, blas.NoTrans, z, workspaces[0])
			for i := range n {
				for j := range d {
					v := at(x, blas.NoTrans, i, j)
					if finite := v-v == 0; finite != (i != 4 || j < k) {
						t.Fatalf("%v in column %d: X[%d,%d] = %v", bad, k, i, j, v)
					}
				}
			}
		}
	}
}

func TestVectors(t *testing.T) { eachKernel(t, testVectors) }

func testVectors(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	const wide = 1000 // times 300 is enough for all the workers
	for _, n := range append(sizes, wide) {
		m := sizes[rng.IntN(len(sizes))]
		if n == wide {
			m = 300
		}
		a := random(rng, m, n)
		for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			rows, cols := shape(a, tA)
			x, y := random(rng, 1, cols).Data[:cols], random(rng, 1, rows).Data[:rows]
			var first []float64
			for _, w := range workspaces {
				got := append([]float64(nil), y...)
				w.MulVec(tA, -0.5, a, x, 2, got)
				for i := range rows {
					sum, magnitude := 2*y[i], math.Abs(2*y[i])
					for j := range cols {
						term := -0.5 * at(a, tA, i, j) * x[j]
						sum += term
						magnitude += math.Abs(term)
					}
					near(t, fmt.Sprintf("%c %dx%d", tA, m, n), got[i], sum, magnitude, cols)
				}
				if first == nil {
					first = got
				}
				same(t, fmt.Sprintf("%c %dx%d", tA, m, n), got, first)
			}
		}
		s := random(rng, n, n)
		x := random(rng, 1, n).Data[:n]
		var first []float64
		for _, w := range workspaces {
			got := make([]float64, n)
			w.SymVec(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: s.Stride, Data: s.Data}, x, got)
			for i := range n {
				var sum, magnitude float64
				for j := range n {
					term := at(s, blas.NoTrans, min(i, j), max(i, j)) * x[j]
					sum += term
					magnitude += math.Abs(term)
				}
				near(t, fmt.Sprint("symmetric ", n), got[i], sum, magnitude, n)
			}
			if first == nil {
				first = got
			}
			same(t, fmt.Sprint("symmetric ", n), got, first)
		}
	}
}

func TestSerialAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	const n = 70
	a, b, c := random(rng, n, n), random(rng, n, n), random(rng, n, n)
	x, y := random(rng, 1, n).Data[:n], random(rng, 1, n).Data[:n]
	s := blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: a.Stride, Data: a.Data}
	l := NewLower(triangle(a, blas.Lower))
	w := new(Workspace)
	if count := testing.AllocsPerRun(10, func() {
		w.Product(blas.Trans, blas.NoTrans, 1, a, b, 1, c)
		w.UpdateUpper(1, a, b, blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: c.Stride, Data: c.Data})
		l.MulTransTo(c, blas.NoTrans, b, w)
		w.MulVec(blas.NoTrans, 1, a, x, 0, y)
		w.MulVec(blas.Trans, 1, a, x, 0, y)
		w.SymVec(s, x, y)
	}); count != 0 {
		t.Errorf("%v allocations", count)
	}
}
