package odes

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
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
	rng := signsgd.NewRand(1, 0, "peer")
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
	return system(t, p, homogenized.SignSGD(p), signsgd.Constant(0.7))
}

func TestExperiment(t *testing.T) {
	s := peerSystem(t, 500)
	times := floats.Span(make([]float64, 201), 0, 10)
	solve := func(s *System, tol float64, times []float64) *Curve {
		s.Tolerance = tol
		c, err := s.Solve(context.Background(), times)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ref := solve(s, 1e-13, times)
	stiff := *s
	stiff.Modes.Lambda, _ = spectra.LogSpaced(500, 1e-8, 1e4)
	refStiff := solve(&stiff, 1e-13, times)
	long := floats.LogSpan(make([]float64, 100), 1e-3, 1e9)
	refLong := solve(&stiff, 1e-13, long)
	for _, tol := range []float64{1e-4, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11} {
		a, b, c := solve(s, tol, times), solve(&stiff, tol, times), solve(&stiff, tol, long)
		t.Logf("tol %.0e: err %.1e %v | stiff %.1e %v | long %.1e %v", tol, worst(a.Risk, ref.Risk), a.Stats, worst(b.Risk, refStiff.Risk), b.Stats, worst(c.Risk, refLong.Risk), c.Stats)
	}
}
