package spectra

import (
	"context"
	"errors"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// endingMatrix ends a context when one of its numbers is asked for.
type endingMatrix struct {
	mat.Matrix
	row int
	end context.CancelFunc
}

func (e endingMatrix) At(i, j int) float64 {
	if i == e.row {
		e.end()
	}
	return e.Matrix.At(i, j)
}

// TestContexts ends the context before and within constructions that may take seconds.
func TestContexts(t *testing.T) {
	t.Parallel()
	const n, d = 3000, 2
	data := mat.NewDense(n, d, nil)
	rng := newRand(1)
	for i := range n {
		for j := range d {
			data.Set(i, j, rng.NormFloat64())
		}
	}
	for _, row := range []int{0, 1500, n - 1} { // n−1: between reading and multiplying
		ctx, end := context.WithCancel(t.Context())
		if _, err := NewEmpirical(ctx, endingMatrix{data, row, end}, Estimate{}); !errors.Is(err, context.Canceled) {
			t.Errorf("NewEmpirical, ended in row %d: %v", row, err)
		}
	}
	k := must[*Dense](t)(NewRotated([]float64{1, 2, 3}, newRand(1)))
	ctx, end := context.WithCancel(t.Context())
	end()
	if _, err := CheckAssumption3(ctx, k, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("CheckAssumption3 of a context that ended: %v", err)
	}
}

// TestEmpiricalBlocks compares samples in several blocks with the sum of their products.
func TestEmpiricalBlocks(t *testing.T) {
	t.Parallel()
	const n, d = 2500, 3
	data := mat.NewDense(n, d, nil)
	rng := newRand(2)
	for i := range n {
		for j := range d {
			data.Set(i, j, rng.NormFloat64()+float64(i/1000))
		}
	}
	k := must[Structured](t)(NewEmpirical(t.Context(), data, Estimate{}))
	var want mat.Dense
	want.Mul(data.T(), data)
	want.Scale(1./n, &want)
	if !mat.EqualApprox(k.(*Dense), &want, 1e-13) {
		t.Errorf("%v, want %v", mat.Formatted(k.(*Dense)), mat.Formatted(&want))
	}
}
