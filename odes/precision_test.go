package odes

import (
	"context"
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// conditioned returns signODE with modes log-spaced from 1/κ to 1, on a diagonal K.
func conditioned(t testing.TB, kappa float64) *System {
	t.Helper()
	lambda, err := spectra.LogSpaced(90, 1/(kappa*kappa), 1) // of K; K̄ has the roots
	if err != nil {
		t.Fatal(err)
	}
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, lambda...)
	floats.Scale(0.2, p.Init)
	return system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
}

// midpoint solves the system by the midpoint rule in n steps, each exact for
// constant coefficients, whose ends grow geometrically from first to horizon.
func midpoint(t testing.TB, s *System, horizon, first float64, n int) float64 {
	t.Helper()
	modes := append([]float64{}, s.Modes.Risk...)
	half := make([]float64, len(modes))
	c := march.NewCoefficients(len(s.Limit.Noise))
	advance := func(dst []float64, dt float64) (risk float64) {
		for i, l := range s.Modes.Lambda {
			x := 2 * c.Decay * l * dt
			dst[i] = modes[i]*math.Exp(-x) + c.Input[0]*s.Modes.Weights[0][i]*dt*relax(x)
			risk += dst[i]
		}
		return risk
	}
	now, risk, eq := 0.0, floats.Sum(modes), s.equation()
	for k := range n {
		next := first * (math.Pow(1+horizon/first, float64(k+1)/float64(n)) - 1)
		for _, stage := range []float64{0.5, 1} {
			if err := eq.Evaluate(&c, now, &march.Position{R: risk}); err != nil {
				t.Fatal(err)
			}
			dst := half
			if stage == 1 {
				dst = modes
			}
			risk = advance(dst, stage*(next-now))
		}
		now = next
	}
	return risk
}

// TestConditionNumbers solves with condition numbers up to 1e14 and compares with an
// independent method of second order, extrapolated. The steps over a fixed horizon
// stay within a factor of 2 of each other; those over 10/λ_min grow with the decades
// of time that the curve has.
func TestConditionNumbers(t *testing.T) {
	t.Parallel()
	least, most := math.MaxInt, 0
	for _, kappa := range []float64{1e2, 1e6, 1e10, 1e14} {
		s := conditioned(t, kappa)
		for _, horizon := range []float64{10, 10 * kappa} {
			curve, err := s.Solve(context.Background(), []float64{horizon})
			if err != nil {
				t.Fatal(err)
			}
			const n = 4000
			a, b, c := midpoint(t, s, horizon, 1e-3, n), midpoint(t, s, horizon, 1e-3, 2*n), midpoint(t, s, horizon, 1e-3, 4*n)
			d, e := b+(b-a)/3, c+(c-b)/3
			want := e + (e-d)/15
			gap := math.Abs(curve.Risk[0]/want - 1)
			t.Logf("κ = %.0e, horizon %.0e: %+v, R = %.12g, off by %.1e", kappa, horizon, curve.Stats, curve.Risk[0], gap)
			if gap > 1e-8 {
				t.Errorf("κ = %.0e, horizon %.0e: %v, want %v", kappa, horizon, curve.Risk[0], want)
			}
			if horizon == 10 {
				least, most = min(least, curve.Stats.Steps), max(most, curve.Stats.Steps)
			}
		}
	}
	if most > 2*least {
		t.Errorf("from %d to %d steps over the same horizon", least, most)
	}
}

// TestWorkPrecision checks that the error follows the tolerance over six decades, and
// logs what it costs.
func TestWorkPrecision(t *testing.T) {
	t.Parallel()
	times := outputs(201)
	for name, s := range map[string]*System{"peer": peerSystem(t, 200), "stiff": stiffSystem(t, 200)} {
		s.Tolerance = 1e-13
		want := risks(t, s, times...)
		t.Logf("%s: tolerance  error    steps  passes", name)
		for _, tol := range []float64{1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10} {
			s.Tolerance = tol
			curve, err := s.Solve(context.Background(), times)
			if err != nil {
				t.Fatal(err)
			}
			e := worst(curve.Risk, want)
			t.Logf("%s: %.0e      %.1e  %5d  %5d", name, tol, e, curve.Stats.Steps, curve.Stats.Passes)
			if e > tol || e < tol*1e-4 {
				t.Errorf("%s: error %.1e at tolerance %.0e", name, e, tol)
			}
		}
	}
}

