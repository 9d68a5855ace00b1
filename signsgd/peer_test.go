package signsgd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// BenchmarkPeer times whole ensembles of signSGD: normal noise of deviation 0.5,
// η = 0.7, ten units of time, the risk recorded 200 times.
func BenchmarkPeer(b *testing.B) {
	eigenvalues := func(d int) []float64 { return floats.LogSpan(make([]float64, d), 0.01, 3.1622776601683795) }
	for _, c := range []struct {
		name       string
		covariance func() (spectra.Covariance, error)
		runs       int
	}{
		{"sim/dense/d=500/runs=32", func() (spectra.Covariance, error) {
			return spectra.NewRotated(eigenvalues(500), rand.New(rand.NewPCG(1, 2)))
		}, 32},
		{"sim/diagonal/d=1000/runs=16", func() (spectra.Covariance, error) {
			return spectra.NewDiagonal(eigenvalues(1000))
		}, 16},
	} {
		k, err := c.covariance()
		if err != nil {
			b.Fatal(err)
		}
		d := k.Dim()
		init := make([]float64, d)
		spectra.FillNormal(init, rand.New(rand.NewPCG(3, 4)))
		floats.Scale(3/math.Sqrt(float64(d)), init)
		p := Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: init}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Ensemble(context.Background(), p, SignSGD{}, schedule.Constant(0.7), ensemble.Settings{Horizon: 10, Runs: c.runs, Seed: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
