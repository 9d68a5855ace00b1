package frontier

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// must returns the value, where an error is a mistake of the test itself.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// selfSimilar returns models whose curves are one curve in other units: with the
// irreducible loss d^{−q} and the time scale d^{s}, loss/d^{−q} is a function of
// f/d^{2+s}, so loss ~ f^{−q/(2+s)} and size ~ f^{1/(2+s)}.
func selfSimilar(t *testing.T, q, s float64) []Model {
	t.Helper()
	constant := func(v float64) homogenized.Coefficient {
		return func(float64) (float64, float64) { return v, 0 }
	}
	l := homogenized.Limit{Drift: constant(1), Noise: []homogenized.Term{{Gain: constant(1), Shape: spectra.Shape{Scaled: true}}}}
	var models []Model
	for _, dim := range []int{64, 128, 256, 512} {
		d := float64(dim)
		modes := spectra.Modes{Dim: dim, Kind: spectra.Unformed, Noise: l.Shapes(), Weights: [][]float64{{}}}
		for k := -3; k < 12; k++ {
			lambda := math.Exp2(2 * float64(k))
			modes.Lambda = append(modes.Lambda, lambda*math.Pow(d, -s))
			// With this power the loss of early times is the same for all sizes.
			modes.Risk = append(modes.Risk, math.Pow(lambda, q/s)*math.Pow(d, -q))
			weight := 0.0
			if k < 3 {
				weight = lambda * math.Pow(d, 1-q-s)
			}
			modes.Weights[0] = append(modes.Weights[0], weight)
		}
		system := must(odes.NewFromModes(modes, l, schedule.Constant(0)))
		system.Tolerance = 1e-7
		models = append(models, Model{System: system, Rates: floats.LogSpan(make([]float64, 120), 1e-4, 1e5), Irreducible: math.Pow(d, -q)})
	}
	return models
}

// TestExponents recovers the exponents of self-similar curves.
func TestExponents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ q, s float64 }{{1, 1}, {0.5, 0.3}} {
		compute := floats.LogSpan(make([]float64, 500), 1e2, 1e9)
		f := must(New(t.Context(), selfSimilar(t, c.q, c.s), compute, Settings{}))
		exponents := f.Exponents()
		if len(exponents) != 2 {
			t.Fatalf("%+v: %d exponents, want 2: %+v", c, len(exponents), exponents)
		}
		for _, e := range exponents {
			// Interpolation between computes 2.7% and rates 19% apart leaves some 1e-4.
			if math.Abs(e.Loss-c.q/(2+c.s)) > 1e-3 || math.Abs(e.Size-1/(2+c.s)) > 1e-3 || math.Abs(e.Rate) > 3e-3 {
				t.Errorf("%+v: %+v", c, e)
			}
		}
		from, to := f.Inner()
		if !(from < to && compute[from] >= exponents[0].From && compute[from-1] < exponents[0].From && compute[to] > exponents[1].To) {
			t.Errorf("%+v: inner range %d to %d beside %+v", c, from, to, exponents)
		}
		for i, loss := range f.Loss() {
			for m := range f.Dims {
				if f.Losses[m][i] < loss {
					t.Fatalf("%+v: the envelope is above a curve at %v", c, compute[i])
				}
			}
			if i > 0 && !(loss <= f.Loss()[i-1]*(1+1e-4)) && !f.RateEnds[f.Best[i]][i] {
				t.Fatalf("%+v: more compute is worse at %v", c, compute[i])
			}
		}
	}
}

// features returns the systems of signSGD and SGD on power-law random features.
func features(t *testing.T, d int) (sign, sgd *odes.System, irreducible float64) {
	t.Helper()
	f := spectra.RandomFeatures{Dim: d, Ambient: 10 * d, Alpha: 1, Beta: 0.3}
	p, irreducible, err := signsgd.NewRandomFeatures(t.Context(), f, rand.New(rand.NewPCG(3, uint64(d))))
	if err != nil {
		t.Fatal(err)
	}
	return must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(0))), must(odes.New(p, signsgd.SGD{}, schedule.Constant(0))), irreducible
}

