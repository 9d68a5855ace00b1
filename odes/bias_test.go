package odes

import (
	"context"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// exactMean returns the mean risk of SGD in batches of B with the momentum β, m ← βm + g, after
// each of the steps, on Gaussian data with the eigenvalues λ: the moments E y², E ym and E m²
// of the modes obey a closed linear recursion at every d.
func exactMean(lambda, square []float64, rate schedule.Schedule, beta, batch, v2 float64, steps int) []float64 {
	d := float64(len(lambda))
	yy := append([]float64{}, square...)
	ym, mm := make([]float64, len(lambda)), make([]float64, len(lambda))
	risk := []float64{floats.Dot(lambda, yy) / 2}
	for k := range steps {
		a := rate.Rate(float64(k)/d, nil) / d
		trace := floats.Dot(lambda, yy)
		for i, l := range lambda {
			gg := (1+1/batch)*l*l*yy[i] + l*(trace+v2)/batch
			mm[i], ym[i] = beta*beta*mm[i]+2*beta*l*ym[i]+gg, beta*ym[i]+l*yy[i]
			yy[i] += -2*a*ym[i] + a*a*mm[i]
			ym[i] -= a * mm[i]
		}
		risk = append(risk, floats.Dot(lambda, yy)/2)
	}
	return risk
}

// checkBias compares the bias with the exact mean of SGD with the momentum β at the times. The
// difference is of order 1/d² and so falls by four as d doubles.
func checkBias(t *testing.T, o signsgd.Optimizer, beta float64, rate schedule.Schedule, batch int, dims []int, times ...float64) {
	t.Helper()
	const v2 = 0.25
	var errs []float64
	for _, d := range dims {
		lambda := must(spectra.LogSpaced(d, 0.05, 2))
		p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Noise: noise.Normal{Sigma: 0.5}, Batch: batch, Init: ones(d)}
		p = must(p.WithInitialRisk(1))
		square := make([]float64, d)
		for i, x := range p.Init {
			square[i] = x * x
		}
		c := must(must(New(p, o, rate)).Variance(context.Background(), times, VarianceSettings{}))
		exact := exactMean(lambda, square, rate, beta, float64(batch), v2, 2*d)
		worst := 0.0
		for i, at := range times {
			mean := exact[int(math.Round(at*float64(d)))]
			worst = max(worst, math.Abs((c.Risk[i]+c.Bias[i])/mean-1))
			t.Logf("d = %d, t = %v: curve %.6f, bias %.3e, mean − curve %.3e", d, at, c.Risk[i], c.Bias[i], mean-c.Risk[i])
		}
		errs = append(errs, worst)
	}
	for i := range errs[1:] {
		if ratio := errs[i] / errs[i+1]; ratio < 3.3 || ratio > 4.7 {
			t.Errorf("B = %d, %T: errors %.2e: ratio %.2f, want 4", batch, rate, errs, ratio)
		}
	}
}

// TestBiasOfSGD compares with the exact mean from early on.
func TestBiasOfSGD(t *testing.T) {
	t.Parallel()
	for _, batch := range []int{1, 4} {
		for _, rate := range []schedule.Schedule{schedule.Constant(0.6), schedule.Cosine{Start: 1, Horizon: 2}} {
			checkBias(t, signsgd.SGD{}, 0, rate, batch, []int{100, 200, 400}, 0.1, 0.5, 1, 2)
		}
	}
}

// TestBiasOfMomentum compares with the exact mean once the momentum has filled.
func TestBiasOfMomentum(t *testing.T) {
	t.Parallel()
	const beta = 0.8
	for _, batch := range []int{1, 4} {
		for _, rate := range []schedule.Schedule{schedule.Constant(0.12), schedule.Cosine{Start: 0.2, Horizon: 2}} {
			checkBias(t, signsgd.Momentum{Beta: beta}, beta, rate, batch, []int{200, 400, 800}, 0.25, 0.5, 1, 2)
		}
	}
}

