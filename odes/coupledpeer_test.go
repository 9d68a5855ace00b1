package odes

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// benchmarkAdamW is the task curve/adamw/d=500 of BenchmarkPeer: AdamW with γ = 2 and the
// weight decay 0.2 on the problem of peerSystem, started at θ = 0 and at v = 2𝓟(R(0)), at
// 201 times. The eigendecomposition is part of it. It fails if the largest error at the
// outputs exceeds 1e-7, about what LSODA reaches at rtol 1e-8.
func benchmarkAdamW(b *testing.B) {
	p := *peerSystem(b, 500).problem
	p.Target = make([]float64, p.Dim())
	for i, v := range p.Init {
		p.Target[i] = -v
	}
	p.Init = nil
	p.Covariance = must(spectra.NewDense(must(spectra.ToDense(p.Covariance))))
	times := outputs(201)
	solve := func(tolerance float64) *Curve {
		l := must(homogenized.DecayOf(must(homogenized.SlowAdam(p, 2, homogenized.Warm)), homogenized.Fixed(0.2)))
		s := must(NewFromLimit(p, l, schedule.Constant(0.7)))
		s.Tolerance = tolerance
		return must(s.Solve(context.Background(), times))
	}
	want := solve(1e-11).Risk
	var curve *Curve
	b.ReportAllocs()
	for b.Loop() {
		curve = solve(1e-6)
	}
	if e := worst(curve.Risk, want); e > 1e-7 {
		b.Errorf("largest error %.1e, allowed 1e-7", e)
	} else {
		b.ReportMetric(-math.Log10(e), "digits")
	}
	b.ReportMetric(float64(curve.Stats.Steps), "steps")
	b.ReportMetric(float64(curve.Stats.Passes), "passes")
}

// BenchmarkCoupled times solutions alone, at d = 500 to 1e-7.
func BenchmarkCoupled(b *testing.B) {
	p := coupledProblem(b, 500, false, peerSystem(b, 4).problem.Noise)
	slow := must(homogenized.SlowAdam(p, 2, homogenized.Corrected))
	for _, task := range []struct {
		name  string
		limit homogenized.Limit
	}{
		{"average", must(homogenized.AverageOf(must(homogenized.SignSGD(p)), homogenized.Averaging{}))},
		{"adamw", must(homogenized.DecayOf(slow, homogenized.Fixed(0.2)))},
		{"momentum", heavyBall(must(homogenized.SGD(p)))},
		{"long adam", must(homogenized.LongAdam(p, 3, 2, homogenized.Corrected))},
	} {
		b.Run(task.name, func(b *testing.B) {
			s := must(NewFromLimit(p, task.limit, schedule.Constant(0.7)))
			s.Tolerance = 1e-7
			b.ReportAllocs()
			for b.Loop() {
				must(s.Solve(context.Background(), outputs(201)))
			}
		})
	}
}
