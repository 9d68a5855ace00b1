package odes

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes/internal/control"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// heavyOptimal asks for the checks that take minutes.
var heavyOptimal = os.Getenv("RISKCURVES_HEAVY") != ""

// powerSpectrum returns j^{−b} for j = 1, …, d.
func powerSpectrum(d int, b float64) []float64 {
	x := make([]float64, d)
	for j := range x {
		x[j] = math.Pow(float64(j+1), -b)
	}
	return x
}

// checkOptimal finds the optimal schedule and the best constant, and checks that the
// optimum beats this, the greedy schedule and others, to 1e-6 of the risk, and itself after
// bumps of any place and width, to the 1e-5 that Optimal promises. It returns the two
// risks.
func checkOptimal(t *testing.T, s *System, horizon float64) (optimal, constant float64) {
	t.Helper()
	ctx := context.Background()
	best, optimal, err := s.Optimal(ctx, horizon)
	if err != nil {
		t.Errorf("T = %v: %v", horizon, err)
		return 0, 0
	}
	eta, constant, err := s.BestConstant(ctx, horizon)
	if err != nil {
		t.Errorf("T = %v: %v", horizon, err)
		return 0, 0
	}
	slack, factors, bumps := 1e-6, []float64{0.9, 1, 1.1}, 4
	if heavyOptimal {
		factors, bumps = []float64{0.3, 0.7, 0.9, 1, 1.1, 1.3, 3}, 20
	}
	beaten := func(by string, eta schedule.Schedule) {
		curve, err := s.WithRate(eta).Solve(ctx, []float64{horizon})
		if err == nil && curve.Risk[0] < optimal*(1-slack) {
			t.Errorf("T = %v: the risk is %v under %s, %v under the optimal schedule", horizon, curve.Risk[0], by, optimal)
		}
	}
	if got := risks(t, s.WithRate(best), horizon)[0]; math.Abs(got/optimal-1) > 1e-9 {
		t.Errorf("T = %v: the risk returned is %v, that of the schedule %v", horizon, optimal, got)
	}
	for _, x := range factors {
		beaten("a constant rate", schedule.Constant(eta*x))
		beaten("a cosine", schedule.Cosine{Start: 2 * eta * x, Horizon: horizon})
		beaten("a power", schedule.Power{Start: 3 * eta * x, Scale: horizon / 100, Exponent: 0.5})
		beaten("a linear decay", schedule.Interpolated{Times: []float64{0, horizon}, Rates: []float64{2 * eta * x, 0}})
	}
	beaten("the greedy schedule", s.Greedy())
	rng := rand.New(rand.NewPCG(1, 2))
	slack = 1e-5
	for range bumps {
		n := len(best.Rates)
		from, width := rng.IntN(n), 1+rng.IntN(n/3+1)
		for _, factor := range []float64{0.9, 1.02} {
			bumped := schedule.Interpolated{Times: best.Times, Rates: slices.Clone(best.Rates)}
			for m := from; m < min(from+width, n); m++ {
				bumped.Rates[m] *= factor
			}
			beaten("a bump of it", bumped)
		}
	}
	return optimal, constant
}

// TestOptimalIsBest holds Optimal to its word where it failed or lost before: rates
// that would fall below 0, problems without noise, rates near the edge of divergence.
func TestOptimalIsBest(t *testing.T) {
	t.Parallel()
	one := schedule.Constant(1)
	t.Run("clipped", func(t *testing.T) {
		t.Parallel()
		p := diagonalProblem(t, noise.Rademacher{Scale: 1}, 1, 0.1)
		p.Init = []float64{3, 3}
		checkOptimal(t, system(t, p, must(homogenized.SignSGD(p)), one), 1e4)
	})
	t.Run("noiseless SGD", func(t *testing.T) {
		t.Parallel()
		p := diagonalProblem(t, nil, powerSpectrum(30, 1)...)
		p.Init = ones(30)
		checkOptimal(t, system(t, p, must(homogenized.SGD(p)), one), 100)
	})
	t.Run("isotropic noiseless signSGD", func(t *testing.T) {
		t.Parallel()
		p := isotropic(t, 10, nil, 1)
		s := system(t, p, must(homogenized.SignSGD(p)), one)
		optimal, _ := checkOptimal(t, s, 100)
		// There the greedy schedule is optimal, R = e^{−(2/π)² t}.
		if want := math.Exp(-4 / (math.Pi * math.Pi) * 100); math.Abs(optimal/want-1) > 1e-5 {
			t.Errorf("risk %v, want %v", optimal, want)
		}
	})
	t.Run("power law", func(t *testing.T) {
		t.Parallel()
		p := diagonalProblem(t, noise.Normal{Sigma: 0.1}, powerSpectrum(60, 2)...)
		p.Init = ones(60)
		for i := range p.Init {
			p.Init[i] = 3
		}
		optimal, _ := checkOptimal(t, system(t, p, must(homogenized.SGD(p)), one), 1000)
		if optimal > 1.4718e-5 { // a schedule known to be better than those of before
			t.Errorf("risk %v", optimal)
		}
	})
}

