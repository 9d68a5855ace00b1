package memory

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

// TestSigns checks that the sum with nonnegative weights is κ to 2e-6 κ(1) at values of ρ which
// are not those of the fit, and at 1, for signs of sums with short and long memories.
func TestSigns(t *testing.T) {
	t.Parallel()
	type rule interface {
		Rest(r Residual, rho []float64) []float64
	}
	rules := []rule{Signum{0.05}, Signum{0.5}, Signum{0.9}, Signum{0.99}}
	for _, b1 := range []float64{0.05, 0.5, 0.9, 0.99} {
		for _, b2 := range []float64{0, 0.1, 0.6, 0.95} {
			rules = append(rules, Lion{b1, b2})
		}
	}
	rho := []float64{0.2, 0.7, 0.9, 0.98, 0.997, 1}
	for i, s := range rules {
		law := []noise.Compression{noise.None{}, noise.Cauchy{Scale: 0.2}, noise.Rademacher{Scale: 0.5}}[i%3]
		r := Residual{law, 0.1, 1}
		m := Signs.With(s.Rest(Residual{noise.None{}, 1, 1}, Signs.Points), s.Rest(Residual{noise.Rademacher{Scale: 1}, 1e-12, 1}, Signs.Points))
		all, _ := m.Gains([][]float64{s.Rest(r, Signs.Points)})
		gains := all[0]
		want := s.Rest(r, rho)
		for k := range rho {
			want[k] += 2 / math.Pi * math.Asin(rho[k])
			got := 2 / math.Pi * math.Asin(rho[k])
			for j, w := range gains {
				got += w * m.Part(j, rho[k])
			}
			one := 1 + s.Rest(r, []float64{1})[0]
			if math.Abs(got-want[k]) > 2e-6*one {
				t.Errorf("%#v, %v: the sum is %v at %v, want %v, off by %.1e of κ(1)", s, law, got, rho[k], want[k], math.Abs(got-want[k])/one)
			}
		}
	}
}
