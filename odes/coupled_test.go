package odes

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var fixedParameter = homogenized.Fixed

// heavyBall returns the limit of momentum of gradients with δ = 2, γ1 = 1.
func heavyBall(l homogenized.Limit) homogenized.Limit {
	return must(homogenized.MomentumOf(l, homogenized.LongMomentum{Delta: fixedParameter(2), Gamma1: fixedParameter(1), Gamma3: homogenized.TimesRate(1)}))
}

// TestCoupledOneVector writes limits of one vector as a Coupling and compares with the
// solver of one vector, under a schedule that jumps and reads the risk.
func TestCoupledOneVector(t *testing.T) {
	t.Parallel()
	for _, law := range []noise.Law{noise.None{}, noise.Normal{Sigma: 0.5}, noise.StudentsT{Nu: 5, Sigma: 0.4}, noise.Rademacher{Scale: 0.5}} {
		p := coupledProblem(t, 60, true, law)
		for _, l := range []homogenized.Limit{must(homogenized.SignSGD(p)), must(homogenized.SGD(p))} {
			coupled := l
			coupled.Coupling = &homogenized.Coupling{
				Vectors: []homogenized.Vector{{Name: "ν", Start: homogenized.Displacement}},
				Flow: func(f *homogenized.Flow, at *homogenized.State) {
					f.H[0][0], f.S[0] = at.Rate*at.Drift, at.Rate
				},
			}
			for _, eta := range []schedule.Schedule{schedule.Constant(0.4), schedule.StepDecay{Start: 0.6, Factor: 0.3, Times: []float64{1.3, 4}}, schedule.Func(func(t float64) float64 { return 0.4 / (1 + t) })} {
				one, many := must(NewFromLimit(p, l, eta)), must(NewFromLimit(p, coupled, eta))
				times := floats.Span(make([]float64, 33), 0, 8)
				if e := worst(risks(t, many, times...), risks(t, one, times...)); !(e < 1e-9) {
					t.Errorf("%v, %s, %v: the solvers differ by %.1e", law, l.Name, eta, e)
				}
			}
			one, many := must(NewFromLimit(p, l, schedule.Constant(0.3))), must(NewFromLimit(p, coupled, schedule.Constant(0.3)))
			a, b := must(one.LimitRisk(t.Context())), must(many.LimitRisk(t.Context()))
			if math.Abs(a-b) > 1e-9*a {
				t.Errorf("%v, %s: limit risks %v and %v", law, l.Name, a, b)
			}
			if a > 0 {
				if a, b := must(one.LocalRate(t.Context())), must(many.LocalRate(t.Context())); math.Abs(a-b) > 1e-5*a {
					t.Errorf("%v, %s: local rates %v and %v", law, l.Name, a, b)
				}
			}
			if a, b := must(one.TimeToReach(context.Background(), 0.7, 20)), must(many.TimeToReach(context.Background(), 0.7, 20)); math.Abs(a-b) > 1e-8*a {
				t.Errorf("%v, %s: times to reach %v and %v", law, l.Name, a, b)
			}
		}
	}
}

// TestCoupledStiff solves limits whose eigenvalues range over twelve decades: the error
// meets the tolerance, and the number of steps stays moderate.
func TestCoupledStiff(t *testing.T) {
	t.Parallel()
	const d = 60
	lambda := must(spectra.LogSpaced(d, 1e-8, 1e4))
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d), Target: make([]float64, d)}
	for i, l := range lambda { // every mode has its share of the risk
		p.Init[i], p.Target[i] = 1/math.Sqrt(l), 0.3/math.Sqrt(l)
	}
	sgd, sign := must(homogenized.SGD(p)), must(homogenized.SignSGD(p))
	times := []float64{1e-6, 1e-4, 1e-2, 1, 10, 100}
	for _, c := range []struct {
		limit homogenized.Limit
		eta   float64
	}{
		{must(homogenized.AverageOf(sign, homogenized.Averaging{})), 0.3},
		{must(homogenized.DecayOf(sign, fixedParameter(0.1))), 0.3},
		{heavyBall(sgd), 1e-4},
		{must(homogenized.AverageOf(must(homogenized.DecayOf(must(homogenized.SlowAdam(p, 2, homogenized.Corrected)), fixedParameter(0.1))), homogenized.Averaging{Rate: fixedParameter(1)})), 0.3},
		{must(homogenized.LongAdam(p, 3, 2, homogenized.Corrected)), 0.1},
	} {
		s := must(NewFromLimit(p, c.limit, schedule.Constant(c.eta)))
		s.Tolerance = 1e-10
		want := must(s.Solve(context.Background(), times))
		for _, tol := range []float64{1e-5, 1e-8} {
			s.Tolerance = tol
			got := must(s.Solve(context.Background(), times))
			e := worst(got.Risk, want.Risk)
			t.Logf("%s: tolerance %.0e, error %.1e, %+v", c.limit.Name, tol, e, got.Stats)
			if !(e < 10*tol) || got.Stats.Steps > 400 {
				t.Errorf("%s: error %.1e at tolerance %.0e in %d steps", c.limit.Name, e, tol, got.Stats.Steps)
			}
		}
	}
}

