package spectra

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestMistakes makes mistakes, and checks what is said of each. Those that depend on data
// are errors. What only a programmer can get wrong panics, with a message of this package
// and not from inside.
func TestMistakes(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	rng := rand.New(rand.NewPCG(1, 2))
	good, err := NewDiagonal([]float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	modes, err := good.Modes(Plain, []float64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	transform, err := NewTransform(good, modes)
	if err != nil {
		t.Fatal(err)
	}
	var none *Diagonal
	dense := func(d int, x ...float64) mat.Matrix { return mat.NewDense(d, d, x) }
	changed := func(change func(m *Modes)) func() error {
		return func() error { m := modes; change(&m); return m.Validate() }
	}
	eigenvalues := func(word string, d int) func() error {
		return func() error { _, err := ParseEigenvalues(word, d); return err }
	}
	call := func(f func()) func() error { return func() error { f(); return nil } }
	for _, c := range []struct {
		says string
		do   func() error
	}{
		{"spectra: the covariance is nil", func() error { return Validate(nil) }},
		{"spectra: the covariance is nil", func() error { return Validate(none) }},
		{"spectra: *spectra.Isotropic has the dimension 0: must be at least 1; the zero value is no covariance", func() error { return Validate(new(Isotropic)) }},
		{"spectra: *spectra.Dense has the dimension 0", func() error { return Validate(new(Dense)) }},
		{"spectra: *spectra.AR1 has the dimension 0", func() error { return Validate(new(AR1)) }},
		{"spectra: *spectra.Circulant has the dimension 0", func() error { return Validate(new(Circulant)) }},
		{"spectra: *spectra.Toeplitz has the dimension 0", func() error { return Validate(new(Toeplitz)) }},
		{"spectra: *spectra.Hadamard has the dimension 0", func() error { return Validate(new(Hadamard)) }},
		{"spectra: *spectra.BlockDiagonal has the dimension 0", func() error { return Validate(new(BlockDiagonal)) }},
		{"spectra: *spectra.LowRankPlusDiagonal has the dimension 0", func() error { return Validate(new(LowRankPlusDiagonal)) }},
		{"spectra: variances is empty: dimension must be at least 1", func() error { _, err := NewDiagonal(nil); return err }},
		{"spectra: variances[1] is 0: must be positive and finite", func() error { _, err := NewDiagonal([]float64{1, 0}); return err }},
		{"spectra: d is 0: must be at least 1", func() error { _, err := NewIsotropic(0, 1); return err }},
		{"is -1: must be positive and finite", func() error { _, err := NewIsotropic(3, -1); return err }},
		{"spectra: K is nil", func() error { _, err := NewDense(nil); return err }},
		{"spectra: K[1,1] is 0: the diagonal must be positive and finite", func() error { _, err := NewDense(dense(2, 1, 0, 0, 0)); return err }},
		{"spectra: K[0,1] is 0.5 but K[1,0] is 0.4: K is not symmetric", func() error { _, err := NewDense(dense(2, 1, 0.5, 0.4, 1)); return err }},
		{"must be finite", func() error { _, err := NewDense(dense(2, 1, nan, nan, 1)); return err }},
		{"not positive semidefinite", func() error { _, err := NewDense(dense(2, 1, 2, 2, 1)); return err }},
		{"spectra: K is 2×3: not symmetric", func() error { _, err := NewDense(mat.NewDense(2, 3, nil)); return err }},
		{"spectra: data is nil", func() error { _, err := NewEmpirical(context.Background(), nil, Estimate{}); return err }},
		{"spectra: Estimate.Shrinkage is 1: must lie in [0, 1)", func() error {
			_, err := NewEmpirical(context.Background(), dense(1, 1), Estimate{Shrinkage: 1})
			return err
		}},
		{"spectra: data row 0[0] is NaN: must be finite", func() error { _, err := NewEmpirical(context.Background(), dense(1, nan), Estimate{}); return err }},
		{"spectra: row is empty: dimension must be at least 1", func() error { _, err := NewCirculant(nil); return err }},
		{"spectra: row[0] is -1: the variance must be positive", func() error { _, err := NewToeplitz([]float64{-1}); return err }},
		{"K is not symmetric", func() error { _, err := NewCirculant([]float64{1, 0.5, 0.2}); return err }},
		{"not positive semidefinite", func() error { _, err := NewCirculant([]float64{1, -0.9, -0.9}); return err }},
		{"not positive semidefinite", func() error { _, err := NewToeplitz([]float64{1, -0.9, -0.9}); return err }},
		{"spectra: rho is 1: must lie in (−1, 1)", func() error { _, err := NewAR1(3, 1, 1); return err }},
		{"spectra: rho is NaN: must lie in (−1, 1)", func() error { _, err := NewAR1(3, 1, nan); return err }},
		{"spectra: d is -1: must be at least 1", func() error { _, err := NewAR1(-1, 1, 0.5); return err }},
		{"spectra: blocks is empty: dimension must be at least 1", func() error { _, err := NewBlockDiagonal(); return err }},
		{"spectra: blocks[1] is nil", func() error { _, err := NewBlockDiagonal(good, nil); return err }},
		{"blocks[0]: spectra: the covariance is nil", func() error { _, err := NewBlockDiagonal(none); return err }},
		{"spectra: factor is nil", func() error { _, err := NewLowRankPlusDiagonal(nil, nil); return err }},
		{"spectra: rng is nil", func() error { _, err := NewRotated([]float64{1}, nil); return err }},
		{"spectra: eigenvalues[0] is 0: must be positive and finite", func() error { _, err := NewRotated([]float64{0}, rng); return err }},
		{"too large for a dense matrix", func() error { _, err := NewRotated(make1(DenseLimit+1), rng); return err }},
		{"spectra: rng is nil", func() error { _, err := NewHadamard([]float64{1, 2}, nil); return err }},
		{"must be a power of two", func() error { _, err := NewHadamard([]float64{1, 2, 3}, rng); return err }},
		{"spectra: rng is nil", func() error { _, err := NewPowerLawFeatures(t.Context(), 2, 3, 1, nil); return err }},
		{"spectra: Haar: d < 1", call(func() { Haar(0, rng) })},
		{"spectra: Haar: rng is nil", call(func() { Haar(2, nil) })},
		{"spectra: (lo, hi)[0] is -1: must be positive and finite", func() error { _, err := LogSpaced(3, -1, 1); return err }},
		{"spectra: d is 0: must be at least 1", func() error { _, err := LogSpaced(0, 1, 2); return err }},
		{"spectra: alpha is -1: must be nonnegative and finite", func() error { _, err := PowerLaw(3, -1); return err }},
		{"spectra: ratio is 2: must lie in (0, 1]", func() error { _, err := MarchenkoPastur(3, 2); return err }},
		{"must be positive and finite", func() error { _, err := GridPower(3, 1, 2, 1e9); return err }},
		{`spectra: eigenvalues "zipf:1": must be isotropic`, eigenvalues("zipf:1", 3)},
		{`spectra: eigenvalues "log:1": must be isotropic`, eigenvalues("log:1", 3)},
		{`spectra: eigenvalues "log:a,b": "a" is not a number`, eigenvalues("log:a,b", 3)},
		{"spectra: d is -3: must be at least 1", eigenvalues("isotropic", -3)},
		{"spectra: basis is Basis(7): must be Plain or Preconditioned", func() error { _, err := good.Modes(7, []float64{1, 1}); return err }},
		{"spectra: nu has length 1: must be the dimension 2", func() error { _, err := good.Modes(Plain, []float64{1}); return err }},
		{"spectra: nu[1] is +Inf: must be finite", func() error { _, err := good.Modes(Plain, []float64{1, inf}); return err }},
		{"spectra: v[0] is 0: must not vanish", func() error { _, err := good.Congruent([]float64{0, 1}); return err }},
		{"spectra: odd function f has f(1) = -1: must be positive and finite", func() error { _, err := good.Entrywise(func(x float64) float64 { return -x }); return err }},
		{"must be odd", func() error { _, err := good.Entrywise(func(x float64) float64 { return x * x }); return err }},
		{"spectra: Modes.Dim is 0: must be at least 1", func() error { return Modes{}.Validate() }},
		{"spectra: Modes.Risk[0] is -1: must be nonnegative and finite", changed(func(m *Modes) { m.Risk = []float64{-1, 0} })},
		{"spectra: Modes.Risk has length 1: must be that of Lambda, 2", changed(func(m *Modes) { m.Risk = []float64{1} })},
		{"spectra: Modes.Vectors is nil: must hold the eigenvectors if Kind is Formed", changed(func(m *Modes) { m.Kind = Formed })},
		{"spectra: Modes.Kind is Kind(5): must be Coordinates, Factored, Formed or Unformed", changed(func(m *Modes) { m.Kind = 5 })},
		{"spectra: the covariance is nil", func() error { _, err := NewTransform(nil, modes); return err }},
		{"spectra: the eigenvectors of the modes are not formed", func() error { m := modes; m.Kind = Unformed; _, err := NewTransform(good, m); return err }},
		{"spectra: Transform.Apply: length 1, want 2", call(func() { transform.Apply(nil, []float64{1}) })},
		{"spectra: Transform.Form: g is nil", call(func() { transform.Form(nil) })},
		{"spectra: the covariance is nil", func() error { _, err := transform.Covariance(nil); return err }},
		{"spectra: the covariance is nil", func() error { _, err := ToDense(nil); return err }},
		{"spectra: the covariance is nil", func() error { _, err := Conditioning(nil); return err }},
		{"spectra: the covariance is nil", func() error { _, err := Conditioning(none); return err }},
		{"spectra: the covariance is nil", func() error { _, err := CheckAssumption3(context.Background(), nil, 3); return err }},
		{"spectra: points is 0: must be at least 1", func() error { _, err := CheckAssumption3(context.Background(), good, 0); return err }},
		{"spectra: the covariance is nil", func() error { _, err := NoiseCovariance(nil, Shape{}); return err }},
		{"spectra: the covariance is nil", func() error { _, err := (Lanczos{}).Risk(t.Context(), nil, Plain, nil); return err }},
		{"spectra: Lanczos.Steps is -1: must be at least 1, or 0 for the default", func() error {
			_, err := (Lanczos{Steps: -1}).Risk(t.Context(), good, Plain, []float64{1, 1})
			return err
		}},
		{"spectra: rng is nil", func() error { _, err := (Lanczos{}).Weights(t.Context(), good, Plain, Shape{}, nil); return err }},
		{"spectra: K is nil", func() error { _, err := Kbar(nil); return err }},
		{"spectra: K is nil", func() error { _, err := KSigma(nil); return err }},
		{"spectra: Quadratic: the covariance is nil", call(func() { Quadratic(nil, []float64{1}, []float64{1}) })},
		{"spectra: StandardDeviations: the covariance is nil", call(func() { StandardDeviations(nil) })},
		{"spectra: Descent: the covariance is nil", call(func() { Descent(nil, Plain, nil, []float64{1}, []float64{1}) })},
		{"spectra: Diagonal.MulVecTo: length 1, want 2", call(func() { good.MulVecTo([]float64{1, 2}, []float64{1}) })},
		{"spectra: Sample: remainder of the rows: length 1, want 0", call(func() { good.NewSampler().Sample(make([]float64, 3), rng) })},
		{"spectra: Diagonal.Variances: length 3, want 2", call(func() { good.Variances(make([]float64, 3)) })},
		{"spectra: FillNormal: rng is nil", call(func() { FillNormal(make([]float64, 3), nil) })},
		{"spectra: ChunkRows: d is 0", call(func() { ChunkRows(0) })},
	} {
		mistake(t, "spectra: ", c.says, c.do)
	}
}

// make1 returns so many ones.
func make1(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// mistake makes a mistake, which must be an error, or panic with a string, that says so.
func mistake(t *testing.T, room, says string, do func() error) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, says) {
				t.Errorf("panics with %v, want an error or a panic that says %q", value, says)
			}
		}
	}()
	if err := do(); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}
