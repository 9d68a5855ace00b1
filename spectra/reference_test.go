package spectra

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// referenceCase is a small problem with eigenvalues, initial risks and noise
// weights in the Preconditioned basis known to about twelve digits.
type referenceCase struct {
	K      [][]float64
	Nu     []float64 `json:"init_minus_target"`
	Lambda []float64 `json:"kbar_eigenvalues"`
	Risk   []float64 `json:"sign_r0"`
	Weight []float64 `json:"sign_c"`
}

func referenceCases(t *testing.T) []referenceCase {
	t.Helper()
	var file struct{ Cases []referenceCase }
	b, err := os.ReadFile("testdata/ode.json")
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil || len(file.Cases) == 0 {
		t.Fatalf("reference cases: %v", err)
	}
	return file.Cases
}

func matrix(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return m
}

func TestModesReference(t *testing.T) {
	t.Parallel()
	for n, c := range referenceCases(t) {
		k, err := NewDense(matrix(c.K))
		if err != nil {
			t.Fatal(err)
		}
		m, err := k.Modes(Preconditioned, c.Nu, signNoise)
		if err != nil {
			t.Fatal(err)
		}
		// What an eigenvalue can be known to in float64 is ε λ_max/λ_min.
		allowed := 1e-12
		if c.Lambda[len(c.Lambda)-1]/c.Lambda[0] > 1e6 {
			allowed = 1e-8
		}
		worst := 0.0
		for i := range c.Lambda {
			worst = max(worst, math.Abs(m.Lambda[i]/c.Lambda[i]-1), math.Abs(m.Risk[i]/c.Risk[i]-1), math.Abs(m.Weights[0][i]/c.Weight[i]-1))
		}
		t.Logf("case %d: worst relative error %.1e", n, worst)
		if worst > allowed {
			t.Errorf("case %d: relative error %.1e, allowed %.0e", n, worst, allowed)
		}
	}
}
