package riskcurves

import (
	"context"
	"io"
	"math"
	"os"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

func panel(t *testing.T, d, runs int, law noise.Law, eta float64) *Panel {
	t.Helper()
	lambda, err := spectra.LogSpaced(d, 0.01, 3.16)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(context.Background(), Config{Name: "test", Eigenvalues: lambda, Noise: law, Eta: eta, Horizon: 10, Runs: runs, Seed: 1}, cli.NewProgress(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// follows checks that the curve is within 4 standard errors of the mean, plus
// (5/d)·R for the finite dimension, at every time. With 200 times the chance of a
// false alarm is below 1.3%.
func follows(t *testing.T, what string, times, curve []float64, runs signsgd.Paths, d int) {
	t.Helper()
	mean, se := runs.Mean(), runs.StdErr()
	for i, r := range curve {
		if gap := math.Abs(r - mean[i]); gap > 4*se[i]+5*r/float64(d)+1e-12 {
			t.Errorf("%s, t = %.2f: curve %.4g, mean %.4g ± %.2g", what, times[i], r, mean[i], se[i])
		}
	}
}

// TestClaims checks the claim of Figure 1(a, b), that the curves are those of the
// runs, at d = 150; with RISKCURVES_HEAVY at the d = 500 of the figure, where the
// curve must also stay inside the band.
func TestClaims(t *testing.T) {
	d, heavy := 150, os.Getenv("RISKCURVES_HEAVY") != ""
	if heavy {
		d = 500
	}
	a := panel(t, d, 64, noise.Normal{Sigma: 0.5}, 0.7)
	follows(t, "(a) signSGD", a.Times, a.SignODE, a.SignSGD, d)
	follows(t, "(a) signHSGD", a.Times, a.SignODE, a.SignHSGD, d)
	follows(t, "(a) SGD", a.Times, a.VanillaODE, a.SGD, d)
	b := panel(t, d, 64, noise.Cauchy{Mu: 2, Scale: 1}, 0.5)
	follows(t, "(b) signSGD", b.Times, b.SignODE, b.SignSGD, d)
	follows(t, "(b) signHSGD", b.Times, b.SignODE, b.SignHSGD, d)
	if b.SGD != nil {
		t.Error("SGD under Cauchy noise")
	}
	for _, p := range []*Panel{a, b} {
		larger := p.LimitRisk
		if p.SGD != nil {
			larger = max(larger, p.SGDLimit)
		}
		if p.InitialRisk < 9.999*larger {
			t.Errorf("the risk starts at %v, limit %v", p.InitialRisk, larger)
		}
		if n := p.Outside(); heavy && n > 0 {
			t.Errorf("signODE is outside the band at %d times", n)
		}
	}
}
