package noise

import (
	"math"
	"testing"
	"time"
)

// ends fails the test if f has not ended after half a minute: it hangs.
func ends(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s has not ended after 30 s", what)
	}
}

// TestBatchEnds checks batches whose integral reaches u² beyond the range of float64.
func TestBatchEnds(t *testing.T) {
	t.Parallel()
	d := Discrete{Atoms: []float64{-1, 0, 1}, Weights: []float64{0.05, 0.9, 0.05}}
	for _, risk := range []float64{1e-50, 1e-200, 1e-310} {
		for _, batch := range []int{2, 3, 8} {
			ends(t, "φ_B of atoms", func() {
				phi, slope := MiniBatch{Law: d, Batch: int(batch)}.Phi(risk)
				// ⟨ε,w⟩ = 0 with probability 0.9^B; elsewhere its density leaves O(√R).
				if want := limitPhi * math.Pow(0.9, float64(batch)); !near(phi, want, 1e-13) || !(slope >= 0) {
					t.Errorf("batch %d: φ(%v), φ' = %v, %v, want %v", batch, risk, phi, slope, want)
				}
			})
		}
	}
	for _, l := range []Law{
		AlphaStable{Alpha: 0.001, C: 1e-300}, AlphaStable{Alpha: 0.001, C: 1}, AlphaStable{Alpha: 0.5, C: 1e-300},
		Logistic{S: 1e-300}, Laplace{Scale: 1e-300}, StudentsT{Sigma: 1e-300, Nu: 0.01},
		Density{F: func(float64) float64 { return math.NaN() }},
	} {
		for _, risk := range []float64{5e-324, 1e-200, 1e-3, 1} {
			for _, batch := range []int{2, 1000} {
				ends(t, "φ_B", func() { MiniBatch{Law: l, Batch: int(batch)}.Phi(risk) })
			}
		}
	}
}

// TestHugeBatch checks φ_B against its limit B → ∞, from which it differs by O(1/B).
func TestHugeBatch(t *testing.T) {
	t.Parallel()
	for _, l := range []Law{StudentsT{Sigma: 0.5, Nu: 8}, Rademacher{Scale: 1}, Uniform{Min: -1, Max: 2}, Logistic{Mu: 1, S: 0.2}} {
		limit := Normal{Sigma: math.Sqrt(l.SecondMoment())}
		for _, batch := range []int64{1e15, 1 << 52, 1e16, 1e18, math.MaxInt64} {
			for _, risk := range []float64{1e-6, 1, 1e6} {
				phi, slope := MiniBatch{Law: l, Batch: int(batch)}.Phi(risk)
				if p, s := limit.Phi(risk); !near(phi, p, 1e-12) || !near(slope, s, 1e-12) {
					t.Errorf("%v, batch %d: φ, φ'(%v) = %v, %v, limit %v, %v", l, batch, risk, phi, slope, p, s)
				}
			}
		}
	}
	// Tails of index ν < 2: ⟨ε,w⟩ grows as B^(1/ν−½), and φ_B falls as B^(½−1/ν).
	l := StudentsT{Sigma: 1, Nu: 0.5}
	huge := []int64{1e14, 1e18}
	a, _ := MiniBatch{Law: l, Batch: int(huge[0])}.Phi(1)
	b, slope := MiniBatch{Law: l, Batch: int(huge[1])}.Phi(1)
	if !near(b, a*1e-6, 1e-6) || !near(slope, b/2, 1e-6) {
		t.Errorf("φ_1e18 = %v, slope %v, want %v", b, slope, a*1e-6)
	}
}
