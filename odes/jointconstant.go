package odes

import (
	"context"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// bestConstantPlan returns the best plan of a constant rate and a constant batch within the
// budget, the batch being 1, 2, 4, … or the largest, and nil if every best rate is 0.
func (j *joint) bestConstantPlan(ctx context.Context, budget Budget) (*Plan, error) {
	var best *Plan
	largest := j.batches.Largest()
	for batch := 1.0; ; batch = min(2*batch, largest) {
		l, err := j.batches.At(batch)
		if err != nil {
			return nil, err
		}
		sys, err := j.sys.WithLimit(l)
		if err != nil {
			return nil, err
		}
		horizon := budget.Steps
		if most := budget.Samples / batch; horizon == 0 || budget.Samples > 0 && most < horizon {
			horizon = most
		}
		eta, risk, err := sys.BestConstant(ctx, horizon)
		if err != nil {
			return nil, err
		}
		if eta > 0 && (best == nil || risk < best.Risk) {
			best = &Plan{
				Rate:  schedule.Interpolated{Times: []float64{0}, Rates: []float64{eta}},
				Times: []float64{0, horizon}, Batch: []float64{batch},
				Steps: horizon, Samples: horizon * batch, Risk: risk,
			}
		}
		if batch == largest {
			return best, nil
		}
	}
}
