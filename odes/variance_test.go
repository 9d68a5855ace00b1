package odes

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestVarianceIsotropic compares with what is known in closed form for K = I.
func TestVarianceIsotropic(t *testing.T) {
	t.Parallel()
	const d, eta, v2 = 64, 0.8, 0.49
	nu := make([]float64, d)
	for i := range nu {
		nu[i] = 0.25
	}
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 1)), Noise: noise.Normal{Sigma: 0.7}, Init: nu}
	sgd := must(New(p, signsgd.SGD{}, schedule.Constant(eta)))
	own := must(sgd.LimitVariance(context.Background(), VarianceSettings{}))
	sde := must(sgd.LimitVariance(context.Background(), VarianceSettings{SDE: true}))
	if want := eta / d * (2*sde.Risk + v2) * sde.Risk / (2 - eta) * d / d; math.Abs(sde.Variance/want-1) > 1e-10 {
		t.Errorf("HSGD at rest: variance %v, want %v", sde.Variance, want)
	}
	if ratio := own.Variance / sde.Variance; math.Abs(ratio/(1-eta/2)-1) > 1e-10 {
		t.Errorf("SGD over HSGD at rest: %v, want %v", ratio, 1-eta/2)
	}
	// In the first instant only the noise acts: signSGD lacks the part φ².
	sign := must(New(p, signsgd.SignSGD{}, schedule.Constant(eta)))
	const instant = 1e-9
	runs := must(sign.Variance(context.Background(), []float64{instant}, VarianceSettings{})).Variance[0]
	paths := must(sign.Variance(context.Background(), []float64{instant}, VarianceSettings{SDE: true})).Variance[0]
	phi, _ := p.Noise.Phi(2)
	if ratio := runs / paths; math.Abs(ratio/(1-phi*phi)-1) > 1e-7 {
		t.Errorf("signSGD over signHSGD at first: %v, want 1 − φ² = %v", ratio, 1-phi*phi)
	}
	if want := eta * eta / d * 2 * 2 * instant; math.Abs(paths/want-1) > 1e-7 { // d⟨R⟩ = (η²/d) 2R dt
		t.Errorf("signHSGD at first: variance %v, want %v", paths, want)
	}
	// A random start: Var R(0) = ½ tr((KΣ₀)²) for Init = θ*.
	p.Init = make([]float64, d)
	start := must(New(p, signsgd.SGD{}, schedule.Constant(eta)))
	c := must(start.Variance(context.Background(), []float64{0, 1}, VarianceSettings{Spread: must(spectra.NewIsotropic(d, 0.1))}))
	if want := 0.01 * d / 2; math.Abs(c.Variance[0]/want-1) > 1e-12 || math.Abs(c.Risk[0]/(0.1*d/2)-1) > 1e-12 {
		t.Errorf("random start: R = %v with variance %v, want variance %v", c.Risk[0], c.Variance[0], want)
	}
	dense := must(New(signsgd.Problem{Covariance: must(spectra.ToDense(p.Covariance.(spectra.Structured))), Noise: p.Noise, Init: p.Init}, signsgd.SGD{}, schedule.Constant(eta)))
	again := must(dense.Variance(context.Background(), []float64{0, 1}, VarianceSettings{Spread: must(spectra.NewIsotropic(d, 0.1))}))
	if e := worst(again.Variance, c.Variance); e > 1e-9 {
		t.Errorf("random start, dense: relative difference %v", e)
	}
}

// TestVarianceStructures compares the cheap ways with the dense one, and a long run with the
// Lyapunov equation.
func TestVarianceStructures(t *testing.T) {
	t.Parallel()
	const d = 64
	row := make([]float64, d)
	for i := range row {
		row[i] = math.Pow(0.7, float64(min(i, d-i)))
	}
	nu := make([]float64, d)
	spectra.FillNormal(nu, ensemble.NewRand(3, 0, "start"))
	times := []float64{0.5, 3, 400}
	for _, k := range []spectra.Structured{
		must(spectra.NewCirculant(row)), must(spectra.NewDiagonal(must(spectra.LogSpaced(d, 0.1, 3)))),
		must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.1, 3)), ensemble.NewRand(3, 0, "covariance"))),
	} {
		for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.AdamHeuristic{}} {
			p := must(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: nu}.WithInitialRisk(1))
			s := must(New(p, o, schedule.Constant(0.3)))
			c := must(s.Variance(context.Background(), times, VarianceSettings{}))
			rest := must(s.LimitVariance(context.Background(), VarianceSettings{}))
			if e := math.Abs(c.Variance[2]/rest.Variance - 1); e > 1e-8 {
				t.Errorf("%T, %T: variance %v at t = 400, at rest %v", k, o, c.Variance[2], rest.Variance)
			}
			p.Covariance = must(spectra.ToDense(k))
			dense := must(New(p, o, schedule.Constant(0.3)))
			want := must(dense.Variance(context.Background(), times, VarianceSettings{}))
			if e := worst(c.Variance, want.Variance); e > 1e-8 {
				t.Errorf("%T, %T: relative difference %.1e to dense", k, o, e)
			}
			diagonal := must(dense.Variance(context.Background(), times, VarianceSettings{Diagonal: true}))
			if e := worst(diagonal.Variance, want.Variance); e > 0.05 {
				t.Errorf("%T, %T: the diagonal approximation errs by %.1e", k, o, e)
			}
		}
	}
}

