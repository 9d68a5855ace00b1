package noise

import (
	"math"
	"testing"
)

// TestStandardize checks that φ_B of a law is that of its standardized law at the scaled
// risk, for all laws that have a scale and two batches.
func TestStandardize(t *testing.T) {
	t.Parallel()
	for _, word := range []string{
		"normal:0.3", "normal:0.2,3", "rademacher:4", "uniform:-0.2,0.7", "laplace:7", "laplace:1,0.1", "logistic:3",
		"logistic:-1,3", "student:3,0.2", "student:2.5,4,-1", "cauchy:5", "cauchy:1,0.5", "stable:1.5,0.3", "stable:1.2,2,0.5",
	} {
		law, err := Parse(word)
		if err != nil {
			t.Fatal(err)
		}
		unit, scale := Standardize(law)
		again, one := Standardize(unit)
		if again != unit || one != 1 || scale == 1 {
			t.Errorf("%s: %v and scale %v, standardized again %v and %v", word, unit, scale, again, one)
		}
		if err := Validate(unit); err != nil {
			t.Errorf("%s: %v", word, err)
		}
		for _, batch := range []int{1, 4} {
			for _, risk := range []float64{1e-3, 0.1, 2, 300} {
				phi, slope := MiniBatch{law, batch}.Phi(risk)
				value, rise := MiniBatch{unit, batch}.Phi(risk / (scale * scale))
				rise /= scale * scale
				if math.Abs(phi-value) > 1e-11*phi || math.Abs(slope-rise) > 1e-9*phi/risk {
					t.Errorf("%s, batch %d, risk %g: φ %v and %v, φ' %v and %v", word, batch, risk, phi, value, slope, rise)
				}
			}
		}
	}
	for _, law := range []Law{None{}, Normal{}, Normal{Mu: 1}, Uniform{}, Rademacher{}, Distuv{}, Laplace{Mu: 1e200, Scale: 1e-200}} {
		if unit, scale := Standardize(law); unit != law || scale != 1 {
			t.Errorf("%v: %v and scale %v", law, unit, scale)
		}
	}
}