// TestCoupledRest compares limit risks and local rates with long solutions.
func TestCoupledRest(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 40, true, noise.Normal{Sigma: 0.5})
	sgd := must(homogenized.SGD(p))
	slow := must(homogenized.SlowAdam(p, 2, homogenized.Corrected))
	for _, l := range []homogenized.Limit{
		must(homogenized.DecayOf(sgd, fixedParameter(0.05))),
		heavyBall(sgd),
		must(homogenized.AverageOf(heavyBall(must(homogenized.SignSGD(p))), homogenized.Averaging{})),
		slow,
		must(homogenized.DecayOf(slow, homogenized.TimesRate(0.1))),
		must(homogenized.LongAdam(p, 3, 2, homogenized.Warm)),
	} {
		s := must(NewFromLimit(p, l, schedule.Constant(0.4)))
		rest := must(s.LimitRisk(t.Context()))
		rate := must(s.LocalRate(t.Context()))
		at := 12 / rate
		r := risks(t, s, at, at+1/rate, 40/rate)
		if math.Abs(r[2]/rest-1) > 1e-8 {
			t.Errorf("%s: limit risk %v, but the risk at t = %v is %v", l.Name, rest, 40/rate, r[2])
		}
		// The slowest mode alone is left after twelve of its times, up to oscillations.
		if measured := math.Log(math.Abs(r[0]-rest) / math.Abs(r[1]-rest)); math.Abs(measured-1) > 0.1 {
			t.Errorf("%s: the distance to rest falls by e^−%v in one local time", l.Name, measured)
		}
	}
	// Momentum on K = I moves v² η/(2(2δ − …)) at rest; here the moments are solved by
	// hand: P_12 = 0 by stationarity of ν, γ3P_22 = hP_11, and 2δP_22 = σ²m/d.
	q := isotropic(t, 10, noise.Normal{Sigma: 0.7}, 3)
	s := must(NewFromLimit(q, heavyBall(must(homogenized.SGD(q))), schedule.Constant(0.4)))
	// P_11 = 0.4 P_22, P_22 = (2R + v²)/4 and R = P_11/2 for all modes together.
	want := 0.05 * 0.49 / (1 - 0.1)
	if got := must(s.LimitRisk(t.Context())); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("heavy ball on K = I: limit risk %v, want %v", got, want)
	}
	if got := must(s.LargestRate(t.Context())); math.Abs(got/4-1) > 1e-6 {
		t.Errorf("heavy ball on K = I: largest rate %v, want 4", got)
	}
	// Signs and Adam come to rest at every rate, at a risk that grows like its square.
	for _, l := range []homogenized.Limit{
		must(homogenized.MomentumOf(must(homogenized.SignSGD(p)), homogenized.LongMomentum{Delta: fixedParameter(3), Gamma1: fixedParameter(1), Gamma3: homogenized.TimesRate(1)})),
		must(homogenized.DecayOf(slow, homogenized.TimesRate(0.1))), slow, must(homogenized.LongAdam(p, 3, 2, homogenized.Warm)),
	} {
		if got := must(must(NewFromLimit(p, l, schedule.Constant(1))).LargestRate(context.Background())); !math.IsInf(got, 1) {
			t.Errorf("%s: largest rate %v, want +Inf", l.Name, got)
		}
	}
}

