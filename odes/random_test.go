package odes_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
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

// randomCase is a system from random numbers, and what describes it.
type randomCase struct {
	text    string
	system  *odes.System
	err     error // of the constructor
	horizon float64
}

// decades returns 10 to a uniform power.
func decades(rng *rand.Rand, lo, hi float64) float64 { return math.Pow(10, lo+(hi-lo)*rng.Float64()) }

// newRandomCase draws a problem, an optimizer and a schedule over many decades of every
// parameter. A third of the limits are coupled.
func newRandomCase(rng *rand.Rand) randomCase {
	p, text := randomProblem(rng)
	horizon := decades(rng, -2, 5)
	rate := randomSchedule(rng, horizon)
	c := randomCase{horizon: horizon}
	limit, name, err := randomLimit(rng, p)
	c.text = fmt.Sprintf("%s, %s, %T%+v, horizon %.3g", name, text, rate, rate, horizon)
	if err != nil {
		c.err = err
		return c
	}
	c.system, c.err = odes.NewFromLimit(p, limit, rate)
	return c
}

// randomProblem draws a problem.
func randomProblem(rng *rand.Rand) (p signsgd.Problem, text string) {
	decades := func(lo, hi float64) float64 { return decades(rng, lo, hi) }
	laws := []noise.Law{
		nil, noise.Normal{Sigma: decades(-3, 2)}, noise.Normal{Mu: decades(-2, 1), Sigma: decades(-3, 1)},
		noise.Rademacher{Scale: decades(-3, 1)}, noise.Cauchy{Mu: decades(-2, 1), Scale: decades(-3, 1)},
		noise.Laplace{Scale: decades(-3, 1)}, noise.StudentsT{Sigma: decades(-2, 1), Nu: decades(-.3, 1)},
		noise.Uniform{Min: -decades(-2, 1), Max: decades(-2, 1)},
	}
	law := laws[rng.IntN(len(laws))]
	d := 1 + rng.IntN([]int{3, 20, 150}[rng.IntN(3)])
	lambda := make([]float64, d)
	spread := 6 * rng.Float64()
	for i := range lambda {
		lambda[i] = decades(-spread, spread/4)
	}
	var k spectra.Structured = must(spectra.NewDiagonal(lambda))
	kind := "diagonal"
	switch rng.IntN(4) {
	case 0:
		if d > 1 {
			k, kind = must(spectra.NewRotated(lambda, rng)), "rotated"
		}
	case 1:
		k, kind = must(spectra.NewIsotropic(d, 1)), "isotropic"
	}
	init := make([]float64, d)
	scale := decades(-3, 2)
	if rng.IntN(8) == 0 {
		scale = 0
	}
	for i := range init {
		init[i] = scale * rng.NormFloat64()
	}
	p = signsgd.Problem{Covariance: k, Init: init, Noise: law}
	if rng.IntN(8) == 0 {
		p.Batch = 1 + rng.IntN(20)
	}
	if rng.IntN(3) == 0 {
		p.Target = make([]float64, d)
		for i := range p.Target {
			p.Target[i] = rng.NormFloat64()
			p.Init[i] += p.Target[i]
		}
	}
	return p, fmt.Sprintf("%s K of dimension %d over %.2g decades, %v, batch %d, start %.3g, target %v", kind, d, 1.25*spread, law, p.Batch, scale, p.Target != nil)
}

// randomSchedule draws a schedule whose features lie many decades apart.
func randomSchedule(rng *rand.Rand, horizon float64) schedule.Schedule {
	decades := func(lo, hi float64) float64 { return decades(rng, lo, hi) }
	eta := decades(-3, 3)
	breaks := []float64{horizon * decades(-6, -2), horizon * decades(-2, 0)}
	schedules := []schedule.Schedule{
		schedule.Constant(eta), schedule.Exponential{Start: eta, Decay: decades(-3, 3)},
		schedule.Cosine{Start: eta, End: eta * decades(-6, 0), Horizon: horizon * decades(-1, 1)},
		schedule.Power{Start: eta, Scale: horizon * decades(-8, 0), Exponent: 2 * rng.Float64()},
		schedule.StepDecay{Start: eta, Factor: decades(-3, 0), Times: breaks},
		schedule.WarmupStableDecay{Peak: eta, End: eta * decades(-9, 0), Warmup: breaks[0], Stable: breaks[1], Decay: horizon * decades(-3, 0)},
		schedule.Interpolated{Times: breaks, Rates: []float64{eta, eta * decades(-3, 3)}},
		rateFunc(func(_ float64, at schedule.Position) float64 { return eta * math.Sqrt(at.Risk()) }),
		rateFunc(func(_ float64, at schedule.Position) float64 { return eta / (1 + at.Risk()) }),
	}
	return schedules[rng.IntN(len(schedules))]
}

