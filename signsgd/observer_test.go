package signsgd

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestQuadratic checks that an ensemble records quadratics: that of K is the risk, and
// that of I half the squared distance.
func TestQuadratic(t *testing.T) {
	k := rotated(t, 20)
	p := Problem{Covariance: k, Init: ones(20), Target: make([]float64, 20)}
	p.Target[3] = 2
	risk, err := ObserveQuadratic(p, "risk", k)
	if err != nil {
		t.Fatal(err)
	}
	distance, err := ObserveQuadratic(p, "distance", mat.NewDiagDense(20, ones(20)))
	if err != nil {
		t.Fatal(err)
	}
	norm, err := ObserveSquare(Problem{Covariance: k})
	if err != nil {
		t.Fatal(err)
	}
	by := ensemble.Observer{Name: "distance", Of: func(theta []float64) float64 {
		sum := 0.0
		for i, v := range theta {
			sum += (v - p.Target[i]) * (v - p.Target[i]) / 2
		}
		return sum
	}}
	b, err := Ensemble(t.Context(), p, SignSGD{}, schedule.Constant(0.3), ensemble.Settings{Horizon: 2, Runs: 8, Observers: []ensemble.Observer{risk, distance, by, norm}})
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
	if n := b.Observed[3][0][0]; n != 20 {
		t.Errorf("‖θ‖² is %v at the start, want 20", n)
	}
	_, err = ObserveQuadratic(p, "", nil)
	requireError(t, err, "g is nil")
	_, err = ObserveQuadratic(p, "", mat.NewDense(3, 20, nil))
	requireError(t, err, "g is 3×20: must be 20×20")
}
