package spectra

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestBadInput checks that bad input gives an error that names what is bad.
func TestBadInput(t *testing.T) {
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
			_, err := good.Modes(Plain, []float64{1, 2}, math.Cos, func(float64) float64 { return 0 })
			return err
		}, "f(1) = 0", nil},
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
