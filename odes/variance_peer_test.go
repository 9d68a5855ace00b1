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

// peerProblem is the problem of peerSystem.
func peerProblem(d int) signsgd.Problem {
	lambda := must(spectra.LogSpaced(d, 1e-2, 3.1622776601683795))
	rng := ensemble.NewRand(1, 0, "peer")
	k := must(spectra.NewRotated(lambda, rng))
	nu := make([]float64, d)
	for i := range nu {
		nu[i] = rng.NormFloat64()
	}
	floats.Scale(3/floats.Norm(nu, 2), nu)
	return signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: nu}
}

// diagonalSystem returns signSGD on d log-spaced eigenvalues in their own coordinates.
func diagonalSystem(t testing.TB, d int) *System {
	t.Helper()
	k := must(spectra.NewDiagonal(must(spectra.LogSpaced(d, 1e-2, 3.1622776601683795))))
	nu := make([]float64, d)
	spectra.FillNormal(nu, ensemble.NewRand(2, 0, "peer"))
	p := must(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: nu}.WithInitialRisk(1))
	return system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.7))
}

// BenchmarkBands times the variance at 200 times up to t = 10. The peer task, dense at
// d = 300, includes the eigendecomposition, like all dense ones; the diagonal one has its
// modes. They fail if they err by more than 1e-8 of a tighter solution.
func BenchmarkBands(b *testing.B) { benchmarkBands(b, "dense/d=1000", "diagonal/d=1e6") }

func benchmarkBands(b *testing.B, tasks ...string) {
	times := outputs(201)[:200]
	for _, name := range tasks {
		b.Run(name, func(b *testing.B) {
			d := map[string]int{"bands/d=300": 300, "dense/d=1000": 1000, "diagonal/d=1e6": 1_000_000}[name]
			var solve func(tolerance float64) *Curve
			if name == "diagonal/d=1e6" {
				s := diagonalSystem(b, d)
				solve = func(tolerance float64) *Curve {
					fresh := *s
					fresh.Tolerance, fresh.compressed = tolerance, new(compression)
					return must(fresh.Variance(context.Background(), times, VarianceSettings{}))
				}
			} else {
				p := peerProblem(d)
				solve = func(tolerance float64) *Curve {
					s := system(b, p, must(homogenized.SignSGD(p)), schedule.Constant(0.7))
					s.Tolerance = tolerance
					return must(s.Variance(context.Background(), times, VarianceSettings{}))
				}
			}
			want := solve(1e-13)
			var curve *Curve
			b.ReportAllocs()
			for b.Loop() {
				curve = solve(1e-8)
			}
			e := worst(curve.Variance[1:], want.Variance[1:])
			if e > 1e-8 {
				b.Errorf("largest error %.1e", e)
			}
			b.ReportMetric(-math.Log10(e), "digits")
		})
	}
}
