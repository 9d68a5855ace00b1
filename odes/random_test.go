package odes_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
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

// newRandomCase draws a problem, an optimizer and a schedule over many decades of every
// parameter.
func newRandomCase(rng *rand.Rand) randomCase {
	// decades returns 10 to a uniform power.
	decades := func(lo, hi float64) float64 { return math.Pow(10, lo+(hi-lo)*rng.Float64()) }
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
	p := signsgd.Problem{Covariance: k, Init: init, Noise: law}
	if rng.IntN(8) == 0 {
		p.Batch = 1 + rng.IntN(20)
	}
	optimizers := []func(signsgd.Problem) (homogenized.Limit, error){
		homogenized.SignSGD, homogenized.SGD, homogenized.PreconditionedSGD, homogenized.AdamHeuristic, homogenized.WeakSignSGD,
	}
	which := rng.IntN(len(optimizers))
	horizon := decades(-2, 5)
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
	rate := schedules[rng.IntN(len(schedules))]
	c := randomCase{horizon: horizon}
	c.text = fmt.Sprintf("limit %d, %s K of dimension %d over %.2g decades, %v, batch %d, start %.3g, %T%+v, horizon %.3g",
		which, kind, d, 1.25*spread, law, p.Batch, scale, rate, rate, horizon)
	l, err := optimizers[which](p)
	if err != nil {
		c.err = err
		return c
	}
	c.system, c.err = odes.NewFromLimit(p, l, rate)
	return c
}

// ask asks a system everything and returns the first answer that is none.
func (c randomCase) ask(ctx context.Context, note func(what string, took time.Duration)) error {
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
		{"LimitRisk", c.system.LimitRisk},
		{"LocalRate", c.system.LocalRate},
		{"LargestRate", c.system.LargestRate},
		{"TimeToReach", func() (float64, error) {
			return c.system.TimeToReach(ctx, c.system.Modes.InitialRisk()/3, c.horizon)
		}},
	}
	for _, q := range questions {
		start := time.Now()
		v, err := q.ask()
		note(q.name, time.Since(start))
		switch {
		case err == nil && math.IsNaN(v):
			return fmt.Errorf("%s is NaN", q.name)
		case err == nil && v < 0 && q.name != "LocalRate":
			return fmt.Errorf("%s is %v", q.name, v)
		case err != nil && strings.Contains(err.Error(), "NaN"):
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return nil
}

// TestRandomSystems says that every system answers every question, or fails by name,
// within 10 s. RISKCURVES_HEAVY asks 2,000 systems.
func TestRandomSystems(t *testing.T) {
	t.Parallel()
	count := 20
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		count = 2000
	}
	for i := range count {
		rng := rand.New(rand.NewPCG(13, uint64(i)))
		c := newRandomCase(rng)
		if c.err != nil {
			continue // named by the constructor
		}
		within(t, 10*time.Second, fmt.Sprintf("system %d, %s,", i, c.text), func() {
			if err := c.ask(context.Background(), func(what string, took time.Duration) {
				if took > time.Second {
					t.Logf("system %d: %s takes %.1f s: %s", i, what, took.Seconds(), c.text)
				}
			}); err != nil {
				t.Errorf("system %d, %s: %v", i, c.text, err)
			}
		})
	}
}
