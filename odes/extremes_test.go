package odes

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/floats"
)

// TestExtremes checks risks, noises and horizons of any size against scaling: the
// curve of signSGD at (αη, α²R, αε) is α² that at (η, R, ε).
func TestExtremes(t *testing.T) {
	t.Parallel()
	base := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 0.1, 1, 4)
	want := risks(t, system(t, base, must(homogenized.SignSGD(base)), schedule.Constant(0.3)), 0, 1e-3, 1, 1e3, 1e6)
	for _, alpha := range []float64{1e-7, 1e-3, 1e3, 1e7} {
		p := base
		p.Noise = noise.Normal{Sigma: 0.5 * alpha}
		p.Init = []float64{alpha, alpha, alpha}
		got := risks(t, system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.3*alpha)), 0, 1e-3, 1, 1e3, 1e6)
		floats.Scale(1/(alpha*alpha), got)
		if e := worst(got, want); e > 1e-9 {
			t.Errorf("α = %v: %v, want %v", alpha, got, want)
		}
	}
	// Noise bounded away from zero: h falls to e^{−25000} on the way, and the risk
	// grows by the noise of the steps alone until h is back.
	p := diagonalProblem(t, noise.Rademacher{Scale: 1}, 1, 1)
	p.Init = []float64{1e-3, 1e-3}
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(1e-3))
	r := risks(t, s, 0, 100, 1e9)
	if want := 1e-6 + 100*1e-6/2; math.Abs(r[1]/want-1) > 1e-9 {
		t.Errorf("without drift: risk %v, want %v", r[1], want)
	}
	limit, err := s.LimitRisk(t.Context())
	if err != nil || math.Abs(r[2]/limit-1) > 1e-8 {
		t.Errorf("in the end: risk %v, limit %v, %v", r[2], limit, err)
	}
	// An equilibrium is held.
	for i, w := range s.Modes.Weights[0] {
		s.Modes.Risk[i] = limit * w / floats.Sum(s.Modes.Weights[0])
	}
	if r := risks(t, s, 1e3, 1e12); math.Abs(r[1]/limit-1) > 1e-10 {
		t.Errorf("equilibrium drifts from %v to %v", limit, r[1])
	}
}

// TestBreaks checks that jumps of the schedule are honoured exactly: in pieces of
// constant rate the curve is that of the pieces one by one.
func TestBreaks(t *testing.T) {
	t.Parallel()
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 0.1, 1, 4)
	steps := jumps{at: []float64{1, math.Pi, 7}, rates: []float64{0.5, 0.1, 0, 0.3}}
	s := system(t, p, must(homogenized.SignSGD(p)), steps)
	got := risks(t, s, 1, 2, math.Pi, 5, 7, 9)
	s1 := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
	if r := risks(t, s1, 1)[0]; math.Abs(got[0]/r-1) > 1e-11 {
		t.Errorf("first piece ends at %v, want %v", got[0], r)
	}
	if math.Abs(got[3]/got[2]-1) > 1e-14 || math.Abs(got[4]/got[2]-1) > 1e-14 {
		t.Errorf("without a rate the risk moves: %v", got)
	}
	// A schedule that hides its jumps is resolved to less than the tolerance asked.
	smooth := system(t, p, must(homogenized.SignSGD(p)), schedule.Func(func(t float64) float64 { return steps.Rate(t, nil) }))
	smooth.Tolerance = 1e-8
	if r := risks(t, smooth, 9)[0]; math.Abs(got[5]/r-1) > 1e-5 {
		t.Errorf("ends at %v, by a blind search for the jumps %v", got[5], r)
	}
}

// jumps is a schedule that is constant between jumps.
type jumps struct{ at, rates []float64 }

func (j jumps) Rate(t float64, _ schedule.Position) float64 {
	i := 0
	for i < len(j.at) && t >= j.at[i] {
		i++
	}
	return j.rates[i]
}

