package powersum

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

// TestSums holds the sums to their terms, at q in all directions and magnitudes, and
// next to the real axis, where a term dominates.
func TestSums(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(80, 1))
	for _, c := range []struct {
		p, gamma float64
		v        int
	}{{2, 0.6, 20000}, {1.5, 0.5, 5000}, {2.5, 1.5, 3000}, {2, 4, 7000}, {4, -1, 1000}, {0.8, 0.4, 5000}, {3, 1, 100}} {
		s := New(c.p, c.gamma, c.v)
		for trial := range 60 {
			xi := math.Exp(rng.Float64() * math.Log(float64(c.v)/2))
			angle := -math.Pi * rng.Float64()
			if trial%3 == 0 && xi < float64(c.v)/4 {
				angle = -math.Pi * math.Pow(10, -14*rng.Float64())
			}
			q := cmplx.Rect(math.Pow(xi, c.p), angle)
			var count, square, target, n1, n2, n3 complex128
			for j := c.v; j >= 1; j-- {
				x := float64(j)
				r := 1 / (q - complex(math.Pow(x, c.p), 0))
				w := complex(math.Pow(x, -c.gamma), 0)
				count, square, target = count+r, square+r*r, target+w*r
				a := complex(cmplx.Abs(r), 0)
				n1, n2, n3 = n1+a, n2+a*a, n3+w*a
			}
			g1, g2, g3 := s.At(q)
			for i, pair := range [][3]complex128{{g1, count, n1}, {g2, square, n2}, {g3, target, n3}} {
				// Next to a term, the rounding of q itself counts.
				near := math.Abs(xi-math.Round(xi))/xi + 1e-3
				if gap := cmplx.Abs(pair[0]-pair[1]) / real(pair[2]); gap > 3e-13/near*1e-1 {
					t.Errorf("%+v, ξ = %v at %v: sum %d is %v, want %v (%.1e)", c, xi, angle, i, pair[0], pair[1], gap)
				}
			}
		}
	}
}
