package odes_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// plainModes returns modes of SGD with eigenvalues and initial risks.
func plainModes(lambda, risk []float64) spectra.Modes {
	weights := make([]float64, len(lambda))
	for i, l := range lambda {
		weights[i] = l * l
	}
	return spectra.Modes{
		Basis: spectra.Plain, Dim: len(lambda), Lambda: lambda, Risk: risk,
		Noise: []spectra.Shape{{Scaled: true}}, Weights: [][]float64{weights},
	}
}

// onDiagonal returns a problem with K = diag(lambda) and the start init in every
// coordinate.
func onDiagonal(lambda []float64, init float64, law noise.Law) signsgd.Problem {
	start := make([]float64, len(lambda))
	for i := range start {
		start[i] = init
	}
	return signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Init: start, Noise: law}
}

// within fails the test if f takes longer than the limit. f is left to itself then.
func within(t *testing.T, limit time.Duration, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s takes longer than %v", what, limit)
	}
}

// TestNoModeThatDecays says that a system in which no mode decays has no local rate, and
// does not crash.
func TestNoModeThatDecays(t *testing.T) {
	t.Parallel()
	for _, v2 := range []float64{0, 1} {
		s := must(odes.NewFromModes(plainModes([]float64{0}, []float64{1}), must(homogenized.SGDWith(v2, 1)), schedule.Constant(1)))
		rate, err := s.LocalRate(t.Context())
		if !errors.Is(err, odes.ErrNoStationary) {
			t.Errorf("v² = %v: the local rate of one mode λ = 0 is %v, error %v; want ErrNoStationary", v2, rate, err)
		}
	}
}

// TestShortestTimes says that a curve can be asked at the smallest positive time, and that
// a break of the schedule there does no harm.
func TestShortestTimes(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, 2}, 0, noise.Normal{Sigma: 1})
	for _, smallest := range []float64{5e-324, 1e-320, 1e-300} {
		for _, rate := range []schedule.Schedule{schedule.Constant(1), schedule.WarmupStableDecay{Peak: 1, Warmup: smallest, Stable: 1}} {
			for _, init := range []float64{0, 1} {
				p := p
				p.Init = []float64{init, init}
				within(t, 5*time.Second, "a curve from t = 5e-324", func() {
					s, err := odes.New(p, signsgd.SignSGD{}, rate)
					if err != nil {
						t.Errorf("New: %v", err)
						return
					}
					curve, err := s.Solve(context.Background(), []float64{0, smallest, 1})
					if err != nil {
						t.Errorf("%T to %v from init %v: %v", rate, smallest, init, err)
						return
					}
					plain := must(must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(1))).Solve(context.Background(), []float64{0, 1}))
					if math.Abs(curve.Risk[2]/plain.Risk[1]-1) > 1e-8 {
						t.Errorf("%T: the risk at 1 is %v after a stop at %v, %v without", rate, curve.Risk[2], smallest, plain.Risk[1])
					}
					if s0 := curve.Risk[0]; math.Abs(curve.Risk[1]-s0) > 1e-12*s0+2*smallest {
						t.Errorf("%T: the risk moves from %v to %v in %v", rate, s0, curve.Risk[1], smallest)
					}
				})
			}
		}
	}
}

// TestLargestRateOfExtremeEigenvalues says that LargestRate ends, whatever the scale of K.
func TestLargestRateOfExtremeEigenvalues(t *testing.T) {
	t.Parallel()
	for _, lambda := range []float64{1e-100, 1e-30, 1, 1e30, 1e100} {
		s := must(odes.New(onDiagonal([]float64{lambda}, 1/math.Sqrt(lambda), nil), signsgd.SignSGD{}, schedule.Constant(1)))
		within(t, 5*time.Second, "LargestRate", func() {
			rate, err := s.LargestRate(t.Context())
			if err != nil || !math.IsInf(rate, 1) {
				t.Errorf("λ = %v: the largest rate of signSGD is %v, error %v; want +Inf", lambda, rate, err)
			}
		})
	}
}

// TestLimitRiskOfConstantExponential says that an exponential that does not decay is a
// constant, also in the end.
func TestLimitRiskOfConstantExponential(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, 2}, 1, noise.Normal{Sigma: 1})
	want := must(must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(.5))).LimitRisk(t.Context()))
	got, err := must(odes.New(p, signsgd.SignSGD{}, schedule.Exponential{Start: .5})).LimitRisk(t.Context())
	if err != nil || got != want {
		t.Errorf("the limit risk is %v, error %v; a constant rate gives %v", got, err, want)
	}
}

