package odes_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestValidity says that each condition is broken where it must be, and only there.
func TestValidity(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := 500
	lambda := make([]float64, d)
	for i := range lambda {
		lambda[i] = math.Pow(float64(i+1), -1.2)
	}
	p := onDiagonal(lambda, .1, noise.Normal{Sigma: .5})
	report := func(p signsgd.Problem, o signsgd.Optimizer, eta float64) odes.Validity {
		return must(must(odes.New(p, o, schedule.Constant(eta))).Validity(ctx, 5))
	}
	large := report(p, signsgd.SGD{}, 230)
	if largest := must(must(odes.New(p, signsgd.SGD{}, schedule.Constant(1))).LargestRate(t.Context())); largest < 230 {
		t.Fatalf("LargestRate is %v", largest)
	}
	for name, c := range map[string]odes.Condition{"Gap": large.Gap, "Step": large.Step, "MeanSquare": large.MeanSquare} {
		if c.Verdict != odes.Broken {
			t.Errorf("at η = 230 %s is %v: %v", name, c.Verdict, c.Value)
		}
	}
	if math.Abs(large.Step.Value-.46) > 1e-9 || large.Rate != 230 || large.Met() {
		t.Errorf("ηλ_max/d is %v, want 0.46; the rate is %v; met: %v", large.Step.Value, large.Rate, large.Met())
	}
	if text := large.String(); !strings.Contains(text, "mean square") || !strings.Contains(text, "ηhλ_max/d is 0.46: should be at most 0.2") {
		t.Errorf("the report reads %q", text)
	}
	if small := report(p, signsgd.SGD{}, 10); small.Step.Verdict != odes.Met || small.MeanSquare.Verdict != odes.Met || small.Batch.Verdict != odes.Met || small.Memory.Verdict != odes.Met {
		t.Errorf("at η = 10: %v", small)
	}
	flat := onDiagonal(ones(d), 1, noise.Normal{Sigma: .5})
	if v := report(flat, signsgd.SignSGD{}, .7); !v.Met() || v.MeanSquare.Value != 0 || !(v.Gap.Value > 0 && v.Gap.Value < .05) {
		t.Errorf("signSGD of the paper: %+v", v)
	}
	batched := flat
	batched.Batch = d
	if v := report(batched, signsgd.SignSGD{}, .1); v.Batch.Verdict != odes.Broken || v.Batch.Value != 1 {
		t.Errorf("a batch of d: %+v", v.Batch)
	}
	if v := report(flat, signsgd.Signum{}, .7); v.Memory.Value != 0 {
		t.Errorf("the memory of Signum{Beta: 0} is %v", v.Memory.Value)
	}
	// What is not known is said.
	if v := report(flat, signsgd.Signum{Beta: .9}, .1); v.Gap.Verdict != odes.Unknown || v.Memory.Verdict != odes.Met || !(v.Lag.Value > 0) || !strings.Contains(v.String(), "not known: |bias|/R (") {
		t.Errorf("Signum: %v, %+v", v, v)
	}
	heavy := flat
	heavy.Noise = noise.StudentsT{Nu: 3, Sigma: 1}
	if v := report(heavy, signsgd.SGD{}, .1); !strings.Contains(v.Gap.Reason, noise.ErrInfiniteFourthMoment.Error()) {
		t.Errorf("SGD under heavy tails: the gap is not known for %q", v.Gap.Reason)
	}
	if v := must(must(odes.NewFromLimit(flat, must(homogenized.Of(flat, signsgd.Signum{Beta: .5})), schedule.Constant(.1))).Validity(ctx, 5)); v.Memory.Reason == "" || !strings.Contains(v.String(), v.Memory.Reason) {
		t.Errorf("a system of a limit: %v, %+v", v, v)
	}
	if v := report(flat, signsgd.Adam{Beta1: .9, Beta2: .999}, .1); v.Step.Verdict != odes.Unknown || v.MeanSquare.Verdict != odes.Unknown || math.Abs(v.Memory.Value-10./float64(d)) > 1e-12 {
		t.Errorf("Adam: %+v", v)
	}
	if v := report(flat, signsgd.Momentum{Beta: .99}, .01); !(v.MeanSquare.Value > 0) || v.Gap.Verdict != odes.Unknown {
		t.Errorf("heavy ball: %+v", v)
	}
	if v := report(flat, signsgd.Nesterov{Beta: .5}, .1); v.MeanSquare.Verdict != odes.Unknown || v.Gap.Verdict != odes.Unknown {
		t.Errorf("Nesterov: %+v", v)
	}
	// The risk falls by a fifth in the memory of the momentum.
	if v := report(onDiagonal(ones(d/5), 1, noise.Normal{Sigma: .5}), signsgd.Momentum{Beta: .95}, .05); v.Lag.Verdict != odes.Broken || v.Gap.Verdict != odes.Broken {
		t.Errorf("momentum: %+v", v)
	}
	// A schedule counts by its largest rate, and one that starts from R = 0 by its times
	// after the first step.
	if v := must(must(odes.New(p, signsgd.SGD{}, schedule.WarmupStableDecay{Peak: 230, Warmup: 1, Stable: 1, Decay: 1})).Validity(ctx, 5)); math.Abs(v.Rate/230-1) > 1e-9 || v.MeanSquare.Verdict != odes.Broken {
		t.Errorf("a warmup to 230: %+v", v)
	}
	flat.Init = make([]float64, d)
	if v := report(flat, signsgd.SignSGD{}, .7); !v.Met() || v.Rate != .7 {
		t.Errorf("signSGD from θ*: %+v", v)
	}
	iso := must(odes.Isotropic(must(homogenized.SGDWith(.25, 1)), 1, schedule.Constant(1)))
	if v := must(iso.Validity(ctx, 5)); v.Step.Verdict != odes.Unknown || v.MeanSquare.Value != .5 {
		t.Errorf("isotropic: %+v", v)
	}
	if v := report(p, signsgd.SGD{}, 1e4); v.MeanSquare.Verdict != odes.Broken { // the curve diverges
		t.Errorf("a curve that diverges: %+v", v)
	}
}

// TestCompareTellsOfValidity says that Compare judges the best rates.
func TestCompareTellsOfValidity(t *testing.T) {
	t.Parallel()
	lambda := make([]float64, 30)
	for i := range lambda {
		lambda[i] = math.Pow(float64(i+1), -2)
	}
	ranked := must(odes.Compare(context.Background(), onDiagonal(lambda, 1, nil), 30, signsgd.SGD{}, signsgd.SignSGD{}))
	for _, c := range ranked {
		if c.Validity.Rate != c.Rate {
			t.Errorf("%T: the report is of the rate %v, the best is %v", c.Optimizer, c.Validity.Rate, c.Rate)
		}
		if c.Validity.Memory.Verdict != odes.Met || c.Validity.Gap.Verdict == odes.Unknown {
			t.Errorf("%T: %+v", c.Optimizer, c.Validity)
		}
	}
}
