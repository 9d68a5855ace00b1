package spectra

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestBadInput checks that bad input gives an error that names what is bad.
func TestBadInput(t *testing.T) {
	t.Parallel()
	good, err := NewDense(mat.NewDense(2, 2, []float64{2, 1, 1, 2}))
	if err != nil {
		t.Fatal(err)
	}
	diagonal, err := NewDiagonal([]float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	dense := func(d int, data ...float64) func() error {
		return func() error { _, err := NewDense(mat.NewDense(d, d, data)); return err }
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		what string
		call func() error
		says string
		is   error
	}{
		{"nil", func() error { _, err := NewDense(nil); return err }, "K is nil", nil},
		{"not square", func() error { _, err := NewDense(mat.NewDense(2, 3, nil)); return err }, "2×3", ErrNotSymmetric},
		{"asymmetric", dense(2, 1, 0.5, 0.4, 1), "K[0,1] is 0.5 but K[1,0] is 0.4", ErrNotSymmetric},
		{"NaN", dense(2, 1, nan, nan, 1), "K[0,1] is NaN", nil},
		{"infinite", dense(2, 1, inf, inf, 1), "K[0,1] is +Inf", nil},
		{"NaN variance", dense(2, nan, 0, 0, 1), "K[0,0] is NaN", nil},
		{"zero variance", dense(2, 1, 0, 0, 0), "K[1,1] is 0", nil},
		{"negative variance", dense(1, -1), "K[0,0] is -1", nil},
		{"indefinite", dense(2, 1, 2, 2, 1), "eigenvalue -1", ErrIndefinite},
		{"empty", func() error { _, err := NewDiagonal(nil); return err }, "dimension must be at least 1", nil},
		{"bad diagonal", func() error { _, err := NewDiagonal([]float64{1, -2}); return err }, "variances[1] is -2", nil},
		{"NaN diagonal", func() error { _, err := NewDiagonal([]float64{nan}); return err }, "variances[0] is NaN", nil},
		{"nu length", func() error { _, err := good.Modes(Plain, []float64{1}); return err }, "nu has length 1", nil},
		{"nu NaN", func() error { _, err := diagonal.Modes(Plain, []float64{1, nan}); return err }, "nu[1] is NaN", nil},
		{"basis", func() error { _, err := good.Modes(Basis(7), []float64{1, 2}); return err }, "Basis(7)", nil},
		{"odd", func() error {
			_, err := good.Modes(Plain, []float64{1, 2}, Shape{Odd: math.Sin}, Shape{Odd: func(float64) float64 { return 0 }})
			return err
		}, "f(1) = 0", nil},
		{"even", func() error { _, err := good.Modes(Plain, []float64{1, 2}, Shape{Odd: math.Cos}); return err }, "must be odd", nil},
		{"even function of a matrix", func() error { _, err := diagonal.Entrywise(math.Cos); return err }, "must be odd", nil},
		{"negative", func() error {
			_, err := diagonal.Modes(Plain, []float64{1, 2}, Shape{Odd: func(r float64) float64 { return r * (2*r*r - 1) }})
			return err
		}, "must be nonnegative", nil},
		{"weights", func() error {
			// f(C) of equicorrelated coordinates has the eigenvalue 1 − 2f(−½) < 0.
			k, err := NewDense(mat.NewSymDense(3, []float64{1, -0.4, -0.4, -0.4, 1, -0.4, -0.4, -0.4, 1}))
			if err != nil {
				return err
			}
			_, err = k.Modes(Plain, []float64{1, 2, 3}, Shape{Odd: func(r float64) float64 { return math.Copysign(math.Pow(math.Abs(r), 0.1), r) }})
			return err
		}, "noise 0 has the variance", ErrIndefinite},
		{"odd not positive definite", func() error {
			_, err := good.Entrywise(func(r float64) float64 { return math.Copysign(math.Pow(math.Abs(r), 0.01), r) * (1 + 9*(1-r*r)) })
			return err
		}, "eigenvalue", ErrIndefinite},
		{"congruence", func() error { _, err := good.Congruent([]float64{1, 0}); return err }, "v[1] is 0", nil},
		{"congruence length", func() error { _, err := diagonal.Congruent([]float64{1}); return err }, "v has length 1", nil},
		{"spectrum d", func() error { _, err := LogSpaced(0, 1, 2); return err }, "d is 0", nil},
		{"spectrum bound", func() error { _, err := LogSpaced(3, 0, 2); return err }, "[0] is 0", nil},
		{"power", func() error { _, err := PowerLaw(3, nan); return err }, "alpha is NaN", nil},
		{"rotated", func() error { _, err := NewRotated([]float64{1, 0}, newRand(1)); return err }, "eigenvalues[1] is 0", nil},
		{"Kbar", func() error { _, err := Kbar(mat.NewSymDense(2, []float64{1, 0, 0, -1})); return err }, "diag K[1] is -1", nil},
		{"isotropic d", func() error { _, err := NewIsotropic(0, 1); return err }, "d is 0", nil},
		{"isotropic", func() error { _, err := NewIsotropic(3, inf); return err }, "variance[0] is +Inf", nil},
		{"no blocks", func() error { _, err := NewBlockDiagonal(); return err }, "blocks is empty", nil},
		{"nil block", func() error { _, err := NewBlockDiagonal(diagonal, nil); return err }, "blocks[1] is nil", nil},
		{"empty circulant", func() error { _, err := NewCirculant(nil); return err }, "row is empty", nil},
		{"circulant variance", func() error { _, err := NewCirculant([]float64{0, 0}); return err }, "row[0] is 0", nil},
		{"asymmetric circulant", func() error { _, err := NewCirculant([]float64{1, 0.2, 0.3}); return err }, "row[1] is 0.2", ErrNotSymmetric},
		{"indefinite circulant", func() error { _, err := NewCirculant([]float64{1, 0.9, 0, 0.9}); return err }, "eigenvalue -0.8", ErrIndefinite},
		{"Toeplitz NaN", func() error { _, err := NewToeplitz([]float64{1, nan}); return err }, "row[1] is NaN", nil},
		{"indefinite Toeplitz", func() error { _, err := NewToeplitz([]float64{1, 0.9, 0}); return err }, "eigenvalue", ErrIndefinite},
		{"AR1", func() error { _, err := NewAR1(3, 1, 1); return err }, "rho is 1", nil},
		{"low rank diagonal", func() error {
			_, err := NewLowRankPlusDiagonal(mat.NewDense(2, 1, []float64{1, 1}), []float64{0, -1})
			return err
		}, "diagonal[1] is -1", nil},
		{"low rank variance", func() error { _, err := NewLowRankPlusDiagonal(mat.NewDense(2, 1, []float64{1, 0}), nil); return err }, "diag K[1] is 0", nil},
		{"low rank NaN", func() error {
			_, err := NewLowRankPlusDiagonal(mat.NewDense(2, 1, []float64{1, nan}), nil)
			return err
		}, "factor column 0[1] is NaN", nil},
		{"Hadamard", func() error { _, err := NewHadamard([]float64{1, 1, 1}, newRand(1)); return err }, "power of two", nil},
		{"no data", func() error { _, err := NewEmpirical(context.Background(), new(mat.Dense), Estimate{}); return err }, "0×0", nil},
		{"data", func() error {
			_, err := NewEmpirical(context.Background(), mat.NewDense(1, 2, []float64{1, inf}), Estimate{})
			return err
		}, "data row 0[1] is +Inf", nil},
		{"shrinkage", func() error {
			_, err := NewEmpirical(context.Background(), mat.NewDense(1, 1, []float64{1}), Estimate{Shrinkage: 1})
			return err
		}, "Shrinkage is 1", nil},
		{"constant column", func() error {
			_, err := NewEmpirical(context.Background(), mat.NewDense(2, 2, []float64{1, 0.1, 3, 0.1}), Estimate{Centred: true})
			return err
		}, "K[1,1] is 0", nil},
		{"grid", func() error { _, err := GridPower(2, 1, 2, inf); return err }, "grid^power[1] is +Inf", nil},
		{"ratio", func() error { _, err := MarchenkoPastur(2, 1.5); return err }, "ratio is 1.5", nil},
		{"features", func() error { _, err := NewPowerLawFeatures(t.Context(), 2, 0, 1, newRand(1)); return err }, "v is 0", nil},
		{"steps", func() error { _, err := Lanczos{Steps: -1}.Risk(t.Context(), good, Plain, []float64{1, 2}); return err }, "Steps is -1", nil},
		{"probes", func() error {
			_, err := Lanczos{Probes: -1}.Weights(t.Context(), good, Plain, signNoise, newRand(1))
			return err
		}, "Probes is -1", nil},
		{"noise", func() error {
			_, err := Lanczos{}.Weights(t.Context(), good, Plain, Shape{Odd: math.Tanh}, newRand(1))
			return err
		}, "arcsine or the identity", nil},
		{"start", func() error { _, err := Lanczos{}.Risk(t.Context(), good, Plain, []float64{1e200, 0}); return err }, "must be finite", nil},
		{"points", func() error { _, err := CheckAssumption3(context.Background(), good, 0); return err }, "points is 0", nil},
		{"tolerance", func() error { _, err := Modes{Lambda: []float64{1}, Risk: []float64{1}}.Compress(-1); return err }, "tolerance is -1", nil},
	} {
		err := c.call()
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.what, err, c.says)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v is not %v", c.what, err, c.is)
		}
	}
}