// TestCoupledBestConstant compares with a grid of rates.
func TestCoupledBestConstant(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 40, false, noise.Normal{Sigma: 0.5})
	s := must(New(p, signsgd.AdamW{Beta1: 0.9, Beta2: 0.98, Decay: 0.1}, schedule.Constant(1)))
	s.Tolerance = 1e-7
	eta, risk, err := s.BestConstant(context.Background(), 6)
	if err != nil {
		t.Fatal(err)
	}
	for x := -3.0; x < 3; x += 0.25 {
		if r := risks(t, s.WithRate(schedule.Constant(math.Exp(x))), 6)[0]; r < risk*(1-1e-6) {
			t.Errorf("rate %v ends at %v, the best, %v, at %v", math.Exp(x), r, eta, risk)
		}
	}
	still := must(homogenized.MomentumOf(must(homogenized.SGD(p)), homogenized.LongMomentum{Gamma2: fixedParameter(0.3)}))
	if _, _, err := must(NewFromLimit(p, still, schedule.Constant(1))).BestConstant(context.Background(), 2); err == nil || !strings.Contains(err.Error(), "does not depend on the learning rate") {
		t.Errorf("a limit without learning rate: %v", err)
	}
}

// TestCoupledCompositions checks identities between limits.
func TestCoupledCompositions(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 50, true, noise.StudentsT{Nu: 5, Sigma: 0.4})
	times := floats.Span(make([]float64, 21), 0, 6)
	solve := func(l homogenized.Limit) *Curve {
		t.Helper()
		return must(must(NewFromLimit(p, l, schedule.Cosine{Start: 0.5, End: 0.05, Horizon: 5})).Solve(context.Background(), times))
	}
	same := func(what string, got, want []float64, tol float64) {
		t.Helper()
		if e := worst(got, want); !(e < tol) {
			t.Errorf("%s: differ by %.1e", what, e)
		}
	}
	long := must(homogenized.LongAdam(p, 3, 2, homogenized.Corrected))
	w := homogenized.TimesRate(0.2)
	average := homogenized.Averaging{Rate: fixedParameter(2)}
	a := solve(must(homogenized.AverageOf(must(homogenized.DecayOf(long, w)), average)))
	b := solve(must(homogenized.DecayOf(must(homogenized.AverageOf(long, average)), w)))
	same("the order of average and decay, risk", a.Risk, b.Risk, 1e-9)
	same("the order of average and decay, average", a.Overlap("average", "average"), b.Overlap("average", "average"), 1e-9)
	same("an average leaves the risk", a.Risk, solve(must(homogenized.DecayOf(long, w))).Risk, 1e-9)
	twice := solve(must(homogenized.DecayOf(must(homogenized.DecayOf(long, homogenized.TimesRate(0.15))), homogenized.TimesRate(0.05))))
	same("two decays", twice.Risk, a.Risk, 1e-9)

	sgd := must(homogenized.SGD(p))
	tail := solve(must(homogenized.AverageOf(sgd, homogenized.Averaging{Start: 2.1})))
	mean := tail.Overlap("average", "average")
	same("a tail before its start", mean[:8], tail.Risk[:8], 1e-9)
	// A mean of all iterates is an exponential average of rate 1/t.
	same("Polyak and Ruppert", solve(must(homogenized.AverageOf(sgd, homogenized.Averaging{}))).Overlap("average", "average"),
		solve(must(homogenized.AverageOf(sgd, homogenized.Averaging{Rate: func(t, _ float64) float64 { return 1 / t }}))).Overlap("average", "average"), 1e-9)

	// Long memories become short ones as γ grows, with a difference of order 1/γ.
	heuristic, slow := solve(must(homogenized.AdamHeuristic(p))), must(homogenized.SlowAdam(p, 2, homogenized.Corrected))
	gap := func(gamma float64) float64 {
		return worst(solve(must(homogenized.SlowAdam(p, gamma, homogenized.Corrected))).Risk, heuristic.Risk)
	}
	if ratio := gap(200) / gap(800); ratio < 3.3 || ratio > 4.7 {
		t.Errorf("slow Adam tends to the heuristic: gaps of γ = 200 and 800 have the ratio %v", ratio)
	}
	ofSlow := solve(slow)
	gap = func(gamma float64) float64 {
		return worst(solve(must(homogenized.LongAdam(p, gamma, 2, homogenized.Corrected))).Risk, ofSlow.Risk)
	}
	if ratio := gap(200) / gap(800); ratio < 3.3 || ratio > 4.7 {
		t.Errorf("long Adam tends to the slow one: gaps of γ1 = 200 and 800 have the ratio %v", ratio)
	}
	uncorrected := solve(must(homogenized.LongAdam(p, 3, 2, homogenized.Uncorrected)))
	if !(uncorrected.Risk[20] > 0 && uncorrected.Risk[20] < 2) {
		t.Errorf("uncorrected Adam ends at %v", uncorrected.Risk[20])
	}
}

