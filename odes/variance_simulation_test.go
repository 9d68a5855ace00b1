package odes

import (
	"context"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// simulated is an ensemble beside the curve that carries its variance.
type simulated struct {
	runs  ensemble.Paths
	curve *Curve
}

// simulate makes runs of the optimizer, or paths of its SDE, on eigenvalues from 0.1 to 3,
// Haar-rotated if dense is set, from R(0) = 1.
func simulate(t *testing.T, d, runs int, o signsgd.Optimizer, law noise.Law, batch int, eta float64, dense, sde, matched bool) simulated {
	t.Helper()
	rng := ensemble.NewRand(11, d, "simulation")
	lambda := must(spectra.LogSpaced(d, 0.1, 3))
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Noise: law, Batch: batch, Init: make([]float64, d)}
	if dense {
		p.Covariance = must(spectra.NewRotated(lambda, rng))
	}
	spectra.FillNormal(p.Init, rng)
	p = must(p.WithInitialRisk(1))
	var rate schedule.Schedule = schedule.Constant(eta)
	if matched {
		rate = must(signsgd.MatchSGD(p, rate))
	}
	settings := ensemble.Settings{Horizon: 2, Runs: runs, Seed: 3, Times: []float64{0, 0.5, 1, 1.5, 2}}
	s := must(New(p, o, rate))
	curve := must(s.Variance(context.Background(), settings.RecordTimes(), VarianceSettings{SDE: sde}))
	var band *ensemble.Band
	if sde {
		band = must(homogenized.SDE{Problem: p, Limit: s.Limit, Rate: rate}.Ensemble(context.Background(), settings))
	} else {
		band = must(signsgd.Ensemble(context.Background(), p, o, rate, settings))
	}
	return simulated{band.Risk, curve}
}

// at returns the risks of the runs at the record.
func (s simulated) at(i int) []float64 {
	x := make([]float64, len(s.runs))
	for n, run := range s.runs {
		x[n] = run[i]
	}
	return x
}

// ratio returns the sampled variance at the record over the predicted one, with the
// standard error of the former from the sampled fourth moment.
func (s simulated) ratio(i int) (ratio, stdErr float64) {
	x := s.at(i)
	mean, variance := stat.MeanVariance(x, nil)
	fourth := 0.0
	for _, v := range x {
		fourth += math.Pow(v-mean, 4) / float64(len(x))
	}
	predicted := s.curve.Variance[i]
	return variance / predicted, math.Sqrt((fourth-variance*variance)/float64(len(x))) / predicted
}

// check holds ratios to one within four standard errors and an allowance for finite d: the
// corrections of a variance of order 1/d are of relative order 1/d, with a constant that
// is taken as 4.
func (s simulated) check(t *testing.T, name string, d int) {
	t.Helper()
	for i := 1; i < len(s.curve.Times); i++ {
		ratio, se := s.ratio(i)
		t.Logf("%s, d = %d, t = %.2g: simulated/predicted variance %.3f ± %.3f", name, d, s.curve.Times[i], ratio, se)
		if math.Abs(ratio-1) > 4*se+4/float64(d) {
			t.Errorf("%s, d = %d, t = %.2g: simulated/predicted variance %.3f ± %.3f", name, d, s.curve.Times[i], ratio, se)
		}
	}
}

// coverage returns the part of runs inside the band at the last record.
func (s simulated) coverage(level float64) float64 {
	lo, hi, err := s.curve.Band(level)
	if err != nil {
		return math.NaN()
	}
	last := len(lo) - 1
	inside := 0
	for _, r := range s.at(last) {
		if lo[last] <= r && r <= hi[last] {
			inside++
		}
	}
	return float64(inside) / float64(len(s.runs))
}

