package odes

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestBiasFromTarget checks that the correction of the mean of runs that start at θ*, where
// second derivatives of the drift may be infinite, is that of runs that start next to it.
func TestBiasFromTarget(t *testing.T) {
	t.Parallel()
	k := must(spectra.NewDiagonal([]float64{0.3, 1, 2.5}))
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.Laplace{Scale: 0.4}} {
		for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}, signsgd.AdamHeuristic{}} {
			var curves [2]*Curve
			for i, start := range []float64{0, 1e-5} {
				p := signsgd.Problem{Covariance: k, Noise: law, Init: []float64{start, start, start}, Target: make([]float64, 3)}
				s := must(New(p, o, schedule.Constant(0.4)))
				curves[i] = must(s.Variance(context.Background(), []float64{0, 0.1, 1, 5}, VarianceSettings{}))
			}
			for i, b := range curves[0].Bias {
				near := curves[1].Bias[i]
				if !(math.Abs(b-near) <= 1e-4*curves[0].Risk[i]+1e-9) {
					t.Errorf("%T, %T: from θ* the bias is %v at t = %v, next to it %v", law, o, b, curves[0].Times[i], near)
				}
			}
		}
	}
}
