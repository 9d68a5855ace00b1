package batch

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

// TestTables checks that tables are shared between laws that differ in scale alone, give
// their φ_B, and are no more than the given number.
func TestTables(t *testing.T) {
	t.Parallel()
	shared := tables{most: 2}
	for i, c := range []struct {
		law    noise.Law
		tables int
	}{
		{noise.StudentsT{Sigma: 0.5, Nu: 3}, 1}, {noise.StudentsT{Sigma: 40, Nu: 3}, 1}, {noise.StudentsT{Sigma: 1, Nu: 3}, 1},
		{noise.Laplace{Scale: 2}, 2}, {noise.Discrete{Atoms: []float64{1, -1}, Weights: []float64{0.5, 0.5}}, 2},
		{noise.Rademacher{Scale: 3}, 2}, {noise.Laplace{Scale: 1}, 2}, {noise.None{}, 2},
	} {
		phi, err := shared.of(c.law, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, risk := range []float64{1e-4, 0.3, 50} {
			value, slope := phi(risk)
			exact, rise := noise.MiniBatch{Law: c.law, Batch: 3}.Phi(risk)
			if math.Abs(value-exact) > 1e-12*exact || math.Abs(slope-rise) > 1e-9*exact/risk {
				t.Errorf("law %d, risk %g: φ_B %v and φ_B' %v, want %v and %v", i, risk, value, slope, exact, rise)
			}
		}
		if len(shared.used) != c.tables {
			t.Errorf("law %d: %d tables, want %d", i, len(shared.used), c.tables)
		}
	}
	if _, err := shared.of(nil, 2); err == nil {
		t.Error("no law is no error")
	}
}
