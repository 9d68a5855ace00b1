package signsgd

import (
	"math"
	"testing"
)

// TestQuadratic checks that an ensemble records quadratics: that of K is the risk, and
// that of I half the squared distance.
func TestQuadratic(t *testing.T) {
	p := Problem{Covariance: rotated(t, 20), Init: ones(20), Target: make([]float64, 20)}
	p.Target[3] = 2
	risk, err := NewQuadratic("risk", p.Covariance, p.Target)
	if err != nil {
		t.Fatal(err)
	}
	distance, err := NewQuadratic("distance", diagonal(t, ones(20)...), p.Target)
	if err != nil {
		t.Fatal(err)
	}
	norm, err := NewQuadratic("norm", diagonal(t, ones(20)...), nil)
	if err != nil {
		t.Fatal(err)
	}
	by := Observer{"distance", func(theta []float64) float64 {
		sum := 0.0
		for i, v := range theta {
			sum += (v - p.Target[i]) * (v - p.Target[i]) / 2
		}
		return sum
	}}
	b, err := Ensemble(t.Context(), p, SignSGD{}, Constant(0.3), Settings{Horizon: 2, Runs: 8, Observers: []Observer{risk, distance, by, norm}})
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range b.Risk {
		for j, r := range path {
			if b.Observed[0][i][j] != r || math.Abs(b.Observed[1][i][j]-b.Observed[2][i][j]) > 1e-14*20 {
				t.Fatalf("risk %v and %v, distance %v and %v", r, b.Observed[0][i][j], b.Observed[1][i][j], b.Observed[2][i][j])
			}
		}
	}
	if n := b.Observed[3][0][0]; n != 10 {
		t.Errorf("½‖θ‖² is %v at the start, want 10", n)
	}
	_, err = NewQuadratic("", nil, nil)
	requireError(t, err, "g is nil")
	_, err = NewQuadratic("", p.Covariance, ones(3))
	requireError(t, err, "target has length 3")
}