func (j jumps) Breaks() []float64 { return j.at }

// TestDiverged checks that the error of a divergent SGD tells when.
func TestDiverged(t *testing.T) {
	t.Parallel()
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 1, 1)
	s := system(t, p, must(homogenized.SGD(p)), schedule.Constant(3))
	_, err := s.Solve(context.Background(), []float64{1, 1e4})
	var d *DivergedError
	// R grows as e^{(η²−2η)t} = e^{3t}.
	if !errors.As(err, &d) || math.Abs(math.Log(d.Risk)-3*d.Time) > 3 {
		t.Errorf("error %v", err)
	}
}

// TestWarmUpFromZero starts at the solution with a rate that starts at 0: the risk grows
// with the noise, as it does from a risk that is all but 0.
func TestWarmUpFromZero(t *testing.T) {
	t.Parallel()
	eta := schedule.WarmupStableDecay{Peak: 1, End: 1, Warmup: 5, Stable: 5}
	late := schedule.Func(func(t float64) float64 { return max(0, t-3) })
	for name, eta := range map[string]schedule.Schedule{"warm-up": eta, "late": late} {
		zero, small := isotropic(t, 3, noise.Normal{Sigma: 1}, 0), isotropic(t, 3, noise.Normal{Sigma: 1}, 1e-30)
		got := risks(t, system(t, zero, must(homogenized.SignSGD(zero)), eta), 3.5, 4, 6)
		want := risks(t, system(t, small, must(homogenized.SignSGD(small)), eta), 3.5, 4, 6)
		if e := worst(got, want); e > 1e-6 {
			t.Errorf("%s: %v from 0, %v from 1e-30", name, got, want)
		}
	}
}

// TestHostile checks that what cannot be solved is an error and not a loop.
func TestHostile(t *testing.T) {
	t.Parallel()
	p := diagonalProblem(t, noise.Normal{Sigma: 1}, 1, 2)
	explode := must(homogenized.SGD(p))
	explode.Noise = []homogenized.Term{{Gain: func(r float64) (float64, float64) { return 10 * r * r, 20 * r }, Shape: spectra.Shape{Scaled: true}}}
	var d *DivergedError
	if _, err := system(t, p, explode, schedule.Constant(1)).Solve(context.Background(), []float64{10}); !errors.As(err, &d) {
		t.Errorf("blow-up in finite time: %v", err)
	}
	for name, drift := range map[string]homogenized.Coefficient{
		"NaN slope":      func(float64) (float64, float64) { return 0.5, math.NaN() },
		"infinite slope": func(float64) (float64, float64) { return 0.5, math.Inf(-1) },
	} {
		l := must(homogenized.SGD(p))
		l.Drift = drift
		if _, err := system(t, p, l, schedule.Constant(1)).Solve(context.Background(), []float64{1}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	tiny := isotropic(t, 2, nil, 1e-210)
	if r := risks(t, system(t, tiny, must(homogenized.SignSGD(tiny)), schedule.Constant(1)), 1)[0]; !(r > 0 && r < 1) {
		t.Errorf("from 1e-210: %v", r)
	}
}

// TestCoupledRiskVanishes says that a coupled curve whose risk falls below every number has
// an end: what is below 1e-200 counts as zero.
func TestCoupledRiskVanishes(t *testing.T) {
	t.Parallel()
	p := diagonalProblem(t, nil, 1, 2)
	p.Init = []float64{1, 1}
	l := must(homogenized.AverageOf(must(homogenized.DecayOf(must(homogenized.SGD(p)), homogenized.Fixed(0.2))), homogenized.Averaging{}))
	s := must(NewFromLimit(p, l, schedule.Constant(1)))
	if r := risks(t, s, 0, 1e3, 1e5); r[1] > 1e-190 || r[2] > 1e-190 {
		t.Errorf("risks %v, want 0", r)
	}
}