// TestBiasSimulated compares the mean of runs with Risk + Bias, within four standard errors
// and a part 10/d of the bias for the next order. The runs exclude the curve alone.
func TestBiasSimulated(t *testing.T) {
	t.Parallel()
	const d = 40
	for _, c := range []struct {
		name  string
		o     signsgd.Optimizer
		law   noise.Law
		batch int
		rate  schedule.Schedule
		runs  int
	}{
		{"signSGD", signsgd.SignSGD{}, noise.Normal{Sigma: 0.3}, 1, schedule.Constant(1.5), 16000},
		{"signSGD, Rademacher", signsgd.SignSGD{}, noise.Rademacher{Scale: 0.5}, 1, schedule.Cosine{Start: 1.5, Horizon: 2}, 16000},
		{"signSGD, batch 4", signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 4, schedule.Constant(1), 10000},
		{"Adam heuristic", signsgd.AdamHeuristic{}, noise.Normal{Sigma: 0.5}, 1, schedule.Constant(1), 16000},
		{"signSGD, rate that sees R", signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 1, falling{1.5, 0.5}, 16000},
	} {
		lambda := must(spectra.LogSpaced(d, 0.2, 2))
		p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Noise: c.law, Batch: c.batch, Init: make([]float64, d)}
		spectra.FillNormal(p.Init, ensemble.NewRand(4, 0, "bias"))
		p = must(p.WithInitialRisk(1))
		settings := ensemble.Settings{Horizon: 2, Runs: c.runs, Seed: 7, Times: []float64{0.25, 0.5, 1, 2}}
		s := must(New(p, c.o, c.rate))
		curve := must(s.Variance(context.Background(), settings.Times, VarianceSettings{}))
		band := must(signsgd.Ensemble(context.Background(), p, c.o, c.rate, settings))
		mean, se := band.Risk.Mean(), band.Risk.StdErr()
		largest, sigmas := floats.Norm(curve.Bias, math.Inf(1)), 0.0
		for i, at := range settings.Times {
			gap, bias := mean[i]-curve.Risk[i], curve.Bias[i]
			t.Logf("%s, t = %v: curve %.4f, mean − curve %.5f ± %.5f, bias %.5f", c.name, at, curve.Risk[i], gap, se[i], bias)
			if math.Abs(gap-bias) > 4*se[i]+10./d*largest {
				t.Errorf("%s, t = %v: mean − curve %.5f ± %.5f, bias %.5f", c.name, at, gap, se[i], bias)
			}
			sigmas = max(sigmas, math.Abs(gap)/se[i])
		}
		if sigmas < 6 {
			t.Errorf("%s: the runs do not tell their mean from the curve: %.1f standard errors", c.name, sigmas)
		}
	}
}

// TestBiasOfDense compares signSGD's runs on a K in a Haar-random basis, whose coordinates
// are delocalized, with the bias, which is then approximate: within four standard errors and
// half of it.
func TestBiasOfDense(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	t.Parallel()
	const d, runs = 64, 30000
	k := must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.2, 2)), ensemble.NewRand(5, 0, "bias")))
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, ensemble.NewRand(4, 0, "bias"))
	p = must(p.WithInitialRisk(1))
	rate := schedule.Constant(1.2)
	settings := ensemble.Settings{Horizon: 1, Runs: runs, Seed: 7, Times: []float64{0.25, 0.5, 1}}
	curve := must(must(New(p, signsgd.SignSGD{}, rate)).Variance(context.Background(), settings.Times, VarianceSettings{}))
	band := must(signsgd.Ensemble(context.Background(), p, signsgd.SignSGD{}, rate, settings))
	mean, se := band.Risk.Mean(), band.Risk.StdErr()
	for i, at := range settings.Times {
		gap, bias := mean[i]-curve.Risk[i], curve.Bias[i]
		t.Logf("t = %v: mean − curve %.5f ± %.5f, bias %.5f", at, gap, se[i], bias)
		if math.Abs(gap-bias) > 4*se[i]+math.Abs(bias)/2 {
			t.Errorf("t = %v: mean − curve %.5f ± %.5f, bias %.5f", at, gap, se[i], bias)
		}
	}
}

// TestBiasOfRandomStart draws the start of every run from N(0, Σ_0), whose fluctuation at
// first is a part of the bias, too.
func TestBiasOfRandomStart(t *testing.T) {
	t.Parallel()
	const d, runs = 16, 30000
	lambda := must(spectra.LogSpaced(d, 0.2, 2))
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Noise: noise.Normal{Sigma: 0.3}, Init: make([]float64, d)}
	variance := 2 / floats.Sum(lambda) // R(0) = 1 in the mean
	spread := must(spectra.NewIsotropic(d, variance))
	rate := schedule.Constant(1.5)
	times := []float64{0.25, 0.5, 1, 2}
	curve := must(must(New(p, signsgd.SignSGD{}, rate)).Variance(context.Background(), times, VarianceSettings{Spread: spread}))
	var risks [4][]float64
	for n := range runs {
		rng := ensemble.NewRand(9, n, "random start")
		for i := range p.Init {
			p.Init[i] = rng.NormFloat64() * math.Sqrt(variance)
		}
		run := must(signsgd.NewRun(p, signsgd.SignSGD{}, rate, rng))
		for i, at := range times {
			if err := run.Advance(context.Background(), at); err != nil {
				t.Fatal(err)
			}
			risks[i] = append(risks[i], run.Risk())
		}
	}
	largest := floats.Norm(curve.Bias, math.Inf(1))
	for i, at := range times {
		mean, sd := stat.MeanStdDev(risks[i], nil)
		gap, se := mean-curve.Risk[i], sd/math.Sqrt(runs)
		t.Logf("t = %v: mean − curve %.5f ± %.5f, bias %.5f", at, gap, se, curve.Bias[i])
		if math.Abs(gap-curve.Bias[i]) > 4*se+10./d*largest {
			t.Errorf("t = %v: mean − curve %.5f ± %.5f, bias %.5f", at, gap, se, curve.Bias[i])
		}
	}
}