// TestFrontierBestRate holds the best rate and the loss to BestConstant.
func TestFrontierBestRate(t *testing.T) {
	t.Parallel()
	sign, sgd, irreducible := features(t, 50)
	rates := make([]float64, 120)
	for name, c := range map[string]struct {
		s      *odes.System
		lo, hi float64
	}{"signSGD": {sign, 1e-3, 3}, "SGD": {sgd, 1e-1, 500}} {
		floats.LogSpan(rates, c.lo, c.hi)
		compute := []float64{50 * 50 * 2, 50 * 50 * 30, 50 * 50 * 500}
		f := must(New(t.Context(), []Model{{System: c.s, Rates: rates, Irreducible: irreducible}}, compute, Settings{}))
		for i, at := range compute {
			eta, risk, err := c.s.BestConstant(t.Context(), at/50/50)
			if err != nil {
				t.Fatal(err)
			}
			// Rates 5% to 7% apart leave an error of the third order in that.
			if loss := f.Losses[0][i]; math.Abs(loss/(risk+irreducible)-1) > 2e-4 || math.Abs(f.Rates[0][i]/eta-1) > 0.01 {
				t.Errorf("%s at %v: loss %v at the rate %v, want %v at %v", name, at, loss, f.Rates[0][i], risk+irreducible, eta)
			}
		}
	}
}

// TestFrontierDraws checks that models of one size count by their mean, and that the
// workers do not matter.
func TestFrontierDraws(t *testing.T) {
	t.Parallel()
	_, small, lossSmall := features(t, 30)
	_, large, lossLarge := features(t, 60)
	rates := floats.LogSpan(make([]float64, 9), 1, 1000)
	compute := floats.LogSpan(make([]float64, 60), 10, 1e8)
	models := []Model{
		{System: small, Rates: rates, Irreducible: lossSmall}, {System: small, Rates: rates, Irreducible: 3 * lossSmall},
		{System: large, Rates: rates, Irreducible: lossLarge},
	}
	calls := 0
	f := must(New(t.Context(), models, compute, Settings{Workers: 1, Progress: func(done, total int) {
		if calls++; done != calls || total != 27 {
			t.Errorf("call %d: %d of %d", calls, done, total)
		}
	}}))
	if calls != 27 {
		t.Errorf("%d calls of Progress", calls)
	}
	if g := must(New(t.Context(), models, compute, Settings{Workers: 7})); !reflect.DeepEqual(replaceNaN(f), replaceNaN(g)) {
		t.Error("the frontier depends on the workers")
	}
	mean := models[:1:1]
	mean[0].Irreducible = 2 * lossSmall
	g := must(New(t.Context(), mean, compute, Settings{}))
	for i := range compute {
		if a, b := f.Losses[0][i], g.Losses[0][i]; a != b && math.Abs(a/b-1) > 1e-13 {
			t.Errorf("mean of two draws at %v: %v, want %v", compute[i], a, b)
		}
	}
	// The first step of d = 30 takes f = 30, and that of d = 60 takes f = 60.
	for m, d := range f.Dims {
		for i, at := range compute {
			if finite := !math.IsInf(f.Losses[m][i], 1); finite != (at >= float64(d)) {
				t.Errorf("d = %d at %v: finite is %v", d, at, finite)
			}
		}
	}
	if f.Best[0] != -1 || !math.IsInf(f.Loss()[0], 1) {
		t.Errorf("before the first step: best %d, loss %v", f.Best[0], f.Loss()[0])
	}
}

// replaceNaN makes frontiers comparable.
func replaceNaN(f *Frontier) *Frontier {
	for _, rates := range f.Rates {
		for i, v := range rates {
			if math.IsNaN(v) {
				rates[i] = -1
			}
		}
	}
	return f
}

func TestFrontierErrors(t *testing.T) {
	t.Parallel()
	s := must(odes.Isotropic(must(homogenized.SGD(signsgd.Problem{Covariance: must(spectra.NewIsotropic(4, 1)), Noise: noise.Normal{Sigma: 1}})), 1, schedule.Constant(0)))
	one := []float64{1}
	for says, c := range map[string]struct {
		models  []Model
		compute []float64
		workers int
	}{
		"no models":                   {nil, one, 0},
		"models[0].System is nil":     {[]Model{{Rates: one}}, one, 0},
		"models[0].Rates is empty":    {[]Model{{System: s}}, one, 0},
		"models[0].Rates[1] is 1":     {[]Model{{System: s, Rates: []float64{1, 1}}}, one, 0},
		"models[0].Irreducible is -1": {[]Model{{System: s, Rates: one, Irreducible: -1}}, one, 0},
		"models[0].Batch is -1":       {[]Model{{System: s, Rates: one, Batch: -1}}, one, 0},
		"models[1].Rates differ":      {[]Model{{System: s, Rates: one}, {System: s, Rates: []float64{2}}}, one, 0},
		"compute is empty":            {[]Model{{System: s, Rates: one}}, nil, 0},
		"compute[0] is NaN":           {[]Model{{System: s, Rates: one}}, []float64{math.NaN()}, 0},
		"Settings.Workers is -1":      {[]Model{{System: s, Rates: one}}, one, -1},
	} {
		if _, err := New(t.Context(), c.models, c.compute, Settings{Workers: c.workers}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(ended, []Model{{System: s, Rates: one}}, one, Settings{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}
