package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes/internal/adjoint"
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// differentiated returns the derivative at 0 of f, by central differences extrapolated
// twice: O(step⁶).
func differentiated(f func(x float64) float64, step float64) float64 {
	d := func(h float64) float64 { return (f(h) - f(-h)) / (2 * h) }
	a, b, c := d(step), d(step/2), d(step/4)
	x, y := b+(b-a)/3, c+(c-b)/3
	return y + (y-x)/15
}

// sloped is a limit with the drift and the gains of another, changed by a direction.
func sloped(l homogenized.Limit, eps float64, dh, dg homogenized.Coefficient) homogenized.Limit {
	add := func(f, g homogenized.Coefficient) homogenized.Coefficient {
		return func(risk float64) (value, slope float64) {
			x, dx := f(risk)
			y, dy := g(risk)
			return x + eps*y, dx + eps*dy
		}
	}
	l.Drift = add(l.Drift, dh)
	l.Noise = []homogenized.Term{{Gain: add(l.Noise[0].Gain, dg), Shape: l.Noise[0].Shape}}
	return l
}

// TestSensitivity checks all derivatives against differences of Solve, under schedules
// that depend on time, jump, have kinks, or read the risk and the descent.
func TestSensitivity(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lambda := must(spectra.LogSpaced(12, 1e-4, 3))
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.3}, noise.Rademacher{Scale: 1}, noise.None{}} {
		p := diagonalProblem(t, law, lambda...)
		for name, limit := range map[string]homogenized.Limit{"SGD": must(homogenized.SGD(p)), "signSGD": must(homogenized.SignSGD(p))} {
			s := system(t, p, limit, schedule.Constant(0.4))
			s.Tolerance = 1e-12
			for _, eta := range []schedule.Schedule{
				schedule.Constant(0.4),
				schedule.Cosine{Start: 0.6, Horizon: 6},
				schedule.StepDecay{Start: 0.8, Factor: 0.3, Times: []float64{1, 2.5}},
				schedule.Interpolated{Times: []float64{0, 0.5, 3, 5}, Rates: []float64{0, 1, 0.2, 0}},
				s.Greedy(),
			} {
				const horizon = 6
				name := fmt.Sprintf("%s, %v, %T", name, law, eta)
				s := s.WithRate(eta)
				v, err := s.Sensitivity(ctx, horizon)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				solved := func(s *System) float64 { return risks(t, s, horizon)[0] }
				if gap := math.Abs(v.Risk/solved(s) - 1); gap > 1e-9 {
					t.Errorf("%s: risk %v off by %.1e", name, v.Risk, gap)
				}
				check := func(what string, got, want, scale float64) {
					if gap := math.Abs(got-want) / scale; !(gap < 1e-7) {
						t.Errorf("%s: %s %.12g, differences %.12g, off by %.1e", name, what, got, want, gap)
					}
				}
				// The direction is smooth, so the changed schedules keep their kinks alone.
				direction := func(t float64) float64 { return math.Cos(t) + 1.5 }
				want := differentiated(func(x float64) float64 {
					return solved(s.WithRate(tilted{eta, x, direction}))
				}, 1e-3)
				got := v.integral(func(p *adjoint.Piece, k int) float64 {
					return p.Density[k] * p.Eta[k] * direction(p.Start+collocation.Lobatto[k]*p.Size)
				})
				check("δR/δη", got, want, math.Abs(want))
				if at, fixed := eta.(schedule.Cosine); fixed {
					check("along", v.Along(func(t float64) float64 { return at.Rate(t, nil) * direction(t) }), want, math.Abs(want))
				}
				for _, i := range []int{0, 6, 11} {
					want := differentiated(func(x float64) float64 {
						r := slices.Clone(s.Modes.Risk)
						r[i] *= 1 + x
						return solved(must(s.WithStart(r)))
					}, 3e-2)
					// Differences of R(T) know it to about 1e-12 of R(T).
					check(fmt.Sprintf("∂R/∂r_%d", i), v.Start[i]*s.Modes.Risk[i], want, max(math.Abs(want), 1e-3*v.Risk))
				}
				dh := homogenized.Coefficient(func(r float64) (float64, float64) { return 1 / (1 + r), -1 / ((1 + r) * (1 + r)) })
				dg := homogenized.Coefficient(func(r float64) (float64, float64) { return 0.1 + r, 1 })
				if got, err = v.Limit(dh, dg); err != nil {
					t.Fatal(err)
				}
				if _, greedy := eta.(schedule.Greedy); greedy {
					continue // its rate was made of the limit of before
				}
				want = differentiated(func(x float64) float64 {
					return solved(must(s.WithLimit(sloped(limit, x, dh, dg))))
				}, 1e-3)
				check("∂R/∂limit", got, want, math.Abs(want))
			}
		}
	}
}

