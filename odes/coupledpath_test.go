package odes

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestCoupledPaths compares the mean of SDE paths with the curve, for both schemes.
func TestCoupledPaths(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 100, true, noise.Normal{Sigma: 0.5})
	times := []float64{0, 0.5, 1, 2, 3}
	for _, o := range []signsgd.Optimizer{
		signsgd.Averaged{Optimizer: signsgd.AdamW{Beta1: 0.9, Beta2: 0.98, Decay: 0.2}, Averages: []signsgd.Average{{}}},
		signsgd.Averaged{Optimizer: signsgd.Adam{Beta1: 0.97, Beta2: 0.98}, Averages: []signsgd.Average{{Start: 1}}},
		signsgd.LongMomentum{Delta: schedule.Constant(3), Gamma1: schedule.Constant(1), Gamma2: schedule.Constant(0.3), Gamma3: schedule.Constant(0.5), Sign: true},
	} {
		for _, scheme := range []homogenized.Scheme{homogenized.EulerMaruyama{Step: 0.005}, homogenized.ExponentialEuler{Step: 0.01}} {
			eta := schedule.Constant(0.5)
			sde := must(homogenized.New(p, o, eta))
			sde.Scheme = scheme
			band := must(sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 3, Runs: 40, Seed: 5, Times: times}))
			curve := must(must(New(p, o, eta)).Solve(context.Background(), times))
			// 4 standard errors, the bias 4/d of the fluctuations and the step's own.
			comparePaths(t, band, curve, 0.05)
		}
	}
}

// comparePaths checks the mean risk of paths, and what they record of themselves, against a
// curve: within 4 standard errors and the part bias of the curve.
func comparePaths(t *testing.T, band *ensemble.Band, curve *Curve, bias float64) {
	t.Helper()
	compare := func(name string, paths ensemble.Paths, theory []float64) {
		s := paths.Summary(0.8)
		for i := 1; i < len(theory); i++ {
			if gap := math.Abs(s.Mean[i] - theory[i]); !(gap < 4*s.StdErr[i]+bias*theory[i]) {
				t.Errorf("%s: mean %v ± %v at t = %v, want %v", name, s.Mean[i], s.StdErr[i], curve.Times[i], theory[i])
			}
		}
	}
	compare("risk", band.Risk, curve.Risk)
	for i, name := range band.Names {
		if theory := curve.Overlap(name, name); theory != nil {
			compare(name, band.Observed[i], theory)
		} else {
			compare(name, band.Observed[i], curve.Scalar(name))
		}
	}
}

// TestCoupledPathsStiff integrates paths by steps of 0.02 on eigenvalues up to 1e6, whose
// own times are 1e-6 and less.
func TestCoupledPathsStiff(t *testing.T) {
	t.Parallel()
	const d = 80
	lambda := must(spectra.LogSpaced(d, 1e-3, 1e6))
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d), Target: make([]float64, d)}
	for i, l := range lambda {
		p.Init[i], p.Target[i] = 1/math.Sqrt(l*d), 0.3/math.Sqrt(l*d)
	}
	times := []float64{0, 0.5, 1, 2, 4}
	for _, l := range []homogenized.Limit{
		must(homogenized.DecayOf(must(homogenized.SlowAdam(p, 2, homogenized.Warm)), fixedParameter(0.1))),
		must(homogenized.AverageOf(heavyBall(must(homogenized.SignSGD(p))), homogenized.Averaging{Rate: fixedParameter(1)})),
	} {
		eta := schedule.Constant(0.02)
		sde := homogenized.SDE{Problem: p, Limit: l, Rate: eta, Scheme: homogenized.ExponentialEuler{Step: 0.02}}
		band := must(sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 4, Runs: 60, Seed: 3, Times: times}))
		comparePaths(t, band, must(must(NewFromLimit(p, l, eta)).Solve(context.Background(), times)), 0.05+4./d)
	}
}

// TestCoupledPathsOrder measures the error of one path without noise, which is that of the
// mean in a dimension without end: it is proportional to the step for both schemes, and
// that of the exponential one is nothing where the coefficients are constant.
func TestCoupledPathsOrder(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 30, true, noise.Normal{Sigma: 0.5})
	quiet := func(l homogenized.Limit) homogenized.Limit { l.Noise = nil; return l }
	constant := heavyBall(quiet(must(homogenized.SGD(p))))
	changing := must(homogenized.AverageOf(heavyBall(quiet(must(homogenized.SignSGD(p)))), homogenized.Averaging{Rate: fixedParameter(1)}))
	failure := func(l homogenized.Limit, scheme homogenized.Scheme) float64 {
		times := []float64{0, 2}
		sde := homogenized.SDE{Problem: p, Limit: l, Rate: schedule.Constant(0.5), Scheme: scheme}
		band := must(sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 2, Runs: 1, Times: times}))
		return band.Risk[0][1]/must(must(NewFromLimit(p, l, sde.Rate)).Solve(context.Background(), times)).Risk[1] - 1
	}
	for _, c := range []struct {
		limit  homogenized.Limit
		scheme func(step float64) homogenized.Scheme
	}{
		{constant, func(step float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: step} }},
		{changing, func(step float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: step} }},
		{changing, func(step float64) homogenized.Scheme { return homogenized.ExponentialEuler{Step: step} }},
	} {
		coarse, fine := failure(c.limit, c.scheme(0.01)), failure(c.limit, c.scheme(0.005))
		if ratio := coarse / fine; ratio < 1.8 || ratio > 2.2 {
			t.Errorf("%s, %T: errors %v and %v at half the step", c.limit.Name, c.scheme(1), coarse, fine)
		}
	}
	if e := failure(constant, homogenized.ExponentialEuler{Step: 0.5}); math.Abs(e) > 1e-9 {
		t.Errorf("%s: the exponential scheme errs by %v", constant.Name, e)
	}
}
