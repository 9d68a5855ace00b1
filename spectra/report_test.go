package spectra

import (
	"math"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// TestConditionDiagonal checks (32): on a diagonal K, signSGD's condition number is
// the square root of SGD's.
func TestConditionDiagonal(t *testing.T) {
	t.Parallel()
	lambda := must[[]float64](t)(GridPower(50, 0.1, 1, 3))
	k := must[*Diagonal](t)(NewDiagonal(lambda))
	c := must[ConditionNumbers](t)(Conditioning(k))
	near(t, "λ_min", c.MinK, 1e-3, 1e-13)
	near(t, "λ_max", c.MaxK, 1, 1e-13)
	near(t, "condition number of K̄", c.NumberKbar(), math.Sqrt(c.NumberK()), 1e-13)
	near(t, "κ̄", c.Kappa, floats.Sum(lambda)/(50*1e-3), 1e-13)
	near(t, "κ̄_sign", c.KappaSign, floats.Sum(StandardDeviations(k))/(50*math.Sqrt(1e-3)), 1e-13)
	if r := c.RateRatio(math.Pi / 2); !(r > 1) {
		t.Errorf("the ratio of the rates is %v on a diagonal K", r)
	}
	isotropic := must[ConditionNumbers](t)(Conditioning(must[*Isotropic](t)(NewIsotropic(3, 4))))
	near(t, "ratio of the rates on an isotropic K", isotropic.RateRatio(1.1), 4/(math.Pi*math.Pi)*1.21, 1e-13)
	if c := must[ConditionNumbers](t)(Conditioning(wishart(t, 6, 3, newRand(60)))); !math.IsInf(c.Kappa, 1) || !math.IsNaN(c.RateRatio(1)) {
		t.Errorf("singular K: %+v", c)
	}
	// Two coordinates with a strong common part, and one small by itself whose scale
	// sets λ_min(K) with or without them.
	against := must[*Dense](t)(NewDense(mat.NewSymDense(3, []float64{1, 0, 0, 0, 5, 4, 0, 4, 5})))
	c = must[ConditionNumbers](t)(Conditioning(against))
	near(t, "κ̄", c.Kappa, 11./3, 1e-13)
	near(t, "κ̄_sign", c.KappaSign, (1+2*math.Sqrt(5))/3*math.Sqrt(5), 1e-13)
	near(t, "ratio of the rates", c.RateRatio(math.Pi/2), 11/((1+2*math.Sqrt(5))*math.Sqrt(5)), 1e-12)
}

// TestAssumption3Pair checks the value of two coordinates in closed form: the resolvent is
// largest on the real axis, at z = λ_min − λ_max/2, whatever the number of points between.
func TestAssumption3Pair(t *testing.T) {
	t.Parallel()
	const rho = 0.6
	pair := must[*Dense](t)(NewDense(mat.NewSymDense(2, []float64{1, rho, rho, 1})))
	a := must[Assumption3](t)(CheckAssumption3(t.Context(), pair, 1))
	hi, z := 1+rho, 1-rho-(1+rho)/2
	near(t, "off-diagonal resolvent", a.OffDiagonal, hi*rho/((1-z)*(1-z)-rho*rho), 1e-13)
}

// TestAssumption3 checks the resolvent against an explicit inverse, and that a
// random basis has small off-diagonal entries where pairs of coordinates do not.
func TestAssumption3(t *testing.T) {
	t.Parallel()
	small := wishart(t, 5, 9, newRand(61))
	a := must[Assumption3](t)(CheckAssumption3(t.Context(), small, 3))
	s := must[*mat.SymDense](t)(Symmetrized(small))
	m := must[Modes](t)(small.Modes(Preconditioned, make([]float64, 5)))
	lo, hi := m.Lambda[0], m.Lambda[4]
	want := 0.0
	for _, angle := range []float64{0, math.Pi / 6, math.Pi / 2, math.Pi * 5 / 6, math.Pi} {
		z := complex((lo+hi)/2, 0) + cmplx.Rect(hi-lo/2, angle)
		// (S − x − iy)⁻¹ = ((S − x)² + y²)⁻¹ (S − x + iy).
		shift := mat.NewDense(5, 5, nil)
		shift.Copy(s)
		for i := range 5 {
			shift.Set(i, i, shift.At(i, i)-real(z))
		}
		var square, inverse, re mat.Dense
		square.Mul(shift, shift)
		for i := range 5 {
			square.Set(i, i, square.At(i, i)+imag(z)*imag(z))
		}
		if err := inverse.Inverse(&square); err != nil {
			t.Fatal(err)
		}
		re.Mul(&inverse, shift)
		for i := range 5 {
			for j := range i {
				want = max(want, hi*math.Hypot(re.At(i, j), imag(z)*inverse.At(i, j)))
			}
		}
	}
	near(t, "off-diagonal resolvent", a.OffDiagonal, want, 1e-11)
	sigma := must[*mat.SymDense](t)(KSigma(small))
	var e mat.EigenSym
	e.Factorize(sigma, false)
	near(t, "‖K_σ‖", a.KSigma, e.Values(nil)[4], 1e-13)

	lambda := must[[]float64](t)(LogSpaced(200, 0.1, 1))
	random := must[Assumption3](t)(CheckAssumption3(t.Context(), must[*Dense](t)(NewRotated(lambda, newRand(62))), 4))
	var pairs []Covariance
	for range 100 {
		pairs = append(pairs, must[*Dense](t)(NewDense(mat.NewSymDense(2, []float64{1, 0.8, 0.8, 1}))))
	}
	paired := must[Assumption3](t)(CheckAssumption3(t.Context(), must[*BlockDiagonal](t)(NewBlockDiagonal(pairs...)), 4))
	diagonal := must[Assumption3](t)(CheckAssumption3(t.Context(), must[*Diagonal](t)(NewDiagonal(lambda)), 4))
	if random.OffDiagonal > 5/math.Sqrt(200) || paired.OffDiagonal < 0.5 || diagonal.OffDiagonal != 0 {
		t.Errorf("off-diagonal resolvents: random basis %v, pairs %v, diagonal %v", random.OffDiagonal, paired.OffDiagonal, diagonal.OffDiagonal)
	}
	if paired.J != paired.I+1 {
		t.Errorf("largest entry at (%d,%d), not within a pair", paired.I, paired.J)
	}
}