// TestVarianceStiff compares tolerances on eigenvalues from 1e-8 to 1e4, and a schedule with
// a warm-up from 0, a jump, and a rest of rate 0.
func TestVarianceStiff(t *testing.T) {
	t.Parallel()
	const d = 300
	k := must(spectra.NewDiagonal(must(spectra.LogSpaced(d, 1e-8, 1e4))))
	p := must(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: slices.Repeat([]float64{1}, d)}.WithInitialRisk(1))
	times := []float64{1e-4, 0.01, 1, 5, 10}
	for _, rate := range []schedule.Schedule{schedule.Constant(0.02), steps{}} {
		s := must(New(p, signsgd.SignSGD{}, rate))
		s.Tolerance = 1e-12
		want := must(s.Variance(context.Background(), times, VarianceSettings{}))
		for _, tol := range []float64{1e-6, 1e-8, 1e-10} {
			s.Tolerance = tol
			got := must(s.Variance(context.Background(), times, VarianceSettings{}))
			e := worst(got.Variance, want.Variance)
			t.Logf("%T, tolerance %.0e: %.1e", rate, tol, e)
			if e > 100*tol {
				t.Errorf("%T, tolerance %.0e: relative difference %.1e", rate, tol, e)
			}
		}
	}
}

// steps is a schedule with a warm-up, a jump and a rest.
type steps struct{}

func (steps) Rate(t float64, _ schedule.Position) float64 {
	switch {
	case t < 1:
		return 0.03 * t
	case t < 4:
		return 0.01
	case t < 6:
		return 0
	}
	return 0.02
}

func (steps) Breaks() []float64 { return []float64{1, 4, 6} }

// TestVarianceWorkers checks that the number of goroutines does not change the result, and
// that Variance reports its progress and obeys its context.
func TestVarianceWorkers(t *testing.T) {
	p := denseProblem(100, noise.Normal{Sigma: 0.5}, 1)
	s := must(New(p, signsgd.SignSGD{}, schedule.Constant(0.5)))
	times := []float64{1, 2}
	var last, total int
	options := VarianceSettings{Progress: func(done, of int) {
		if done <= last {
			t.Errorf("progress %d after %d", done, last)
		}
		last, total = done, of
	}}
	want := must(s.Variance(t.Context(), times, options))
	if last != 100 || total != 100 {
		t.Errorf("progress ends at %d of %d", last, total)
	}
	before := runtime.GOMAXPROCS(3)
	defer runtime.GOMAXPROCS(before)
	for _, n := range []int{1, 3} {
		runtime.GOMAXPROCS(n)
		if got := must(s.Variance(t.Context(), times, VarianceSettings{})); !slices.Equal(got.Variance, want.Variance) {
			t.Errorf("GOMAXPROCS %d: %v, want %v", n, got.Variance, want.Variance)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Variance(ctx, times, VarianceSettings{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestVarianceAtZero starts at θ*, where the risk is 0, and asks for the start alone.
func TestVarianceAtZero(t *testing.T) {
	t.Parallel()
	const d, eta = 50, 0.5
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 1)), Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d)}
	for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}} {
		s := must(New(p, o, schedule.Constant(eta)))
		c := must(s.Variance(t.Context(), []float64{0, 1e-3, 60}, VarianceSettings{}))
		rest := must(s.LimitVariance(t.Context(), VarianceSettings{}))
		if c.Variance[0] != 0 || !(c.Variance[1] > 0) || math.Abs(c.Variance[2]/rest.Variance-1) > 1e-8 {
			t.Errorf("%T from θ*: variances %v, at rest %v", o, c.Variance, rest.Variance)
		}
		if c, err := s.Variance(t.Context(), []float64{0, 0}, VarianceSettings{}); err != nil || !slices.Equal(c.Variance, []float64{0, 0}) {
			t.Errorf("%T at t = 0: %v, %v", o, c, err)
		}
	}
}
