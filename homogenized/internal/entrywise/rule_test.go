package entrywise

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

// TestRule compares the coefficients of the gradient, u(g) = g, with h = δ and
// κ = κ_1 = δ² (2R + v²), and those of its sign with h = φ/√(2R), κ = 1 and κ_1 = 2/π.
func TestRule(t *testing.T) {
	t.Parallel()
	const delta = 1.5
	gradient := func(g float64) float64 { return g }
	sign := func(g float64) float64 {
		if g == 0 {
			return 0
		}
		return math.Copysign(1, g)
	}
	for _, law := range []noise.Law{
		noise.Normal{Mu: 0.2, Sigma: 0.5}, noise.Rademacher{Scale: 0.4}, noise.Laplace{Mu: -0.1, Scale: 0.3}, noise.Uniform{Min: -1, Max: 0.5},
	} {
		parts, err := Parts(law)
		if err != nil {
			t.Fatal(err)
		}
		for _, risk := range []float64{0.01, 0.7} {
			phi, _ := law.Phi(risk)
			square := delta * delta * (2*risk + law.SecondMoment())
			for _, c := range []struct {
				name              string
				u                 func(g float64) float64
				drift, total, one float64
			}{
				{"gradient", gradient, delta, square, square},
				{"sign", sign, phi / math.Sqrt(2*risk), 1, 2 / math.Pi},
			} {
				v := New(c.u, delta, parts).At(risk)
				if math.Abs(v.Drift/c.drift-1) > 1e-8 || math.Abs(v.Total/c.total-1) > 1e-8 || math.Abs(v.Powers[0]/c.one-1) > 1e-8 {
					t.Errorf("%s, %v, R = %v: h = %v, κ = %v, κ_1 = %v, want %v, %v, %v", c.name, law, risk, v.Drift, v.Total, v.Powers[0], c.drift, c.total, c.one)
				}
			}
		}
	}
	if _, err := Parts(noise.Logistic{S: 1}); err == nil {
		t.Error("a law whose density is not known is no error")
	}
}
