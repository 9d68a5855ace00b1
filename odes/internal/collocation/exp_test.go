package collocation

import (
	"math"
	"testing"
)

func TestExpNegative(t *testing.T) {
	t.Parallel()
	for x := 0.0; x < 750; x += 0.00917 {
		got, want := ExpNegative(x), math.Exp(-x)
		if math.Abs(got-want) > 5e-16*want {
			t.Fatalf("exp(−%v) is %v, want %v", x, got, want)
		}
	}
	if ExpNegative(0) != 1 || ExpNegative(math.Inf(1)) != 0 || !math.IsNaN(ExpNegative(math.NaN())) {
		t.Error("wrong at the ends")
	}
}

// TestDecayMoments compares with Gauss–Legendre sums of the integrals.
func TestDecayMoments(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{0, 1e-9, 0.01, 0.3, 0.59, 0.61, 1.9, 2.1, 5.9, 6.1, 12, 15.9, 16.1, 40, 300} {
		var m [Nodes]float64
		DecayMoments(&m, z, math.Exp(-z))
		for n := range m {
			// Panels finer than the decay, each by the rule of the package.
			sum := 0.0
			const panels = 50
			for k := range panels {
				for g, x := range Gauss.Point {
					u := (float64(k) + x) / panels
					sum += Gauss.Project[g][0] / panels * math.Exp(-z*(1-u)) * LegendreValues(2*u - 1)[n]
				}
			}
			if math.Abs(m[n]-sum) > 3e-14*m[0] {
				t.Errorf("z = %v, n = %d: %v, want %v", z, n, m[n], sum)
			}
		}
	}
}
