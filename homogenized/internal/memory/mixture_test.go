package memory

import (
	"math"
	"testing"
)

// TestGains checks that a mixture of the functions themselves is found again.
func TestGains(t *testing.T) {
	t.Parallel()
	mixtures := [][]float64{{0.2, 0, 0, 0.5, 0, 0, 0.1, 0, 0, 0.2, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}}
	for _, weights := range mixtures {
		row := make([]float64, len(Quotients.Points))
		for i, rho := range Quotients.Points {
			for j, w := range weights {
				row[i] += w * Quotients.Part(j, rho)
			}
		}
		all, _ := Quotients.Gains([][]float64{row})
		gains := all[0]
		for _, rho := range []float64{0.1, 0.5, 0.95, 1} {
			got, want := 0.0, 0.0
			for j, w := range weights {
				want += w * Quotients.Part(j, rho)
				got += gains[j] * Quotients.Part(j, rho)
			}
			if math.Abs(got-want) > 1e-8*want {
				t.Errorf("%v: the mixture is %v at %v, want %v", weights, got, rho, want)
			}
		}
	}
}
