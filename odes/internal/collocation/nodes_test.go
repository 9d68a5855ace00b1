package collocation

import (
	"math"
	"testing"
)

// TestLegendreExact says that the polynomial through the values of any Legendre
// polynomial at the nodes is that polynomial, the last one included.
func TestLegendreExact(t *testing.T) {
	t.Parallel()
	for n := range Nodes {
		var values [Nodes]float64
		for k, x := range Lobatto {
			values[k] = LegendreValues(2*x - 1)[n]
		}
		for m, c := range Interpolate(&values) {
			want := 0.0
			if m == n {
				want = 1
			}
			if math.Abs(c-want) > 1e-13 {
				t.Errorf("P_%d has the coefficient %v of P_%d, want %v", n, c, m, want)
			}
		}
	}
}
