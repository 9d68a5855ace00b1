package signsgd

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

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

// TestLeastSquaresDeficient checks that columns that repeat others leave the minimizer of
// least norm, which shares their weight equally.
func TestLeastSquaresDeficient(t *testing.T) {
	t.Parallel()
	x, y := randomData(500, 3, []float64{1, 1, 2})
	for i := range 500 {
		x.Values[3*i+1] = x.Values[3*i]
	}
	f, err := LeastSquares(t.Context(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	if f.Rank != 2 || math.Abs(f.Target[0]-f.Target[1]) > 1e-12 {
		t.Errorf("rank %d, target %v", f.Rank, f.Target)
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
