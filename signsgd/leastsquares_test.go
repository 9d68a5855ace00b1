package signsgd

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// randomData returns n samples of dimension d with labels ⟨x, θ⟩ + 0.3ε.
func randomData(n, d int, theta []float64) (x, y data.InMemory) {
	rng := rand.New(rand.NewPCG(5, 6))
	x = data.InMemory{Cols: d, Values: make([]float64, n*d)}
	y = data.InMemory{Cols: 1, Values: make([]float64, n)}
	for i := range x.Values {
		x.Values[i] = rng.NormFloat64()
	}
	for i := range y.Values {
		for j, t := range theta {
			y.Values[i] += t * x.Values[i*d+j]
		}
		y.Values[i] += 0.3 * rng.NormFloat64()
	}
	return x, y
}

// TestLeastSquares checks the normal equations Xᵀε = 0, which only the minimizer
// satisfies, and the second moments.
func TestLeastSquares(t *testing.T) {
	t.Parallel()
	theta := []float64{1, -2, 0.5, 0}
	for _, n := range []int{3, 4, 255, 256, 257, 1000} { // around the size of a block
		x, y := randomData(n, 4, theta)
		f, err := LeastSquares(t.Context(), x, y)
		if err != nil {
			t.Fatal(err)
		}
		if f.Rank != min(n, 4) {
			t.Errorf("n = %d: rank %d", n, f.Rank)
		}
		matrix := mat.NewDense(n, 4, x.Values)
		var moments mat.Dense
		moments.Mul(matrix.T(), matrix)
		for j := range 4 {
			sum := 0.0
			for i, e := range f.Residuals {
				sum += e * x.Values[4*i+j]
			}
			if math.Abs(sum) > 1e-12*float64(n) {
				t.Errorf("n = %d: column %d and the residuals have the product %v", n, j, sum)
			}
			for k := range 4 {
				if got, want := f.Moments.At(j, k), moments.At(j, k)/float64(n); math.Abs(got-want) > 1e-13*(1+math.Abs(want)) {
					t.Errorf("n = %d: moment (%d, %d) is %v, want %v", n, j, k, got, want)
				}
			}
		}
	}
	x, y := randomData(1000, 4, theta)
	f, err := LeastSquares(t.Context(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	left, all := floats.Dot(f.Residuals, f.Residuals), floats.Dot(y.Values, y.Values)
	if e := f.Explained(); math.Abs(e-(1-left/all)) > 1e-13 {
		t.Errorf("explained share %v, want 1 − %v/%v", e, left, all)
	}
	// The variance of the labels is 5.25 + 0.09.
	if e := f.Explained(); math.Abs(e-5.25/5.34) > 0.01 {
		t.Errorf("explained share %v", e)
	}
	p, err := f.Problem(nil)
	if err != nil {
		t.Fatal(err)
	}
	if v2 := p.Noise.SecondMoment(); math.Abs(v2-0.09) > 0.02 {
		t.Errorf("second moment of the noise %v", v2)
	}
}

// TestLeastSquaresDeficient compares with the pseudoinverse on graded matrices of full and
// of deficient rank, across a number of rows that needs several folds.
func TestLeastSquaresDeficient(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 3))
	const n, d = 2500, 12
	for _, rank := range []int{d, 9} {
		a, b := mat.NewDense(n, rank, nil), mat.NewDense(rank, d, nil)
		for _, m := range []*mat.Dense{a, b} {
			m.Apply(func(_, j int, _ float64) float64 { return rng.NormFloat64() * math.Pow(10, -float64(j)/3) }, m)
		}
		var x mat.Dense
		x.Mul(a, b)
		y := data.InMemory{Cols: 1, Values: make([]float64, n)}
		for i := range y.Values {
			y.Values[i] = rng.NormFloat64()
		}
		f, err := LeastSquares(t.Context(), data.InMemory{Cols: d, Values: x.RawMatrix().Data}, y)
		if err != nil {
			t.Fatal(err)
		}
		if f.Rank != rank {
			t.Errorf("rank %d, want %d", f.Rank, rank)
		}
		var svd mat.SVD
		svd.Factorize(&x, mat.SVDThin)
		var want mat.VecDense
		svd.SolveVecTo(&want, mat.NewVecDense(n, y.Values), rank)
		if diff := floats.Distance(f.Target, want.RawVector().Data, 2); diff > 1e-8*mat.Norm(&want, 2) {
			t.Errorf("rank %d: θ* is off by %v of %v", rank, diff, mat.Norm(&want, 2))
		}
	}
}

func TestLeastSquaresErrors(t *testing.T) {
	t.Parallel()
	x, y := randomData(10, 2, []float64{1, 1})
	bad, _ := randomData(10, 2, nil)
	bad.Values[7] = math.NaN()
	empty, _ := randomData(10, 2, nil)
	for i := range 10 {
		empty.Values[2*i] = 0
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		x, y data.Rows
		says string
	}{
		{t.Context(), nil, y, "must not be nil"},
		{t.Context(), x, nil, "must not be nil"},
		{t.Context(), x, x, "Data.Y has 10 rows and 2 columns"},
		{t.Context(), bad, y, "row 3, column 1 is NaN"},
		{cancelled, x, y, "canceled"},
	} {
		if _, err := LeastSquares(c.ctx, c.x, c.y); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want one that says %q", err, c.says)
		}
	}
	f, err := LeastSquares(t.Context(), empty, y)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Problem(nil); err == nil || !strings.Contains(err.Error(), "K[0,0] is 0") {
		t.Errorf("a column of zeros: error %v", err)
	}
	if _, err := LeastSquares(cancelled, x, y); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

// TestNothingToExplain checks labels that are all 0.
func TestNothingToExplain(t *testing.T) {
	t.Parallel()
	f, err := LeastSquares(t.Context(), count(20, 3), data.InMemory{Cols: 1, Values: make([]float64, 20)})
	if err != nil {
		t.Fatal(err)
	}
	if share := f.Explained(); share != 0 {
		t.Errorf("the share is %v", share)
	}
}