// TestCurveStartsAtItsRisk says that At(0) is the risk at 0, also from R = 0.
func TestCurveStartsAtItsRisk(t *testing.T) {
	t.Parallel()
	for _, init := range []float64{0, 1} {
		p := onDiagonal([]float64{1, 2}, init, noise.Normal{Sigma: 1})
		for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}} {
			curve := must(must(odes.New(p, o, schedule.Constant(.5))).Solve(context.Background(), []float64{0, 1, 2}))
			for i, at := range curve.Times {
				if got, want := curve.At(at), curve.Risk[i]; got != want && math.Abs(got-want) > 1e-12*want {
					t.Errorf("%T from %v: At(%v) is %v, Risk[%d] is %v", o, init, at, got, i, want)
				}
			}
			if curve.At(0) != curve.Risk[0] {
				t.Errorf("%T from %v: At(0) is %v, Risk[0] is %v", o, init, curve.At(0), curve.Risk[0])
			}
		}
	}
}

// TestDivergenceByName says that a risk that grows without bound is a DivergedError, and
// one that decays is followed to 0: neither is a step size that vanishes.
func TestDivergenceByName(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, 1}, 1, noise.Normal{Sigma: 1})
	for _, rate := range []float64{3, 30, 1e3, 1e6, 1e30, 1e100} {
		_, err := must(odes.New(p, signsgd.SGD{}, schedule.Constant(rate))).Solve(context.Background(), []float64{0, 1e4})
		var diverged *odes.DivergedError
		if !errors.As(err, &diverged) {
			t.Errorf("η = %v: the error is %v, want a DivergedError", rate, err)
		}
	}
	quiet := onDiagonal([]float64{1, 1}, 1, nil)
	for _, horizon := range []float64{10, 1e2, 1e3, 1e6, 1e100} {
		curve, err := must(odes.New(quiet, signsgd.SGD{}, schedule.Constant(.1))).Solve(context.Background(), []float64{0, horizon})
		if err != nil {
			t.Errorf("a risk that decays until %v: %v", horizon, err)
			continue
		}
		// dR/dt = −2ηR + η²R by (27).
		want := math.Exp(-.19 * horizon)
		if got := curve.Risk[1]; math.Abs(got-want) > 1e-7*want && want > 1e-150 {
			t.Errorf("the risk at %v is %v, want %v", horizon, got, want)
		}
	}
	// A step too large for its clock is told from one whose tolerance cannot be met.
	jagged := rateFunc(func(t float64, at schedule.Position) float64 { return 1 + math.Sin(1e30*at.Risk()) })
	_, err := must(odes.New(p, signsgd.SGD{}, jagged)).Solve(context.Background(), []float64{0, 1})
	if err == nil || !strings.Contains(err.Error(), "varies faster than steps can follow") {
		t.Errorf("a schedule that jumps everywhere gives the error %v", err)
	}
}

// TestRoundingOfCoupledSteps follows a risk that is five decades below the square of the
// momentum, so that rounding stops the iteration of a step above the tolerance. The steps
// are long nevertheless, and the risk is that of a looser solution.
func TestRoundingOfCoupledSteps(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1.7, .3, .05, .007, .001}, .2, noise.Uniform{Min: -.01, Max: .86})
	const horizon = 4e4
	adam := must(homogenized.DecayOf(must(homogenized.LongAdam(p, 69, .8, homogenized.Warm)), homogenized.TimesRate(.14)))
	s := must(odes.NewFromLimit(p, adam, schedule.Cosine{Start: .03, End: .0007, Horizon: 3.2e4}))
	times := []float64{1e3, 3e4, horizon}
	curve, err := s.Solve(t.Context(), times)
	if err != nil {
		t.Fatal(err)
	}
	if curve.Stats.Passes > 2000 {
		t.Errorf("the solution takes %+v", curve.Stats)
	}
	if m := curve.Overlap("m", "m"); m[2] < 1e4*curve.Risk[2] {
		t.Errorf("the risk is %v beside %v of the momentum: the test shows nothing", curve.Risk[2], m[2])
	}
	loose := *s
	loose.Tolerance = 1e-6
	for i, want := range must(loose.Solve(t.Context(), times)).Risk {
		if math.Abs(curve.Risk[i]/want-1) > 1e-5 {
			t.Errorf("the risk at %v is %v, that of a looser solution %v", times[i], curve.Risk[i], want)
		}
	}
}

// rateFunc is a schedule given by a function.
type rateFunc func(t float64, at schedule.Position) float64

func (f rateFunc) Rate(t float64, at schedule.Position) float64 { return f(t, at) }

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}