// TestCoupledErrors checks what has no limit, and methods that have no answer.
func TestCoupledErrors(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 60, false, noise.Normal{Sigma: 0.5})
	for _, c := range []struct {
		optimizer signsgd.Optimizer
		says      string
	}{
		{signsgd.Signum{Beta: 1 - 3./60}, "no known limit"},
		{signsgd.Signum{Beta: 0.99}, "the sign of a momentum that remembers a share of the run"},
		{signsgd.Adam{Beta1: 0.9, Beta2: 0.99, Epsilon: 1}, "Epsilon = 1 is not small"},
		{signsgd.AdamW{Beta1: 0.9, Beta2: 0.99, Epsilon: 1, Decay: 0.1}, "Epsilon = 1 is not small"},
	} {
		_, err := homogenized.Of(p, c.optimizer)
		var none *homogenized.NoLimitError
		if !errors.As(err, &none) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%T: %v, want %q", c.optimizer, err, c.says)
		}
	}
	if _, err := homogenized.SlowAdam(p, 2, homogenized.Uncorrected); err == nil || !strings.Contains(err.Error(), "the limit does not exist") {
		t.Errorf("uncorrected slow Adam: %v", err)
	}
	l := must(homogenized.Of(p, signsgd.Adam{Beta1: 0.9, Beta2: 0.98}))
	if !strings.Contains(l.Regime, "short memory of gradients") {
		t.Errorf("regime %q", l.Regime)
	}
	if _, err := homogenized.MomentumOf(l, homogenized.LongMomentum{}); err == nil {
		t.Error("momentum of a coupled limit: no error")
	}
	s := must(NewFromLimit(p, l, schedule.Constant(0.5)))
	_, err := s.Quadratic(context.Background(), []float64{1})
	_, _, errOptimal := s.Optimal(context.Background(), 1)
	_, errLinear := s.Linearize(t.Context())
	_, errGreedy := s.WithRate(s.Greedy()).Solve(context.Background(), []float64{1})
	_, errScheme := homogenized.SDE{Problem: p, Limit: l, Rate: schedule.Constant(1), Scheme: homogenized.SRA1{Step: 0.1}}.Ensemble(context.Background(), ensemble.Settings{Horizon: 1, Runs: 1})
	_, errBatches := NewBatches(p, signsgd.Adam{Beta1: 0.9, Beta2: 0.98}, 4)
	for i, err := range []error{err, errOptimal, errLinear, errScheme, errBatches} {
		if err == nil || !strings.Contains(err.Error(), "coupled") {
			t.Errorf("method %d: %v", i, err)
		}
	}
	if errGreedy == nil {
		t.Error("greedy schedule of a coupled limit: no error")
	}
	// A start at θ* is left by the noise.
	q := isotropic(t, 4, noise.Normal{Sigma: 1}, 0)
	at := must(NewFromLimit(q, must(homogenized.AverageOf(must(homogenized.SignSGD(q)), homogenized.Averaging{})), schedule.Constant(0.5)))
	one := must(NewFromLimit(q, must(homogenized.SignSGD(q)), schedule.Constant(0.5)))
	if a, b := risks(t, at, 1, 10), risks(t, one, 1, 10); worst(a, b) > 1e-8 {
		t.Errorf("from θ*: %v, want %v", a, b)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Solve(ctx, []float64{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// A start given by risks alone does not know θ*.
	decayed := must(NewFromLimit(p, must(homogenized.DecayOf(l, fixedParameter(0.1))), schedule.Constant(0.5)))
	if _, err := must(decayed.WithStart(decayed.Modes.Risk)).Solve(context.Background(), []float64{1}); err == nil {
		t.Error("weight decay WithStart: no error")
	}
}
