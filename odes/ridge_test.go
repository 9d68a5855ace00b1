package odes

import (
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestRidge compares the penalty of RidgeSGD, at a learning rate that changes in time,
// with the limit of the optimizer that applies it to the iterate, signsgd.Decayed.
func TestRidge(t *testing.T) {
	t.Parallel()
	const lambda = 0.3
	p := coupledProblem(t, 40, true, noise.Normal{Sigma: 0.5})
	eta := schedule.Cosine{Start: 0.5, End: 0.1, Horizon: 3}
	times := []float64{0.5, 2, 4}
	ridge := must(NewFromLimit(p, must(homogenized.RidgeSGD(p, lambda)), eta))
	decayed := must(New(p, signsgd.Decayed{Optimizer: signsgd.SGD{}, Decay: lambda}, eta))
	if e := worst(risks(t, ridge, times...), risks(t, decayed, times...)); e > 1e-9 {
		t.Errorf("the penalty and the decay differ by %v", e)
	}
	plain := must(New(p, signsgd.SGD{}, eta))
	if e := worst(risks(t, ridge, times...), risks(t, plain, times...)); e < 1e-3 {
		t.Errorf("the penalty changes the risk by %v alone", e)
	}
}