// TestVarianceSimulated compares the variance with that of simulated runs, which tell
// signSGD and SGD from their SDEs.
func TestVarianceSimulated(t *testing.T) {
	t.Parallel()
	const d, runs = 100, 4000
	sign := simulate(t, d, runs, signsgd.SignSGD{}, noise.Rademacher{Scale: 0.3}, 1, 0.8, false, false, false)
	sign.check(t, "signSGD", d)
	sgd := simulate(t, d, runs, signsgd.SGD{}, noise.Normal{Sigma: 0.5}, 1, 0.7, false, false, false)
	sgd.check(t, "SGD", d)
	// A momentum of short memory acts like a larger rate, with a lag that costs memory/d more.
	simulate(t, 2*d, runs/2, signsgd.Momentum{Beta: 0.5}, noise.Normal{Sigma: 0.5}, 1, 0.35, false, false, false).check(t, "momentum", d)
	// The SDE of SGD has another variance, which the runs exclude.
	paths := simulate(t, d, 2, signsgd.SGD{}, noise.Normal{Sigma: 0.5}, 1, 0.7, false, true, false)
	paths.runs = sgd.runs
	if ratio, se := paths.ratio(4); math.Abs(ratio-1) < 6*se {
		t.Errorf("the runs of SGD do not tell its variance from that of HSGD: ratio %.3f ± %.3f", ratio, se)
	}
	for _, s := range []simulated{sign, sgd} {
		for _, level := range []float64{0.8, 0.95} {
			// 99.99% of binomial shares lie within 3.9 standard errors.
			if c, se := s.coverage(level), math.Sqrt(level*(1-level)/runs); math.Abs(c-level) > 3.9*se+1/float64(d) {
				t.Errorf("coverage %v of the %v band", c, level)
			}
		}
	}
}

// TestVarianceSimulatedWidely does so for more laws, batches, covariances, schedules and
// dimensions, and measures the slope in d.
func TestVarianceSimulatedWidely(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	t.Parallel()
	const runs = 1000
	normal := noise.Normal{Sigma: 0.5}
	for _, c := range []struct {
		name       string
		o          signsgd.Optimizer
		law        noise.Law
		batch      int
		eta        float64
		dense, sde bool
		matched    bool
	}{
		{"signSGD, Cauchy noise", signsgd.SignSGD{}, noise.Cauchy{Scale: 0.5}, 1, 0.7, false, false, false},
		{"signSGD, dense", signsgd.SignSGD{}, normal, 1, 0.7, true, false, false},
		{"signSGD, batch 3", signsgd.SignSGD{}, noise.Rademacher{Scale: 0.5}, 3, 0.5, false, false, false},
		{"signSGD, batch 5", signsgd.SignSGD{}, noise.Laplace{Scale: 0.5}, 5, 0.5, false, false, false},
		{"signHSGD", signsgd.SignSGD{}, normal, 1, 0.7, false, true, false},
		{"HSGD", signsgd.SGD{}, normal, 1, 0.7, false, true, false},
		{"SGD, batch 2", signsgd.SGD{}, noise.Uniform{Min: -1, Max: 1}, 2, 0.9, false, false, false},
		{"SGD, dense", signsgd.SGD{}, noise.Laplace{Scale: 0.5}, 1, 0.6, true, false, false},
		{"SGD, matched rate", signsgd.SGD{}, normal, 1, 0.7, false, false, true},
		{"preconditioned SGD", signsgd.PreconditionedSGD{}, normal, 1, 0.6, false, false, false},
		{"Adam heuristic, batch 2", signsgd.AdamHeuristic{}, normal, 2, 0.5, false, false, false},
	} {
		simulate(t, 200, runs, c.o, c.law, c.batch, c.eta, c.dense, c.sde, c.matched).check(t, c.name, 200)
	}
}

// TestVarianceSlope measures how the variance falls with d: like 1/d.
func TestVarianceSlope(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	t.Parallel()
	const runs = 1000
	var x, y []float64
	for _, d := range []int{50, 100, 200, 400, 800, 1600} {
		s := simulate(t, d, runs, signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 1, 0.7, false, false, false)
		last := len(s.curve.Times) - 1
		ratio, se := s.ratio(last)
		t.Logf("d = %d: ratio %.3f ± %.3f, coverage of 80%% %.3f, of 95%% %.3f", d, ratio, se, s.coverage(0.8), s.coverage(0.95))
		x, y = append(x, math.Log(float64(d))), append(y, math.Log(ratio*s.curve.Variance[last]))
		for _, level := range []float64{0.8, 0.95} {
			if c, se := s.coverage(level), math.Sqrt(level*(1-level)/runs); math.Abs(c-level) > 3.9*se+1/float64(d) {
				t.Errorf("d = %d: coverage %v of the %v band", d, c, level)
			}
		}
	}
	// The logarithm of a variance of n normal numbers has the standard error √(2/n).
	_, slope := stat.LinearRegression(x, y, nil, false)
	_, spread := stat.MeanVariance(x, nil)
	se := math.Sqrt(2./runs) / math.Sqrt(spread*float64(len(x)-1))
	t.Logf("slope %.3f ± %.3f", slope, se)
	if math.Abs(slope+1) > 4*se {
		t.Errorf("slope of Var R in d: %.3f ± %.3f, want −1", slope, se)
	}
}