// tilted is a schedule times 1 + x f(t), f the direction.
type tilted struct {
	schedule.Schedule
	x         float64
	direction func(t float64) float64
}

func (s tilted) Rate(t float64, at schedule.Position) float64 {
	return s.Schedule.Rate(t, at) * (1 + s.x*s.direction(t))
}

func (s tilted) Breaks() []float64 { return schedule.Breaks(s.Schedule) }

// TestSensitivityCompressed checks the derivatives by r_i(0), by the level of the noise
// and by the batch where the modes are many, and those of a start at θ*.
func TestSensitivityCompressed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const horizon = 30
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, must(spectra.LogSpaced(400, 1e-4, 3))...)
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Cosine{Start: 0.5, Horizon: horizon})
	s.Tolerance = 1e-12
	solved := func(s *System) float64 { return risks(t, s, horizon)[0] }
	v, err := s.Sensitivity(ctx, horizon)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][2]int{{0, 100}, {100, 300}, {300, 400}} {
		got := 0.0
		for i := part[0]; i < part[1]; i++ {
			got += v.Start[i] * s.Modes.Risk[i]
		}
		want := differentiated(func(x float64) float64 {
			r := slices.Clone(s.Modes.Risk)
			for i := part[0]; i < part[1]; i++ {
				r[i] *= 1 + x
			}
			return solved(must(s.WithStart(r)))
		}, 3e-2)
		if gap := math.Abs(got-want) / max(math.Abs(want), 1e-2*v.Risk); !(gap < 1e-7) {
			t.Errorf("modes %v: %.12g, differences %.12g", part, got, want)
		}
	}
	if got, want := v.Initial(s.Modes.Risk), differentiated(func(x float64) float64 {
		return solved(must(s.WithInitialRisk(s.Modes.InitialRisk() * math.Exp(x))))
	}, 3e-2); math.Abs(got/want-1) > 1e-7 {
		t.Errorf("by log R(0): %.12g, differences %.12g", got, want)
	}
	at := func(sigma float64) homogenized.Limit {
		q := p
		q.Noise = noise.Normal{Sigma: sigma}
		return must(homogenized.SignSGD(q))
	}
	const gap = 2e-4
	got, err := v.Between(at(0.5-gap/2), at(0.5+gap/2), gap)
	if err != nil {
		t.Fatal(err)
	}
	want := differentiated(func(x float64) float64 { return solved(must(s.WithLimit(at(0.5 + x)))) }, 1e-2)
	if math.Abs(got/want-1) > 1e-7 {
		t.Errorf("by σ: %.12g, differences %.12g", got, want)
	}
	batches := must(NewBatches(p, signsgd.SignSGD{}, 16))
	const batch = 5.5
	ofBatch := must(s.WithLimit(must(batches.At(batch))))
	if v, err = ofBatch.Sensitivity(ctx, horizon); err != nil {
		t.Fatal(err)
	}
	if got, err = v.Between(must(batches.At(batch-gap/2)), must(batches.At(batch+gap/2)), gap); err != nil {
		t.Fatal(err)
	}
	want = differentiated(func(x float64) float64 { return solved(must(s.WithLimit(must(batches.At(batch + x))))) }, 0.1)
	if math.Abs(got/want-1) > 1e-7 {
		t.Errorf("by the batch: %.12g, differences %.12g", got, want)
	}

	// From θ* with R small at first.
	p.Init = make([]float64, p.Dim())
	s = system(t, p, must(homogenized.SGD(p)), schedule.Cosine{Start: 0.5, Horizon: horizon})
	if v, err = s.Sensitivity(ctx, horizon); err != nil {
		t.Fatal(err)
	}
	want = differentiated(func(x float64) float64 {
		return solved(s.WithRate(schedule.Cosine{Start: 0.5 * (1 + x), Horizon: horizon}))
	}, 1e-2)
	if got := v.Scale(); math.Abs(got/want-1) > 1e-7 {
		t.Errorf("from θ*, by log η: %.12g, differences %.12g", got, want)
	}
	knots := schedule.Interpolated{Times: []float64{0, 1, 7, horizon}, Rates: []float64{0.1, 1, 0.3, 0.2}}
	if v, err = s.WithRate(knots).Sensitivity(ctx, horizon); err != nil {
		t.Fatal(err)
	}
	slopes := must(v.Knots(knots.Times))
	for k := range slopes {
		want := differentiated(func(x float64) float64 {
			other := schedule.Interpolated{Times: knots.Times, Rates: slices.Clone(knots.Rates)}
			other.Rates[k] += x
			return solved(s.WithRate(other))
		}, 1e-2)
		if math.Abs(slopes[k]/want-1) > 1e-7 {
			t.Errorf("by the rate of knot %d: %.12g, differences %.12g", k, slopes[k], want)
		}
	}
}

