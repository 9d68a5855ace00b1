package memory

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"

	"github.com/riskcurves/riskcurves/noise"
)

// TestClipStudent compares P(|r| ≤ τ) and E min(r², τ²) under Student's noise of all degrees
// of freedom with integrals over the density of r at x, which is φ of the noise moved by x.
func TestClipStudent(t *testing.T) {
	t.Parallel()
	const tau, width = 1.5, 0.25
	x, w := make([]float64, 8), make([]float64, 8)
	for _, nu := range []float64{1e-310, 0.003, 0.04, 1, 5, 1e3, 1e11, 1e14, 1e20} {
		law := noise.StudentsT{Mu: 0.25, Sigma: 0.7, Nu: nu}
		c, err := NewClippable(law)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.normal); n > 10000 {
			t.Errorf("ν = %v: %d parts", nu, n)
		}
		for _, risk := range []float64{0.02, 40} {
			h, g := 0.0, 0.0
			for from := -tau; from < tau; from += width {
				quad.Legendre{}.FixedLocations(x, w, from, from+width)
				for k, at := range x {
					moved := law
					moved.Mu -= at
					phi, _ := moved.Phi(risk)
					mass := w[k] * phi * math.Sqrt(math.Pi/(16*risk))
					h += mass
					g += (at*at - tau*tau) * mass
				}
			}
			g += tau * tau
			gotH, _, gotG, _ := c.Clip(risk, tau)
			if !(math.Abs(gotH-h) <= 1e-11*h) || !(math.Abs(gotG-g) <= 1e-11*g) {
				t.Errorf("ν = %v, R = %v: %v and %v, want %v and %v", nu, risk, gotH, gotG, h, g)
			}
		}
	}
}
