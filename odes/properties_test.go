package odes

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestQuadraticExactly holds forms with entries off the diagonal to their values at t = 0
// and, without noise, to ½ νᵀe^{−ηKt} G e^{−ηKt}ν, exactly.
func TestQuadraticExactly(t *testing.T) {
	t.Parallel()
	const d, eta = 6, 0.7
	rng := rand.New(rand.NewPCG(5, 6))
	k := must(spectra.NewRotated([]float64{3, 2, 1, .5, .2, .1}, rng))
	g := mat.NewSymDense(d, nil)
	nu := make([]float64, d)
	for i := range d {
		nu[i] = rng.NormFloat64()
		for j := range i + 1 {
			g.SetSym(i, j, rng.NormFloat64())
		}
	}
	quiet := homogenized.Limit{Name: "gradient flow", Basis: spectra.Plain, Drift: func(float64) (float64, float64) { return 1, 0 }}
	s := must(NewFromLimit(signsgd.Problem{Covariance: k, Init: nu}, quiet, schedule.Constant(eta)))
	times := []float64{0, .1, 1, 5}
	got := must(s.Quadratic(context.Background(), times, g))[0]
	for i, at := range times {
		scaled := mat.NewSymDense(d, nil)
		for a := range d {
			for b := range a + 1 {
				scaled.SetSym(a, b, -eta*at*k.At(a, b))
			}
		}
		var flow mat.Dense
		flow.Exp(scaled)
		var moved mat.VecDense
		moved.MulVec(&flow, mat.NewVecDense(d, nu))
		want := mat.Inner(&moved, g, &moved) / 2
		if math.Abs(got[i]-want) > 1e-9*(math.Abs(want)+1e-3) {
			t.Errorf("at t = %v the form is %v, want %v", at, got[i], want)
		}
	}
}

// TestDipWithinStep says that TimeToReach sees a risk that falls below the level and
// rises again within one step.
func TestDipWithinStep(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(10, 1)), Init: ones(10), Noise: noise.Normal{Sigma: 1}}
	rising := rising{}
	s := must(New(p, signsgd.SGD{}, rising))
	s.Tolerance = 1e-2 // for long steps
	curve := must(s.Solve(context.Background(), []float64{0, 20}))
	low := math.Inf(1)
	for i := range 20001 {
		low = min(low, curve.At(float64(i)/1000))
	}
	if low > 0.8*curve.Risk[1] {
		t.Fatalf("the risk has no dip: lowest %v, at the end %v", low, curve.Risk[1])
	}
	// Ends of steps are nowhere near all of these.
	for _, level := range []float64{1.02 * low, 1.05 * low, 1.1 * low} {
		at := must(s.TimeToReach(context.Background(), level, 20))
		if math.IsInf(at, 1) || math.Abs(curve.At(at)/level-1) > 1e-9 || curve.At(at-0.05) < level {
			t.Errorf("level %v is reached at %v, where the risk is %v", level, at, curve.At(at))
		}
	}
}

type rising struct{}

func (rising) Rate(t float64, _ schedule.Position) float64 { return 0.5 + 1.2*t*t/400 }

// TestCentredLocalRate holds the local rate of a Centred limit in low dimension, where the
// term −m mᵀ counts, to the way in which its curve settles.
func TestCentredLocalRate(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{3, 1, .5})), Init: ones(3), Noise: noise.Normal{Sigma: .3}}
	s := must(NewFromLimit(p, must(homogenized.WeakSignSGD(p)), schedule.Constant(.8)))
	rest, rate := must(s.LimitRisk(t.Context())), must(s.LocalRate(t.Context()))
	s.Tolerance = 1e-13
	from, to := 8/rate, 12/rate
	r := must(s.Solve(context.Background(), []float64{from, to})).Risk
	if seen := math.Log((r[0]-rest)/(r[1]-rest)) / (to - from); math.Abs(seen/rate-1) > 2e-3 {
		t.Errorf("the curve settles at the rate %v, LocalRate is %v", seen, rate)
	}
}

// TestLeavingZero holds the risk at the first instants from θ* to its closed form,
// R∞(1 − e^{−(2η−η²)t}) with R∞ = ηv²/(2(2−η)), relative to itself, and the rate to that before
// a break.
func TestLeavingZero(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(4, 1)), Init: make([]float64, 4), Noise: noise.Normal{Sigma: 1}}
	const eta = 0.5
	times := []float64{1e-12, 1e-9, 1e-6, 1e-4, 1e-2, 1}
	curve := must(must(New(p, signsgd.SGD{}, schedule.Constant(eta))).Solve(context.Background(), times))
	for i, at := range times {
		want := eta / (2 * (2 - eta)) * -math.Expm1(-(2*eta-eta*eta)*at)
		if math.Abs(curve.Risk[i]/want-1) > 1e-8 && math.Abs(curve.Risk[i]-want) > 1e-19 {
			t.Errorf("at t = %v the risk is %v, want %v", at, curve.Risk[i], want)
		}
	}
	for _, jump := range []float64{1e-12, 1e-3} {
		s := must(New(p, signsgd.SGD{}, schedule.StepDecay{Start: eta, Factor: 3, Times: []float64{jump}}))
		want := eta / (2 * (2 - eta)) * -math.Expm1(-(2*eta-eta*eta)*jump)
		if got := must(s.Solve(context.Background(), []float64{jump})).Risk[0]; math.Abs(got/want-1) > 1e-8 {
			t.Errorf("before the break at %v the risk is %v, want %v", jump, got, want)
		}
	}
}