// TestOptimalHorizons goes through horizons from 1e-3 to 1e5, or 1e6 if heavy, for SGD and signSGD, and
// starts at θ*.
func TestOptimalHorizons(t *testing.T) {
	t.Parallel()
	laws, horizons := []noise.Law{noise.Rademacher{Scale: 0.5}}, []float64{1e-3, 10, 1e5}
	if heavyOptimal {
		laws = append(laws, noise.Normal{Sigma: 0.2}, noise.Laplace{Scale: 0.1}, noise.StudentsT{Sigma: 0.1, Nu: 3})
		horizons = []float64{1e-3, 0.1, 1, 10, 1e3, 1e5, 1e6}
	}
	for _, law := range laws {
		p := diagonalProblem(t, law, 0.001, 0.1, 1)
		for name, limit := range map[string]homogenized.Limit{"SGD": must(homogenized.SGD(p)), "signSGD": must(homogenized.SignSGD(p))} {
			t.Run(fmt.Sprint(name, law), func(t *testing.T) {
				t.Parallel()
				s := system(t, p, limit, schedule.Constant(1))
				previous := s.Modes.InitialRisk()
				for _, horizon := range horizons {
					optimal, _ := checkOptimal(t, s, horizon)
					if optimal > previous {
						t.Errorf("a horizon of %v ends at %v, a shorter one at %v", horizon, optimal, previous)
					}
					previous = optimal
				}
				rest := must(s.WithStart(make([]float64, 3)))
				if eta, risk, err := rest.Optimal(context.Background(), 10); err != nil || risk != 0 || eta.Rate(1, nil) != 0 {
					t.Errorf("from θ*: %v, %v, %v", eta, risk, err)
				}
			})
		}
	}
}

// TestControlGradient checks the gradient of the discretization against its differences.
func TestControlGradient(t *testing.T) {
	t.Parallel()
	p := diagonalProblem(t, noise.Laplace{Scale: 0.3}, powerSpectrum(8, 1.5)...)
	for name, limit := range map[string]homogenized.Limit{"SGD": must(homogenized.SGD(p)), "signSGD": must(homogenized.SignSGD(p))} {
		s := system(t, p, limit, schedule.Constant(1))
		times := []float64{0, 0.01, 0.1, 1, 3, 8, 10}
		c := control.New(s.Modes, times, s.fixed)
		x := []float64{-0.5, -0.3, -1, -1.2, -0.1, -2, -3}
		slope, scratch := make([]float64, len(x)), make([]float64, len(x))
		if _, err := c.LogRisk(x, slope); err != nil {
			t.Fatal(err)
		}
		for k := range x {
			want := differentiated(func(dx float64) float64 {
				y := slices.Clone(x)
				y[k] += dx
				return must(c.LogRisk(y, scratch))
			}, 1e-2)
			if math.Abs(slope[k]-want) > 1e-8*max(1, math.Abs(want)) {
				t.Errorf("%s: slope %d is %v, differences %v", name, k, slope[k], want)
			}
		}
	}
}

