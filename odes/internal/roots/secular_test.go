package roots

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSlowest compares with the smallest eigenvalue of diag(s) − β1ᵀ, which for couplings of
// one sign is similar to the symmetric diag(s) ∓ √|β|√|β|ᵀ. Poles of equal rate and alone are
// among them.
func TestSlowest(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, sign := range []float64{1, -1} {
		for n := 1; n <= 12; n++ {
			poles := make([]Pole, n)
			m := mat.NewSymDense(n, nil)
			for i := range poles {
				poles[i] = Pole{Rate: math.Exp(2 * rng.NormFloat64()), Coupling: sign * rng.ExpFloat64(), Excited: true}
				switch i % 5 {
				case 3:
					poles[i].Rate = poles[i-1].Rate
				case 4:
					poles[i].Coupling = 0
				}
			}
			for i, p := range poles {
				for j := range i + 1 {
					m.SetSym(i, j, -sign*math.Sqrt(p.Coupling*poles[j].Coupling))
				}
				m.SetSym(i, i, p.Rate-p.Coupling)
			}
			var e mat.EigenSym
			if !e.Factorize(m, false) {
				t.Fatal("no eigenvalues")
			}
			// An equal rate that is not coupled to the sum does not show in it: its pole and
			// the one beside it count as one.
			want := e.Values(nil)
			shown := math.Inf(1)
			for _, v := range want {
				if !hidden(poles, v) {
					shown = min(shown, v)
				}
			}
			if got := Slowest(poles); math.Abs(got-shown) > 1e-13*float64(n)*mat.Norm(m, 2) {
				t.Errorf("%d poles, sign %v: %v, want %v", n, sign, got, shown)
			}
		}
	}
}

// hidden reports whether an eigenvalue is that of two coupled poles of one rate that move
// against each other.
func hidden(poles []Pole, eigenvalue float64) bool {
	for i := 3; i < len(poles); i += 5 {
		if math.Abs(eigenvalue/poles[i].Rate-1) < 1e-9 {
			return true
		}
	}
	return false
}

// TestBisect finds a turn to the last bit.
func TestBisect(t *testing.T) {
	t.Parallel()
	x := Bisect(0, 2, func(x float64) bool { return x*x < 2 })
	if below, above := math.Nextafter(x, 0), math.Nextafter(x, 2); !(below*below < 2 && above*above >= 2) {
		t.Errorf("x² turns to 2 at %v", x)
	}
}
