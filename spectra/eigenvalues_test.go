package spectra

import (
	"math"
	"slices"
	"testing"
)

// TestLogSpaced checks that the ends are exact and the ratios equal.
func TestLogSpaced(t *testing.T) {
	t.Parallel()
	rng := newRand(101)
	for range 200 {
		lo, hi, d := math.Exp(10*rng.NormFloat64()), math.Exp(10*rng.NormFloat64()), 2+rng.IntN(20)
		lambda := must[[]float64](t)(LogSpaced(d, lo, hi))
		if lambda[0] != lo || lambda[d-1] != hi {
			t.Fatalf("from %v to %v: the ends are %v and %v", lo, hi, lambda[0], lambda[d-1])
		}
		for i := 1; i < d; i++ {
			near(t, "ratio", lambda[i]/lambda[i-1], math.Pow(hi/lo, 1/float64(d-1)), 1e-12)
		}
	}
}

// TestPowerLaw checks the eigenvalues themselves.
func TestPowerLaw(t *testing.T) {
	t.Parallel()
	lambda := must[[]float64](t)(PowerLaw(4, 1.5))
	for j, want := range []float64{1, 1 / (2 * math.Sqrt2), 1 / (3 * math.Sqrt(3)), 1. / 8} {
		near(t, "j^{−α}", lambda[j], want, 1e-15)
	}
}

// TestParseEigenvalues checks every word of the grammar and the errors of others.
func TestParseEigenvalues(t *testing.T) {
	t.Parallel()
	for word, want := range map[string][]float64{
		"isotropic":           {1, 1, 1},
		"log:0.01,1":          must[[]float64](t)(LogSpaced(3, 0.01, 1)),
		"power:1.2":           must[[]float64](t)(PowerLaw(3, 1.2)),
		"grid:0.1,1,3":        must[[]float64](t)(GridPower(3, 0.1, 1, 3)),
		"marchenkopastur:0.5": must[[]float64](t)(MarchenkoPastur(3, 0.5)),
	} {
		if got := must[[]float64](t)(ParseEigenvalues(word, 3)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", word, got, want)
		}
	}
	for word, says := range map[string]string{
		"":           EigenvalueGrammar,
		"isotropic:": `"" is not a number`,
		"log:1":      EigenvalueGrammar,
		"power:x":    `"x" is not a number`,
		"power:-1":   "alpha is -1",
		"grid:1,2":   EigenvalueGrammar,
		"powers:1":   EigenvalueGrammar,
		"log:nan,1":  "is NaN",
	} {
		_, err := ParseEigenvalues(word, 3)
		wantError(t, says, err)
	}
	_, err := ParseEigenvalues("power:1", 0)
	wantError(t, "d is 0", err)
}

// TestMarchenkoPasturDensity checks that the density which Newton's method divides by is the
// derivative of the mass, without which the quantiles are found by bisection only.
func TestMarchenkoPasturDensity(t *testing.T) {
	t.Parallel()
	const h = 1e-4
	for _, ratio := range []float64{0.01, 0.5, 0.99, 1} {
		for theta := 0.1; theta < 3.1; theta += 0.2 {
			before, _ := marchenkoPasturBelow(theta-h, ratio)
			after, _ := marchenkoPasturBelow(theta+h, ratio)
			_, density := marchenkoPasturBelow(theta, ratio)
			if slope := (after - before) / (2 * h); math.Abs(density-slope) > 1e-5*slope {
				t.Errorf("ratio %v: the density at θ = %v is %v, the mass has the derivative %v", ratio, theta, density, slope)
			}
		}
	}
}
