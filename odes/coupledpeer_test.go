package odes

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// BenchmarkPeerCoupled is the part of BenchmarkPeer on coupled limits.
func BenchmarkCoupledSolve(b *testing.B) {
	p := *peerSystem(b, 500).problem
	p.Target = make([]float64, p.Dim())
	for i, v := range p.Init {
		p.Target[i] = -v
	}
	p.Init = nil
	slow := must(homogenized.SlowAdam(p, 2, homogenized.Warm))
	for _, task := range []struct {
		name  string
		limit homogenized.Limit
	}{
		{"adamw", must(homogenized.DecayOf(slow, homogenized.Fixed(0.2)))},
		{"average of adamw", must(homogenized.AverageOf(must(homogenized.DecayOf(slow, homogenized.Fixed(0.2))), homogenized.Averaging{}))},
		{"long adamw", must(homogenized.DecayOf(must(homogenized.LongAdam(p, 3, 2, homogenized.Corrected)), homogenized.Fixed(0.2)))},
		{"heavy ball", must(homogenized.MomentumOf(must(homogenized.SGD(p)), homogenized.LongMomentum{Delta: homogenized.Fixed(2), Gamma1: homogenized.Fixed(1), Gamma3: homogenized.Fixed(0.3)}))},
	} {
		b.Run(task.name, func(b *testing.B) {
			s := must(NewFromLimit(p, task.limit, schedule.Constant(0.7)))
			times := outputs(201)
			s.Tolerance = 1e-12
			want := risks(b, s, times...)
			s.Tolerance = 1e-7
			var curve *Curve
			b.ReportAllocs()
			for b.Loop() {
				curve = must(s.Solve(context.Background(), times))
			}
			b.ReportMetric(-math.Log10(worst(curve.Risk, want)), "digits")
			b.ReportMetric(float64(curve.Stats.Steps), "steps")
			b.ReportMetric(float64(curve.Stats.Passes), "passes")
		})
	}
	b.Run("eigen", func(b *testing.B) {
		k := mat.NewSymDense(500, nil)
		k.CopySym(p.Covariance.(mat.Symmetric))
		for b.Loop() {
			must(must(spectra.NewDense(k)).Modes(spectra.Preconditioned, p.Target, spectra.Shape{}))
		}
	})
}
