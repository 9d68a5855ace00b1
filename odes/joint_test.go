package odes

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestBatches checks the relaxation at batches that it was not made of, its slopes, and
// that SGD's is exact.
func TestBatches(t *testing.T) {
	t.Parallel()
	p := diagonalProblem(t, noise.Laplace{Scale: 0.5}, 0.2, 1)
	sign, sgd := must(NewBatches(p, signsgd.SignSGD{}, 64)), must(NewBatches(p, signsgd.SGD{}, 64))
	for _, risk := range []float64{1e-3, 0.1, 10} {
		for _, batch := range []int{1, 3, 9, 11, 33, 57, 64} {
			p.Batch = batch
			want, _ := must(homogenized.SignSGD(p)).Drift(risk)
			got, _ := must(sign.At(float64(batch))).Drift(risk)
			if math.Abs(got/want-1) > 1e-4 {
				t.Errorf("batch %d, R = %v: h is %v, want %v", batch, risk, got, want)
			}
		}
		g, dg := must(sgd.At(math.Pi)).Noise[0].Gain(risk)
		if want := (2*risk + 0.5) / math.Pi; math.Abs(g/want-1) > 1e-12 || math.Abs(dg*math.Pi/2-1) > 1e-12 {
			t.Errorf("SGD: g is %v with slope %v, want %v", g, dg, want)
		}
		value := func(x float64) float64 {
			v, _, _ := sign.coefficient(-1, 5.5*math.Exp(x), risk)
			return v
		}
		if _, _, got := sign.coefficient(-1, 5.5, risk); math.Abs(got/differentiated(value, 1e-2)-1) > 1e-8 {
			t.Errorf("R = %v: slope by log B %v", risk, got)
		}
	}
	if _, err := sign.At(65); err == nil {
		t.Error("a batch above the largest: no error")
	}
}

// TestOptimalBatchesSGD checks that for SGD batches gain nothing but steps: with any
// budget of steps that the samples fit into, the risk is that of the optimal schedule for
// as many batches of one.
func TestOptimalBatchesSGD(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 0.01, 0.1, 1)
	s := system(t, p, must(homogenized.SGD(p)), schedule.Constant(1))
	batches := must(NewBatches(p, signsgd.SGD{}, 32))
	_, want, err := s.Optimal(ctx, 40)
	if err != nil {
		t.Fatal(err)
	}
	for _, budget := range []Budget{{Samples: 40}, {Samples: 40, Steps: 5}} {
		plan, err := s.OptimalBatches(ctx, batches, budget)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(plan.Risk/want-1) > 1e-3 || budget.Steps > 0 && plan.Steps > budget.Steps*(1+1e-9) || math.Abs(plan.Samples/40-1) > 1e-9 {
			t.Errorf("%+v: risk %v, want %v; %v steps, %v samples", budget, plan.Risk, want, plan.Steps, plan.Samples)
		}
	}
	// Steps alone: the largest batch.
	p.Batch = 32
	_, want, err = system(t, p, must(homogenized.SGD(p)), schedule.Constant(1)).Optimal(ctx, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, budget := range []Budget{{Steps: 5}, {Steps: 5, Samples: 1e3}} {
		plan, err := s.OptimalBatches(ctx, batches, budget)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(plan.Risk/want-1) > 1e-3 || plan.At(2) < 31.9 {
			t.Errorf("%+v: risk %v, want %v, batch %v", budget, plan.Risk, want, plan.At(2))
		}
	}
}

