package odes

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// peerSystem returns signODE on a Haar-rotated K with log-spaced eigenvalues from
// 10^−2 to 10^½, v = ½ and η = 0.7.
func peerSystem(t testing.TB, d int) *System {
	t.Helper()
	lambda, err := spectra.LogSpaced(d, 1e-2, 3.1622776601683795)
	if err != nil {
		t.Fatal(err)
	}
	rng := ensemble.NewRand(1, 0, "peer")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		t.Fatal(err)
	}
	nu := make([]float64, d)
	for i := range nu {
		nu[i] = rng.NormFloat64()
	}
	floats.Scale(3/floats.Norm(nu, 2), nu)
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: nu}
	return system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.7))
}

// stiffSystem returns the same initial risks and weights on eigenvalues from 1e-8 to
// 1e4.
func stiffSystem(t testing.TB, d int) *System {
	t.Helper()
	s := peerSystem(t, d)
	modes := s.Modes
	modes.Lambda = must(spectra.LogSpaced(d, 1e-8, 1e4))
	return must(NewFromModes(modes, s.Limit, s.Rate))
}

// outputs returns the n times at which the peer tasks ask for the risk.
func outputs(n int) []float64 { return floats.Span(make([]float64, n), 0, 10) }

// BenchmarkPeer times whole tasks that are also timed in NumPy and SciPy: the curve
// at 201 times to 1e-9 (LSODA at rtol 1e-8 gives less), the same on a stiff
// spectrum, and the curve at the 10,000 times of Euler steps, to better than these
// reach. It fails if the largest error at the outputs is not within.
func BenchmarkPeer(b *testing.B) {
	benchmarkBands(b, "bands/d=300")
	for _, task := range []struct {
		name      string
		system    func(testing.TB, int) *System
		n         int
		tolerance float64
		allowed   float64
	}{
		{"curve/lsoda/d=500", peerSystem, 201, 3e-8, 1e-9},
		{"curve/stiff/d=500", stiffSystem, 201, 1e-9, 1e-9},
		{"curve/euler/d=500", peerSystem, 10000, 1e-6, 1e-6},
	} {
		b.Run(task.name, func(b *testing.B) {
			s := task.system(b, 500)
			times := outputs(task.n)
			s.Tolerance = 1e-13
			want := risks(b, s, times...)
			s.Tolerance = task.tolerance
			var curve *Curve
			b.ReportAllocs()
			for b.Loop() {
				fresh := *s
				fresh.compressed = nil // the whole task: nothing is left of the last solution
				var err error
				if curve, err = fresh.Solve(context.Background(), times); err != nil {
					b.Fatal(err)
				}
			}
			if e := worst(curve.Risk, want); e > task.allowed {
				b.Errorf("largest error %.1e, allowed %.0e", e, task.allowed)
			} else {
				b.ReportMetric(-math.Log10(e), "digits")
			}
			b.ReportMetric(float64(curve.Stats.Steps), "steps")
			b.ReportMetric(float64(curve.Stats.Passes), "passes")
		})
	}
	b.Run("curve/adamw/d=500", benchmarkAdamW)
}