// TestBestConstantWithoutNoise checks that a system without noise is an error only where
// there is no best rate.
func TestBestConstantWithoutNoise(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := diagonalProblem(t, nil, 0.1, 1)
	limit := must(homogenized.SGD(p))
	limit.Noise = nil
	modes := system(t, p, must(homogenized.SGD(p)), schedule.Constant(1)).Modes
	silent := modes
	silent.Weights, silent.Noise = nil, nil
	s := must(NewFromModes(silent, literal(limit), schedule.Constant(1)))
	if eta, risk, err := s.BestConstant(ctx, 5); err == nil {
		t.Errorf("no noise at all: η = %v, risk %v", eta, risk)
	}
	// Noise that sets in below the risk of the start.
	limit = must(homogenized.SGD(p))
	limit.Noise[0].Gain = func(risk float64) (float64, float64) {
		if risk > 0.5 {
			return 0, 0
		}
		return (0.5 - risk) * (0.5 - risk), -2 * (0.5 - risk)
	}
	s = must(NewFromModes(modes, literal(limit), schedule.Constant(1)))
	eta, risk, err := s.BestConstant(ctx, 30)
	if err != nil {
		t.Fatal(err)
	}
	for x := -6.0; x < 8; x += 0.05 {
		if curve, err := s.WithRate(schedule.Constant(eta*math.Exp(x))).Solve(ctx, []float64{30}); err == nil && curve.Risk[0] < risk*(1-1e-9) {
			t.Errorf("risk %v at η = %v, best %v at %v", curve.Risk[0], eta*math.Exp(x), risk, eta)
		}
	}
}

// literal returns a literal with the fields of the limit, with the same shapes.
func literal(l homogenized.Limit) homogenized.Limit {
	return homogenized.Limit{Basis: l.Basis, Drift: l.Drift, Noise: l.Noise}
}

// TestOptimalExponents checks the local exponents of N in the optimal schedule on
// eigenvalues j^{−b} with λ_jθ*_j² = j^{−(1+sb)}, from N = 10⁵ to 10⁶: the rate after its
// first burst falls as N^{−(1+sb−b)/(1+sb)}, the risk as N^{−sb/(1+sb)}. SignSGD on diagonal
// data is the same problem with b/2 and 2s. The corrections fall from one
// decade to the next. Package main of examples/transfer knows their size.
func TestOptimalExponents(t *testing.T) {
	t.Parallel()
	if !heavyOptimal {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	ctx := context.Background()
	const d = 2000
	for _, c := range []struct {
		sign bool
		b, s float64
		rate float64
	}{{false, 1.5, 2, -0.625}, {false, 2, 1.5, -0.5}, {true, 2, 1.5, -0.75}} {
		p := diagonalProblem(t, noise.Normal{Sigma: 1}, powerSpectrum(d, c.b)...)
		for j := range p.Init {
			p.Init[j] = math.Pow(float64(j+1), -(1+c.s*c.b-c.b)/2)
		}
		limit := must(homogenized.SGD(p))
		if c.sign {
			limit = must(homogenized.SignSGD(p))
		}
		s := system(t, p, limit, schedule.Constant(1))
		s.Tolerance = 1e-8
		var rates, ends []float64
		for _, n := range []float64{1e4, 1e5, 1e6} {
			best, risk, err := s.Optimal(ctx, n/d)
			if err != nil {
				t.Fatal(err)
			}
			rates, ends = append(rates, best.Rate(n/d/10, nil)), append(ends, risk)
		}
		wantRisk := -c.s * c.b / (1 + c.s*c.b)
		before, rate := math.Log10(rates[1]/rates[0]), math.Log10(rates[2]/rates[1])
		early, risk := math.Log10(ends[1]/ends[0]), math.Log10(ends[2]/ends[1])
		t.Logf("sign %t, b = %v, s = %v: rate %.4f, %.4f (%v), risk %.4f, %.4f (%v)", c.sign, c.b, c.s, before, rate, c.rate, early, risk, wantRisk)
		if math.Abs(rate-c.rate) > math.Abs(before-c.rate) {
			t.Errorf("rate: local exponents %v and %v, limit %v", before, rate, c.rate)
		}
		if math.Abs(risk-wantRisk) > math.Abs(early-wantRisk) {
			t.Errorf("risk: local exponents %v and %v, limit %v", early, risk, wantRisk)
		}
	}
}
