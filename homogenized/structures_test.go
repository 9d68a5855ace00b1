package homogenized_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestStructures compares the mean of 100 paths of signHSGD with signODE in every
// structure of spectra, as TestMeanFollowsODE does. The exponential scheme needs
// eigenvectors, which a rotation by Hadamard matrices does not form.
func TestStructures(t *testing.T) {
	t.Parallel()
	const d = 32
	rng := rand.New(rand.NewPCG(1, 1))
	lambda, err := spectra.LogSpaced(d, 0.1, 3)
	if err != nil {
		t.Fatal(err)
	}
	made := func(k spectra.Covariance, err error) spectra.Covariance {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	row := make([]float64, d)
	for i := range row {
		row[i] = math.Exp(-math.Abs(float64(i)) / 3)
	}
	part := made(spectra.NewRotated(lambda[:d/2], rng))
	for name, k := range map[string]spectra.Covariance{
		"isotropic": made(spectra.NewIsotropic(d, 0.7)),
		"AR(1)":     made(spectra.NewAR1(d, 1, 0.6)),
		"Toeplitz":  made(spectra.NewToeplitz(row)),
		"blocks":    made(spectra.NewBlockDiagonal(part, part)),
		"Hadamard":  made(spectra.NewHadamard(lambda, rng)),
	} {
		target := make([]float64, d)
		for i := range target {
			target[i] = rng.NormFloat64()
		}
		p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Target: target}
		for _, scheme := range []homogenized.Scheme{homogenized.EulerMaruyama{Step: 0.01}, homogenized.SRA1{Step: 0.05}, homogenized.ExponentialEuler{Step: 0.1}} {
			sde := must(homogenized.SignHSGD(p, schedule.Constant(0.5)))
			sde.Scheme = scheme
			band, err := sde.Ensemble(t.Context(), ensemble.Settings{Horizon: 5, Runs: 100, Times: span(1, 5, 5)})
			if _, exponential := scheme.(homogenized.ExponentialEuler); exponential && name == "Hadamard" {
				if err == nil || !strings.Contains(err.Error(), "not formed") {
					t.Errorf("%s, %T: error %v", name, scheme, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			mean, se := band.Risk.Mean(), band.Risk.StdErr()
			for i, r := range solve(t, sde, band.Times) {
				if gap := math.Abs(mean[i] - r); !(gap <= 4.5*se[i]+5*r/d) {
					t.Errorf("%s, %T, t = %v: mean %.4g ± %.2g, ODE %.4g", name, scheme, band.Times[i], mean[i], se[i], r)
				}
			}
		}
	}
}