// TestCompressed checks that the compression inside Solve is not seen: at d = 2000
// the curve is that of the full modes to the tolerance.
func TestCompressed(t *testing.T) {
	t.Parallel()
	lambda, err := spectra.PowerLaw(2000, 1.3)
	if err != nil {
		t.Fatal(err)
	}
	p := diagonalProblem(t, noise.Normal{Sigma: 0.1}, lambda...)
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
	times := floats.LogSpan(make([]float64, 30), 1e-3, 1e5)
	got := risks(t, s, times...)
	full := *s
	full.Tolerance = DefaultTolerance / 10
	next, worst := 0, 0.0
	err = full.march(t.Context(), 1e5*1.0001, new(Stats), func(p piece) bool {
		for ; next < len(times) && times[next] <= p.Stop; next++ {
			worst = max(worst, math.Abs(p.At(times[next])/got[next]-1))
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if next != len(times) || worst > DefaultTolerance {
		t.Errorf("full modes differ by %.1e at %d times", worst, next)
	}
}

// TestMillion solves a problem of a million dimensions, which takes well below a
// second once K is there.
func TestMillion(t *testing.T) {
	lambda, err := spectra.LogSpaced(1e6, 1e-6, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, lambda...)
	start := time.Now()
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
	curve, err := s.Solve(context.Background(), outputs(201))
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("%v, %+v", took, curve.Stats)
	if took > 20*time.Second { // no figure, a guard against the uncompressed way
		t.Errorf("a million dimensions took %v", took)
	}
}

// TestWeakApproximation compares the extra term of Appendix G with the midpoint rule,
// and checks that it vanishes as 1/d.
func TestWeakApproximation(t *testing.T) {
	t.Parallel()
	gap := func(copies int) float64 {
		var variances []float64
		for range copies {
			variances = append(variances, 0.1, 1, 4, 30)
		}
		p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, variances...)
		floats.Scale(1/math.Sqrt(float64(copies)), p.Init)
		weak := system(t, p, must(homogenized.WeakSignSGD(p)), schedule.Constant(0.5))
		strong := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
		a, b := risks(t, weak, 3)[0], risks(t, strong, 3)[0]
		// The midpoint rule with the term in the rates of the modes.
		solve := func(n int) float64 {
			modes := append([]float64{}, weak.Modes.Risk...)
			risk, dt := weak.Modes.InitialRisk(), 3/float64(n)
			half := make([]float64, len(modes))
			c, eq := march.NewCoefficients(1), weak.equation()
			for range n {
				for _, stage := range []float64{0.5, 1} {
					if err := eq.Evaluate(&c, 0, &march.Position{R: risk}); err != nil {
						t.Fatal(err)
					}
					dst := half
					if stage == 1 {
						dst = modes
					}
					risk = 0
					for i, l := range weak.Modes.Lambda {
						x := (2*c.Decay*l + c.Decay*c.Decay*l*l/float64(weak.Modes.Dim)) * stage * dt
						dst[i] = modes[i]*math.Exp(-x) + c.Input[0]*weak.Modes.Weights[0][i]*stage*dt*relax(x)
						risk += dst[i]
					}
				}
			}
			return risk
		}
		coarse, fine, finest := solve(500), solve(1000), solve(2000)
		p1, p2 := fine+(fine-coarse)/3, finest+(finest-fine)/3
		if want := p2 + (p2-p1)/7; math.Abs(a/want-1) > 1e-8 {
			t.Errorf("d = %d: weak approximation %v, midpoint rule %v", len(variances), a, want)
		}
		limit, err := weak.LimitRisk(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if end := risks(t, weak, 1e5)[0]; math.Abs(end/limit-1) > 1e-9 {
			t.Errorf("d = %d: %v in the end, limit %v", len(variances), end, limit)
		}
		return math.Abs(a/b - 1)
	}
	small, large := gap(1), gap(10)
	t.Logf("relative difference %.2g at d = 4, %.2g at d = 40", small, large)
	if ratio := small / large; ratio < 7 || ratio > 14 {
		t.Errorf("the difference falls by %v from d = 4 to 40, want about 10", ratio)
	}
}

// TestCurveAt checks the curve between its times.
func TestCurveAt(t *testing.T) {
	t.Parallel()
	s := peerSystem(t, 50)
	curve, err := s.Solve(context.Background(), []float64{10})
	if err != nil {
		t.Fatal(err)
	}
	times := []float64{0, 0.1, 1, 3.3, 9.99, 10}
	for i, want := range risks(t, s, times...) {
		if got := curve.At(times[i]); math.Abs(got/want-1) > 1e-9 {
			t.Errorf("R(%v) is %v, want %v", times[i], got, want)
		}
	}
	if !math.IsNaN(curve.At(11)) || !math.IsNaN(curve.At(-1)) {
		t.Error("a risk outside the curve")
	}
}
