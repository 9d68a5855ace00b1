package signsgd_test

import (
	"context"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// BenchmarkMillion times steps of signSGD on a diagonal problem of dimension 10⁶.
func BenchmarkMillion(b *testing.B) {
	const d = 1_000_000
	lambda, err := spectra.PowerLaw(d, 0.5)
	if err != nil {
		b.Fatal(err)
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		b.Fatal(err)
	}
	init := make([]float64, d)
	spectra.FillNormal(init, ensemble.NewRand(1, 0, "bench"))
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 1}, Init: init}
	run, err := signsgd.NewRun(p, signsgd.SignSGD{}, schedule.Constant(0.1), ensemble.NewRand(1, 1, "bench"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := run.Advance(context.Background(), float64(run.Steps()+1)/d); err != nil {
			b.Fatal(err)
		}
	}
}