// TestOptimalBatchesSign checks signSGD under Laplace noise. At large risks large batches
// use samples best, and at small ones the sign of each sample, as a median beats a
// mean. The plan for samples alone takes at every moment the batch that maximizes h²/B,
// and it beats the optimal schedules of constant batches. A budget of steps costs risk.
func TestOptimalBatchesSign(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := diagonalProblem(t, noise.Laplace{Scale: 0.5}, 0.2, 1)
	p.Init = []float64{3, 3}
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(1))
	batches := must(NewBatches(p, signsgd.SignSGD{}, 16))
	const samples = 100.0
	constant := func(batch int) float64 {
		q := p
		q.Batch = batch
		_, risk, err := system(t, q, must(homogenized.SignSGD(q)), schedule.Constant(1)).Optimal(ctx, samples/float64(batch))
		if err != nil {
			t.Fatal(err)
		}
		return risk
	}
	free, err := s.OptimalBatches(ctx, batches, Budget{Samples: samples})
	if err != nil {
		t.Fatal(err)
	}
	const slack = 1e-3
	for _, batch := range []int{1, 4, 16} {
		if risk := constant(batch); risk < free.Risk*(1-slack) {
			t.Errorf("the constant batch %d reaches %v, the plan %v", batch, risk, free.Risk)
		}
	}
	if first, last := free.At(0), free.At(free.Steps); first < 15 || last > 2 {
		t.Errorf("the batch is %v at first and %v at last", first, last)
	}
	steps := free.Steps / 2
	few, err := s.OptimalBatches(ctx, batches, Budget{Samples: samples, Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("risk %v in %v steps, batch %v at first, %v at last; %v in %v, %v, %v", free.Risk, free.Steps, free.At(0), free.At(free.Steps), few.Risk, few.Steps, few.At(0), few.At(few.Steps))
	if few.Steps > steps*(1+1e-9) || few.Risk < free.Risk {
		t.Errorf("few steps: %v of %v, risk %v below %v", few.Steps, steps, few.Risk, free.Risk)
	}
}

// TestOptimalBatchesBeatConstants checks, under budgets of samples, of steps and of both,
// that a plan keeps to them and is not beaten by the best constant rate of any constant
// batch: of a power of two at all, of others to the 1e-4 that OptimalBatches promises.
func TestOptimalBatchesBeatConstants(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, rule := range map[string]signsgd.Optimizer{"SGD": signsgd.SGD{}, "signSGD": signsgd.SignSGD{}} {
		laws := []noise.Law{noise.Laplace{Scale: 0.3}}
		if heavyOptimal {
			laws = append(laws, noise.Rademacher{Scale: 0.5})
		}
		for _, law := range laws {
			p := diagonalProblem(t, law, 0.02, 0.3, 1)
			p.Init = []float64{2, 2, 2}
			s := must(New(p, rule, schedule.Constant(1)))
			batches := must(NewBatches(p, rule, 16))
			for _, budget := range []Budget{{Samples: 60}, {Steps: 12}, {Samples: 60, Steps: 12}, {Samples: 60, Steps: 4}} {
				plan, err := s.OptimalBatches(ctx, batches, budget)
				if err != nil {
					t.Fatal(err)
				}
				if budget.Steps > 0 && plan.Steps > budget.Steps*(1+1e-9) || budget.Samples > 0 && plan.Samples > budget.Samples*(1+1e-9) {
					t.Errorf("%s, %v, %+v: the plan takes %v steps and %v samples", name, law, budget, plan.Steps, plan.Samples)
				}
				for _, batch := range []int{1, 2, 3, 4, 5, 6, 8, 11, 16} {
					horizon := budget.Steps
					if most := budget.Samples / float64(batch); horizon == 0 || budget.Samples > 0 && most < horizon {
						horizon = most
					}
					q := p
					q.Batch = batch
					_, risk, err := must(New(q, rule, schedule.Constant(1))).BestConstant(ctx, horizon)
					if err != nil {
						t.Fatal(err)
					}
					slack := 1e-9 // of the tolerances
					if batch&(batch-1) != 0 {
						slack = 1e-4
					}
					if plan.Risk > risk*(1+slack) {
						t.Errorf("%s, %v, %+v: the constant batch %d ends at %v, the plan at %v", name, law, budget, batch, risk, plan.Risk)
					}
				}
			}
		}
	}
}