// TestLimitRiskIsTheFirst says that LimitRisk is the first of many stationary risks on the
// way from R(0), when they lie a factor 1.3 apart.
func TestLimitRiskIsTheFirst(t *testing.T) {
	t.Parallel()
	step := math.Log(1.3)
	// At rest R = g R, g − 1 = 0.02 sin(π ln R/ln 1.3): the stable ones have odd numbers.
	l := homogenized.Limit{
		Name: "ladder", Basis: spectra.Plain, Drift: func(float64) (float64, float64) { return 1, 0 },
		Noise: []homogenized.Term{{Shape: spectra.Shape{Scaled: true}, Gain: homogenized.Differentiate(func(r float64) float64 {
			return 4 * r * (1 + 0.02*math.Sin(math.Pi*math.Log(r)/step))
		})}},
	}
	for n := -9; n <= 9; n++ {
		for _, part := range []float64{.2, .8} {
			x := float64(n) + part
			s := must(Isotropic(l, math.Exp(step*x), schedule.Constant(1)))
			stable := float64(n)
			if n%2 == 0 {
				stable++
			}
			if got, want := must(s.LimitRisk(t.Context())), math.Exp(step*stable); math.Abs(got/want-1) > 1e-9 {
				t.Errorf("from 1.3^%v the limit is 1.3^%.3f, want 1.3^%v", x, math.Log(got)/step, stable)
			}
		}
	}
}

// TestRatesWithoutNoise says that LargestRate counts a risk that decays to 0 as at rest.
func TestRatesWithoutNoise(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{1, 2, 3})), Init: ones(3)}
	if got := must(must(New(p, signsgd.SGD{}, schedule.Constant(1))).LargestRate(t.Context())); math.Abs(got-1) > 1e-6 {
		t.Errorf("the largest rate of SGD is %v, want 2d/tr K = 1", got)
	}
}

// TestBestOfAGrid says that no constant rate on a grid is better than the best.
func TestBestOfAGrid(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, horizon := range []float64{.1, 3, 100} {
		for _, sigma := range []float64{.01, 1} {
			p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{1, .1, .01})), Init: ones(3), Noise: noise.Normal{Sigma: sigma}}
			for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}} {
				s := must(New(p, o, schedule.Constant(1)))
				best, lowest, err := s.BestConstant(ctx, horizon)
				if err != nil {
					t.Fatal(err)
				}
				for x := -8.; x < 3; x += .25 {
					curve, err := s.WithRate(schedule.Constant(math.Exp(x))).Solve(ctx, []float64{horizon})
					if err == nil && curve.Risk[0] < lowest*(1-1e-9) {
						t.Errorf("%T to %v: %v gives the risk %v, the best %v gives %v", o, horizon, math.Exp(x), curve.Risk[0], best, lowest)
					}
				}
			}
		}
	}
}

// TestPasses says that Newton's method converges as it should: in a few passes a step.
// Wrong derivatives leave the result right and take more.
func TestPasses(t *testing.T) {
	t.Parallel()
	lambda := must(spectra.LogSpaced(40, 1e-3, 1))
	for _, law := range []noise.Law{nil, noise.Normal{Sigma: .5}, noise.Rademacher{Scale: .5}} {
		for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}, signsgd.AdamHeuristic{}} {
			p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Init: ones(40), Noise: law}
			// A constant that does not say so is solved over time, and not over the clock.
			eta := schedule.Func(func(float64) float64 { return .5 })
			curve := must(must(New(p, o, eta)).Solve(context.Background(), []float64{100}))
			if each := float64(curve.Stats.Passes) / float64(curve.Stats.Steps+curve.Stats.Rejected); each > mostPasses {
				t.Errorf("%v, %T: %.2f passes a step", law, o, each)
			}
		}
	}
}

const mostPasses = 4.5

// TestQuietUntilBreak says that a rate of 0 up to a break leaves the risk at 0 until then:
// the rate of the break is that of what follows.
func TestQuietUntilBreak(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(4, 1)), Init: make([]float64, 4), Noise: noise.Normal{Sigma: 1}}
	r := must(must(New(p, signsgd.SGD{}, late{})).Solve(context.Background(), []float64{.5, 1, 2})).Risk
	if want := .5 / (2 * 1.5) * -math.Expm1(-.75); r[0] != 0 || r[1] != 0 || math.Abs(r[2]/want-1) > 1e-8 {
		t.Errorf("the risks at 0.5, 1 and 2 are %v, want 0, 0 and %v", r, want)
	}
}

// late is 0 before t = 1.
type late struct{}

func (late) Breaks() []float64 { return []float64{1} }

func (late) Rate(t float64, _ schedule.Position) float64 {
	if t < 1 {
		return 0
	}
	return .5
}
