package fluctuation

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/floats"
)

// TestSkeleton checks the exponentials that a skeleton gives, and its congruences.
func TestSkeleton(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ low, high, reach float64 }{{0.01, 3, 8}, {1e-6, 1, 1e5}, {1e-9, 1e4, 1e3}, {1, 1, 5}} {
		lambda := must(spectra.LogSpaced(400, c.low, c.high))
		k := NewSkeleton(lambda, c.reach)
		worst := 0.0
		for s := c.reach; s > 1e-3/c.high; s *= 0.83 {
			of := make([]float64, len(k.Nodes))
			for a, z := range k.Nodes {
				of[a] = math.Exp(-z * s)
			}
			for i, l := range lambda {
				got := floats.Dot(k.weight.Data[i*len(of):][:len(of)], of)
				worst = max(worst, math.Abs(got-math.Exp(-l*s))/math.Exp(-c.low*s))
			}
		}
		t.Logf("%+v: %d nodes, error %.1e", c, len(k.Nodes), worst)
		if worst > 1e-11 || len(k.Nodes) > 100 {
			t.Errorf("%+v: %d nodes, error %.1e", c, len(k.Nodes), worst)
		}
		x := make([]float64, len(lambda))
		spectra.FillNormal(x, ensemble.NewRand(1, 0, "skeleton"))
		fill := func(i int, dst [][]float64) { clear(dst[0]); dst[0][i] = x[i] }
		got := must(k.Matrices(context.Background(), 1, fill, nil))[0]
		if !floats.EqualApprox(got, k.Diagonal(x), 1e-9) {
			t.Errorf("%+v: LᵀXL of a diagonal X by two ways differ", c)
		}
	}
}

// must returns x; an error is the test's own mistake.
func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}
