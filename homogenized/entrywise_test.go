package homogenized_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func sign(g float64) float64 {
	switch {
	case g > 0:
		return 1
	case g < 0:
		return -1
	}
	return 0
}

// TestEntrywiseKnown holds limits of rules alone to those that are known: the sign's and
// the identity's, under noise of every kind.
func TestEntrywiseKnown(t *testing.T) {
	t.Parallel()
	const d = 4
	for _, law := range []noise.Law{
		nil, noise.Normal{Mu: 1, Sigma: .5}, noise.Rademacher{Scale: .7}, noise.Laplace{Scale: .5},
		noise.Cauchy{Mu: .5, Scale: .2}, noise.Uniform{Min: -1, Max: 2},
		noise.NormalMixture{Weights: []float64{.3, .7}, Mu: []float64{-1, .5}, Sigma: []float64{.1, .5}},
	} {
		p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 2.25)), Init: make([]float64, d), Noise: law}
		ours, want := must(homogenized.Entrywise(p, sign)), must(homogenized.SignSGD(p))
		for _, risk := range []float64{1e-2, .3, 1, 20} {
			h, slope := ours.Drift(risk)
			h0, slope0 := want.Drift(risk)
			if math.Abs(h-h0) > 1e-8*h0 || math.Abs(slope-slope0) > 1e-6*(h0/risk) {
				t.Errorf("%v: the sign's drift at %v is %v with slope %v, want %v and %v", law, risk, h, slope, h0, slope0)
			}
		}
		if g, _ := ours.Noise[0].Gain(1); len(ours.Noise) != 1 || math.Abs(g-2/math.Pi) > 1e-15 {
			t.Errorf("%v: the sign's noise has the gain %v in %d terms", law, g, len(ours.Noise))
		}
		same := func(g float64) float64 { return g }
		l, err := homogenized.Entrywise(p, same)
		if _, heavy := law.(noise.Cauchy); heavy {
			if !errors.Is(err, noise.ErrInfiniteVariance) {
				t.Errorf("%v: the identity gives the error %v", law, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		v2 := p.Law().SecondMoment()
		for _, risk := range []float64{1e-2, 1} {
			// E u = Kν = 1.5 K̄ν, E u_i u_j = 2.25 (2R + v²) ρ.
			if h, _ := l.Drift(risk); math.Abs(h-1.5) > 1e-8 {
				t.Errorf("%v: the identity's drift at %v is %v, want 1.5", law, risk, h)
			}
			if g, _ := l.Noise[0].Gain(risk); math.Abs(g/(2.25*(2*risk+v2))-1) > 1e-8 {
				t.Errorf("%v: the identity's gain at %v is %v, want %v", law, risk, g, 2.25*(2*risk+v2))
			}
			for n, term := range l.Noise[1:] {
				if g, _ := term.Gain(risk); g > 1e-8 {
					t.Errorf("%v: the identity's term %d is %v, want 0", law, n+1, g)
				}
			}
		}
	}
}

// TestEntrywiseRuns holds the curve of a rule of the user's to its runs, for a K with
// correlations, within 4.5 standard errors and the O(1/d) of the limit.
func TestEntrywiseRuns(t *testing.T) {
	t.Parallel()
	const d, runs = 200, 30
	k := must(spectra.NewAR1(d, 1, .6))
	init := make([]float64, d)
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range init {
		init[i] = rng.NormFloat64() * math.Sqrt(2./d)
	}
	p := signsgd.Problem{Covariance: must(spectra.ToDense(k)), Init: init, Noise: noise.Normal{Sigma: .5}}
	for name, u := range map[string]func(float64) float64{
		"tanh": func(g float64) float64 { return math.Tanh(2 * g) },
		"clip": func(g float64) float64 { return min(max(g, -.5), .5) },
	} {
		o := signsgd.Entrywise{U: u}
		l := must(homogenized.Of(p, o))
		if err := homogenized.CheckLimit(homogenized.Limit{Basis: l.Basis, Drift: l.Drift}); name == "tanh" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		eta := schedule.Constant(.6)
		band := must(signsgd.Ensemble(context.Background(), p, o, eta, ensemble.Settings{Horizon: 4, Runs: runs, Seed: 3, Times: []float64{.5, 1, 2, 4}}))
		curve := must(must(odes.New(p, o, eta)).Solve(context.Background(), band.Times))
		mean, se := band.Risk.Mean(), band.Risk.StdErr()
		for i, r := range curve.Risk {
			if math.Abs(mean[i]-r) > 4.5*se[i]+4*r/d {
				t.Errorf("%s: at t = %v the runs have %.4g ± %.2g, the limit %.4g", name, band.Times[i], mean[i], se[i], r)
			}
		}
	}
}

// TestEntrywiseRefuses says what is not supported, by name.
func TestEntrywiseRefuses(t *testing.T) {
	t.Parallel()
	tanh := math.Tanh
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(3, 1)), Init: make([]float64, 3), Noise: noise.Normal{Sigma: 1}}
	with := func(change func(*signsgd.Problem)) signsgd.Problem {
		q := p
		change(&q)
		return q
	}
	for _, c := range []struct {
		p    signsgd.Problem
		u    func(float64) float64
		want string
	}{
		{p, nil, "u is nil"},
		{p, func(float64) float64 { return 0 }, "u is 0 everywhere"},
		{p, math.Exp, "must be odd"},
		{p, func(g float64) float64 { return 1 / g * math.Inf(1) }, "must be odd and finite"},
		{with(func(q *signsgd.Problem) { q.Batch = 2 }), tanh, "Problem.Batch is 2: must be 1"},
		{with(func(q *signsgd.Problem) { q.Covariance = must(spectra.NewDiagonal([]float64{1, 2, 1})) }), tanh, "must be equal, or u a multiple of the sign"},
		{with(func(q *signsgd.Problem) { q.Noise = noise.StudentsT{Sigma: 1, Nu: 3} }), tanh, "fit a noise.NormalMixture"},
		{signsgd.Problem{}, tanh, "Covariance is nil"},
	} {
		if _, err := homogenized.Entrywise(c.p, c.u); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v, want one that says %q", err, c.want)
		}
	}
	scaled := with(func(q *signsgd.Problem) { q.Covariance = must(spectra.NewDiagonal([]float64{1, 2, 1})) })
	if _, err := homogenized.Entrywise(scaled, sign); err != nil {
		t.Errorf("the sign on unequal variances: %v", err)
	}
}