// TestSensitivityErrors checks that what has no adjoint here is named, that BestConstant
// serves it all the same, and that a cancelled context ends all of them.
func TestSensitivityErrors(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 0.1, 1)
	centred := system(t, p, must(homogenized.WeakSignSGD(p)), schedule.Constant(0.5))
	if _, err := centred.Sensitivity(ctx, 1); err == nil || !strings.Contains(err.Error(), "Centred") {
		t.Errorf("Centred: %v", err)
	}
	if _, _, err := centred.Optimal(ctx, 1); err == nil || !strings.Contains(err.Error(), "Centred") {
		t.Errorf("Centred: %v", err)
	}
	eta, risk, err := centred.BestConstant(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, factor := range []float64{0.5, 0.99, 1.01, 2} {
		if r := risks(t, centred.WithRate(schedule.Constant(eta*factor)), 10)[0]; r < risk {
			t.Errorf("Centred: risk %v at η = %v, below %v at the best", r, eta*factor, risk)
		}
	}
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
	for _, horizon := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := s.Sensitivity(ctx, horizon); err == nil {
			t.Errorf("horizon %v: no error", horizon)
		}
	}
	v, err := s.Sensitivity(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Limit(nil, nil, nil); err == nil {
		t.Error("two gains for one term: no error")
	}
	if _, err := v.Knots(nil); err == nil {
		t.Error("no knots: no error")
	}
	if !math.IsNaN(v.Rate(-1)) || !math.IsNaN(v.Rate(2)) {
		t.Error("the density outside of the horizon is a number")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Sensitivity(ended, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Sensitivity: %v", err)
	}
	if _, _, err := s.Optimal(ended, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Optimal: %v", err)
	}
	batches := must(NewBatches(p, signsgd.SignSGD{}, 4))
	if _, err := s.OptimalBatches(ended, batches, Budget{Samples: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("OptimalBatches: %v", err)
	}
	for _, budget := range []Budget{{}, {Steps: -1}, {Samples: math.NaN()}} {
		if _, err := s.OptimalBatches(ctx, batches, budget); err == nil {
			t.Errorf("%+v: no error", budget)
		}
	}
}

// ExampleSystem_Sensitivity asks what a higher rate, and more noise, would do to the
// risk at t = 20.
func ExampleSystem_Sensitivity() {
	k := must(spectra.NewDiagonal([]float64{0.1, 1}))
	at := func(sigma float64) homogenized.Limit {
		return must(homogenized.SignSGD(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: []float64{1, 1}}))
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: []float64{1, 1}}
	s := must(New(p, signsgd.SignSGD{}, schedule.Cosine{Start: 0.4, Horizon: 20}))
	v := must(s.Sensitivity(context.Background(), 20))
	fmt.Printf("R = %.4f, ∂R/∂log η = %.4f, ∂R/∂σ = %.4f\n", v.Risk, v.Scale(), must(v.Between(at(0.4999), at(0.5001), 0.0002)))
	fmt.Printf("δR/δη is %.5f at t = 1 and %.5f at t = 19\n", v.Rate(1), v.Rate(19))
	// Output:
	// R = 0.0294, ∂R/∂log η = -0.0026, ∂R/∂σ = 0.0786
	// δR/δη is -0.00200 at t = 1 and -0.04485 at t = 19
}
