package homogenized_test

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// peerProblem returns a Haar-rotated K with log-spaced eigenvalues from 10^−2 to 10^½,
// v = ½ and E‖ν‖² = 9.
func peerProblem(tb testing.TB, d int) signsgd.Problem {
	tb.Helper()
	lambda, err := spectra.LogSpaced(d, 1e-2, 3.1622776601683795)
	if err != nil {
		tb.Fatal(err)
	}
	rng := ensemble.NewRand(1, 0, "peer")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		tb.Fatal(err)
	}
	nu := make([]float64, d)
	for i := range nu {
		nu[i] = rng.NormFloat64()
	}
	floats.Scale(3/floats.Norm(nu, 2), nu)
	return signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: nu}
}

// BenchmarkPeer times the task that is timed in other systems, too: signHSGD by
// Euler–Maruyama, the risk recorded at each of the 2,000 steps, from K on.
func BenchmarkPeer(b *testing.B) {
	p := peerProblem(b, 500)
	b.Run("sde/dense/d=500/runs=32", func(b *testing.B) {
		integrate(b, p, homogenized.EulerMaruyama{Step: 5e-3}, 2001)
	})
}

// BenchmarkSchemes times the schemes on the task of BenchmarkPeer. The exponential
// scheme at a step of 0.1 has there the error of the mean of Euler–Maruyama at 0.005 or
// less; see TestExponentialAccuracy.
func BenchmarkSchemes(b *testing.B) {
	p := peerProblem(b, 500)
	b.Run("EulerMaruyama/0.005", func(b *testing.B) { integrate(b, p, homogenized.EulerMaruyama{Step: 5e-3}, 101) })
	b.Run("SRA1/0.05", func(b *testing.B) { integrate(b, p, homogenized.SRA1{Step: 0.05}, 101) })
	b.Run("ExponentialEuler/0.1", func(b *testing.B) { integrate(b, p, homogenized.ExponentialEuler{Step: 0.1}, 101) })
}

func integrate(b *testing.B, p signsgd.Problem, scheme homogenized.Scheme, times int) {
	b.ReportAllocs()
	sde := must(homogenized.SignHSGD(p, schedule.Constant(0.7)))
	sde.Scheme = scheme
	settings := ensemble.Settings{Horizon: 10, Runs: 32, Times: span(0, 10, times)}
	for b.Loop() {
		if _, err := sde.Ensemble(context.Background(), settings); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSetup is the part of BenchmarkPeer that does not depend on the number of
// runs and steps: modes, and the factor of the noise in them.
func BenchmarkSetup(b *testing.B) {
	p := peerProblem(b, 500)
	sde := must(homogenized.SignHSGD(p, schedule.Constant(0.7)))
	for b.Loop() {
		if _, err := sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 1e-3, Runs: 1, Times: []float64{0}}); err != nil {
			b.Fatal(err)
		}
	}
}
