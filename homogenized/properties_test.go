package homogenized_test

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// flow returns the process dΘ = −ηAν dt + η√(gC/d) dB on a diagonal K.
func flow(gain float64, rate schedule.Schedule, scheme homogenized.Scheme) homogenized.SDE {
	l := homogenized.Limit{Name: "flow", Basis: spectra.Plain, Drift: func(float64) (float64, float64) { return 1, 0 }}
	if gain > 0 {
		l.Noise = []homogenized.Term{{Gain: func(float64) (float64, float64) { return gain, 0 }}}
	}
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{1, .5})), Init: []float64{1, 1}}
	return homogenized.SDE{Problem: p, Limit: l, Rate: rate, Scheme: scheme}
}

// ramp is η(t) = 2t.
var ramp = rateFunc(func(t float64, _ schedule.Position) float64 { return 2 * t })

// flowRisk is the risk of a flow without noise at the integral s of its rate.
func flowRisk(s float64) float64 { return .5*math.Exp(-2*s) + .25*math.Exp(-s) }

// TestRatesInTime holds the schemes to exact solutions under a rate that grows with time:
// ExponentialEuler is exact there, and SRA1 is of order 2.
func TestRatesInTime(t *testing.T) {
	t.Parallel()
	at := func(scheme homogenized.Scheme) float64 {
		return run(t, flow(0, ramp, scheme), ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{1}}).Risk[0][0]
	}
	want := flowRisk(1)
	if got := at(homogenized.ExponentialEuler{Step: .25}); math.Abs(got/want-1) > 1e-12 {
		t.Errorf("ExponentialEuler: %v, want %v", got, want)
	}
	coarse, fine := at(homogenized.SRA1{Step: .02})-want, at(homogenized.SRA1{Step: .01})-want
	if ratio := coarse / fine; !(ratio > 3.4 && ratio < 4.6) {
		t.Errorf("SRA1: errors of %v and %v at half the step: the ratio is %v, want about 4", coarse, fine, ratio)
	}
	// The fine path of a pair is a path at half the step.
	pairs, err := flow(0, ramp, homogenized.EulerMaruyama{Step: .1}).Pairs(t.Context(), ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{1}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pairs.Fine.Risk[0][0], at(homogenized.EulerMaruyama{Step: .05}); math.Abs(got/want-1) > 1e-12 {
		t.Errorf("the fine path of a pair ends at %v, a path at half the step at %v", got, want)
	}
}

// TestNoiseInTime says that SRA1 integrates noise alone without error where the rate is
// linear in time, so that the paths of a pair agree, and that a step that ends at a jump
// of the rate has the noise of before it.
func TestNoiseInTime(t *testing.T) {
	t.Parallel()
	alone := flow(1, ramp, homogenized.SRA1{Step: .25})
	alone.Limit.Drift = func(float64) (float64, float64) { return 0, 0 }
	settings := ensemble.Settings{Horizon: 1, Runs: 20, Seed: 1, Times: []float64{1}}
	pairs, err := alone.Pairs(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range pairs.Distance {
		if row[0] > 1e-12 {
			t.Errorf("pair %d: the paths are %v apart", i, row[0])
		}
	}
	jump := alone
	jump.Rate = schedule.StepDecay{Start: 1, Factor: 0, Times: []float64{1}}
	jump.Scheme = homogenized.SRA1{Step: 1}
	constant := jump
	constant.Rate = schedule.Constant(1)
	if got, want := run(t, jump, settings).Risk, run(t, constant, settings).Risk; got[0][0] != want[0][0] {
		t.Errorf("a step up to a jump ends at %v, one under the constant rate of before at %v", got[0][0], want[0][0])
	}
}

// TestDivergenceOfEither says that a pair has diverged when its fine path alone has.
func TestDivergenceOfEither(t *testing.T) {
	t.Parallel()
	// The rate is out of bounds at the middle of a coarse step only.
	const middle = 1.5 / 7
	spike := rateFunc(func(t float64, _ schedule.Position) float64 {
		if math.Abs(t-middle) < 1e-9 {
			return 1e170
		}
		return .1
	})
	pairs, err := flow(0, spike, homogenized.EulerMaruyama{Step: 1. / 7}).Pairs(t.Context(), ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{2. / 7}})
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsInf(pairs.Whole.Risk[0][0], 1) {
		t.Errorf("the coarse path ends at %v, the fine one at %v: the pair has not diverged", pairs.Whole.Risk[0][0], pairs.Fine.Risk[0])
	}
}

// TestStreamsDiffer says that paths, pairs of paths and simulations with one seed draw other
// numbers.
func TestStreamsDiffer(t *testing.T) {
	t.Parallel()
	sde := flow(1, schedule.Constant(1), homogenized.EulerMaruyama{Step: 1})
	single := func(s ensemble.Settings) float64 { return run(t, sde, s).Risk[0][0] }
	coarse := func(s ensemble.Settings) float64 {
		pairs, err := sde.Pairs(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return pairs.Coarse.Risk[0][0]
	}
	settings := ensemble.Settings{Horizon: 1, Runs: 1, Seed: 4, Times: []float64{1}}
	path, pair := single(settings), coarse(settings)
	settings.Stream = "simulation"
	if single(settings) == path || coarse(settings) == pair {
		t.Errorf("paths draw the random numbers of simulations")
	}
	settings.Stream = "sde" // that of single paths, as the next line says
	if single(settings) != path {
		t.Errorf("the stream of single paths has another name")
	}
	if coarse(settings) == pair {
		t.Errorf("pairs draw the random numbers of single paths")
	}
}

// TestPreconditionedRates says that SGD divided by D decays at the rates of K̄.
func TestPreconditionedRates(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal([]float64{4, 1})), Init: []float64{1, 0}}
	sde := homogenized.SDE{Problem: p, Limit: must(homogenized.PreconditionedSGD(p)), Rate: schedule.Constant(.5), Scheme: homogenized.EulerMaruyama{Step: .001}}
	sde.Limit.Noise = nil
	got := run(t, sde, ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{1}}).Risk[0][0]
	if want := 2 * math.Exp(-2); math.Abs(got/want-1) > 2e-3 { // λ of K̄ is 2, of K it is 4
		t.Errorf("the risk is %v, want %v", got, want)
	}
}
