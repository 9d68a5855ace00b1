package odes_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestWholePath takes problems of every shape, down to one dimension, from the
// simulation over the SDE to the curve.
func TestWholePath(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	settings := ensemble.Settings{Horizon: 5, Runs: 3, Seed: 1}
	for name, rows := range map[string][]float64{
		"d=1":      {2},
		"d=2":      {2, -1, -1, 1},
		"singular": {1, 2, 2, 4},
		"d=3":      {1, 0.5, 0, 0.5, 1, 0.5, 0, 0.5, 1},
		"zero":     {1, 0, 0, 0, 2, 0, 0, 0, 3},
	} {
		d := int(math.Sqrt(float64(len(rows))))
		k, err := spectra.NewDense(mat.NewDense(d, d, rows))
		if err != nil {
			t.Fatal(err)
		}
		for _, law := range []noise.Law{nil, noise.Normal{Sigma: 1}, noise.Rademacher{Scale: 0.5}} {
			p := signsgd.Problem{Covariance: k, Noise: law, Init: []float64{3, 1, 2}[:d]}
			for _, c := range []struct {
				optimizer signsgd.Optimizer
				limit     homogenized.Limit
				eta       schedule.Schedule
			}{
				{signsgd.SignSGD{}, must(homogenized.SignSGD(p)), schedule.Constant(0.3)},
				{signsgd.SGD{}, must(homogenized.SGD(p)), schedule.Constant(0.1)},
			} {
				what := fmt.Sprintf("%s, %T, %T", name, law, c.optimizer)
				runs, err := signsgd.Ensemble(ctx, p, c.optimizer, c.eta, settings)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				sde := homogenized.SDE{Problem: p, Limit: c.limit, Rate: c.eta}
				paths, err := sde.Ensemble(ctx, settings)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				s, err := odes.NewFromLimit(p, c.limit, c.eta)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				curve, err := s.Solve(ctx, runs.Times)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				rest, err := s.LimitRisk(t.Context())
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				start, end := p.InitialRisk(), len(curve.Risk)-1
				for _, r := range []float64{runs.Risk[0][0], paths.Risk[0][0], curve.Risk[0]} {
					if math.Abs(r/start-1) > 1e-12 {
						t.Errorf("%s: starts at %v, want %v", what, r, start)
					}
				}
				for _, r := range []float64{runs.Risk.Mean()[end], paths.Risk.Mean()[end], curve.Risk[end], rest} {
					if !(r >= 0 && r < start) {
						t.Errorf("%s: ends at %v", what, r)
					}
				}
			}
		}
	}
}