// randomLimit draws a limit of the problem.
func randomLimit(rng *rand.Rand, p signsgd.Problem) (l homogenized.Limit, name string, err error) {
	decades := func(lo, hi float64) float64 { return decades(rng, lo, hi) }
	optimizers := []func(signsgd.Problem) (homogenized.Limit, error){
		homogenized.SignSGD, homogenized.SGD, homogenized.PreconditionedSGD, homogenized.AdamHeuristic, homogenized.WeakSignSGD,
	}
	if rng.IntN(3) > 0 {
		which := rng.IntN(len(optimizers))
		l, err = optimizers[which](p)
		return l, l.Name, err
	}
	biases := []homogenized.Bias{homogenized.Corrected, homogenized.Warm}
	bias := biases[rng.IntN(2)]
	switch rng.IntN(4) {
	case 0:
		l, err = homogenized.SlowAdam(p, decades(-2, 3), bias)
	case 1:
		l, err = homogenized.LongAdam(p, decades(-2, 3), decades(-2, 3), bias)
	default:
		if l, err = optimizers[rng.IntN(4)](p); err == nil && rng.IntN(2) == 0 {
			l, err = homogenized.MomentumOf(l, homogenized.LongMomentum{
				Delta: homogenized.Fixed(decades(-2, 3)), Gamma1: homogenized.Fixed(1),
				Gamma2: homogenized.TimesRate(float64(rng.IntN(2))), Gamma3: homogenized.TimesRate(decades(-2, 2)),
			})
		}
	}
	if err == nil && rng.IntN(2) == 0 {
		l, err = homogenized.DecayOf(l, homogenized.TimesRate(decades(-4, 1)))
	}
	if err == nil && (l.Coupling == nil || rng.IntN(2) == 0) {
		l, err = homogenized.AverageOf(l, homogenized.Averaging{Start: float64(rng.IntN(2)) * decades(-2, 2)})
	}
	return l, l.Name, err
}

// outcomes counts the answers and the names of failures of each question.
type outcomes map[string]int

// numbers matches what differs between two failures of one name.
var numbers = regexp.MustCompile(`[-+]?([0-9][0-9.]*(e[-+]?[0-9]+)?|Inf)`)

// nameOf returns the name of a failure: its text without its numbers, up to the problem
// that it tells of.
func nameOf(err error) string {
	var diverged *odes.DivergedError
	switch {
	case errors.As(err, &diverged):
		return "DivergedError"
	case errors.Is(err, odes.ErrNoStationary):
		return "ErrNoStationary"
	}
	return numbers.ReplaceAllString(err.Error(), "#")
}

// named reports whether an error begins with the name of the package that it comes from.
func named(err error) bool {
	room, _, found := strings.Cut(err.Error(), ": ")
	return found && slices.Contains([]string{"odes", "homogenized", "schedule", "signsgd", "spectra", "noise"}, room)
}

// ask asks a system everything, each question for at most a limit of time, and returns the
// answers that are none.
func (c randomCase) ask(limit time.Duration, note func(what string, took time.Duration, err error)) (failed []error) {
	ctx := context.Background()
	questions := []struct {
		name string
		ask  func() (float64, error)
	}{
		{"Solve", func() (float64, error) {
			curve, err := c.system.Solve(ctx, []float64{0, c.horizon / 2, c.horizon})
			if err != nil {
				return 0, err
			}
			return curve.Risk[2], nil
		}},
		{"BestConstant", func() (float64, error) { _, risk, err := c.system.BestConstant(ctx, c.horizon); return risk, err }},
		{"LimitRisk", func() (float64, error) { return c.system.LimitRisk(ctx) }},
		{"LocalRate", func() (float64, error) { return c.system.LocalRate(ctx) }},
		{"LargestRate", func() (float64, error) { return c.system.LargestRate(ctx) }},
		{"TimeToReach", func() (float64, error) {
			return c.system.TimeToReach(ctx, c.system.Modes.InitialRisk()/3, c.horizon)
		}},
	}
	for _, q := range questions {
		start := time.Now()
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.Background(), limit)
		v, err := q.ask()
		cancel()
		note(q.name, time.Since(start), err)
		switch {
		case err == nil && math.IsNaN(v):
			err = fmt.Errorf("%s is NaN", q.name)
		case err == nil && v < 0 && q.name != "LocalRate":
			err = fmt.Errorf("%s is %v", q.name, v)
		case err != nil && (strings.Contains(err.Error(), "NaN") || !named(err)):
			err = fmt.Errorf("%s fails without a name: %w", q.name, err)
		default:
			continue
		}
		failed = append(failed, err)
	}
	return failed
}

// TestRandomSystems says that every system answers every question, or fails by name,
// within 10 s on a core of its own. The test allows six times as much, since others may use
// the core too. RISKCURVES_HEAVY asks 2,000 systems and logs how they answer.
func TestRandomSystems(t *testing.T) {
	t.Parallel()
	count := 20
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		count = 2000
	}
	const limit = 60 * time.Second
	counts, slowest := outcomes{}, map[string]time.Duration{}
	for i := range count {
		c := newRandomCase(rand.New(rand.NewPCG(13, uint64(i))))
		if c.err != nil {
			if !named(c.err) {
				t.Errorf("system %d, %s: %v", i, c.text, c.err)
			}
			counts["New: "+nameOf(c.err)]++
			continue
		}
		within(t, 6*limit, fmt.Sprintf("system %d, %s,", i, c.text), func() {
			for _, err := range c.ask(limit, func(what string, took time.Duration, err error) {
				if took > limit/20 {
					t.Logf("system %d: %s takes %.1f s: %s", i, what, took.Seconds(), c.text)
				}
				slowest[what] = max(slowest[what], took)
				if err == nil {
					counts[what]++
					return
				}
				name := what + ": " + nameOf(err)
				if counts[name]++; counts[name] == 1 {
					t.Logf("system %d, %s: %s: %v", i, c.text, what, err)
				}
			}) {
				t.Errorf("system %d, %s: %v", i, c.text, err)
			}
		})
	}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%5d %s", counts[what], what)
	}
	t.Logf("slowest: %v", slowest)
}
