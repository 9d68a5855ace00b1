package homogenized_test

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// problems returns a diagonal, a dense and a singular problem of dimension d.
func problems(t *testing.T, d int) map[string]signsgd.Problem {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	lambda, err := spectra.LogSpaced(d, 0.1, 3)
	if err != nil {
		t.Fatal(err)
	}
	diagonal, err := spectra.NewDiagonal(lambda)
	if err != nil {
		t.Fatal(err)
	}
	dense, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		t.Fatal(err)
	}
	singular, err := spectra.NewDense(halfRank(d, rng))
	if err != nil {
		t.Fatal(err)
	}
	target := make([]float64, d)
	for i := range target {
		target[i] = rng.NormFloat64()
	}
	law := noise.Normal{Sigma: 0.5}
	return map[string]signsgd.Problem{
		"diagonal": {Covariance: diagonal, Noise: law, Target: target},
		"dense":    {Covariance: dense, Noise: law, Target: target},
		"singular": {Covariance: singular, Noise: law, Target: target},
	}
}

// TestMeanFollowsODE compares the mean of 200 paths with the ODE: the gap stays
// below 4.5 standard errors, a chance of 1e-3 over all 120 comparisons, plus the
// 5/d of the limit.
func TestMeanFollowsODE(t *testing.T) {
	t.Parallel()
	const d = 60
	for name, p := range problems(t, d) {
		for _, c := range []struct {
			name string
			sde  homogenized.SDE
		}{
			{"signHSGD", must(homogenized.SignHSGD(p, schedule.Constant(0.5)))},
			{"HSGD", must(homogenized.HSGD(p, schedule.Constant(0.5)))},
		} {
			band, err := c.sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 6, Runs: 200, Seed: 1, Times: span(0.3, 6, 20)})
			if err != nil {
				t.Fatal(err)
			}
			system, err := odes.NewFromLimit(p, c.sde.Limit, c.sde.Rate)
			if err != nil {
				t.Fatal(err)
			}
			curve, err := system.Solve(context.Background(), band.Times)
			if err != nil {
				t.Fatal(err)
			}
			mean, se := band.Risk.Mean(), band.Risk.StdErr()
			for i, r := range curve.Risk {
				if gap := math.Abs(mean[i] - r); gap > 4.5*se[i]+5*r/d {
					t.Errorf("%s %s, t = %.2f: mean %.4g ± %.2g, ODE %.4g", name, c.name, band.Times[i], mean[i], se[i], r)
				}
			}
		}
	}
}

// TestReproducible checks that paths do not depend on the number of cores, and not
// on the times of other records when those are multiples of the step.
func TestReproducible(t *testing.T) {
	p := problems(t, 30)["dense"]
	sde := must(homogenized.SignHSGD(p, schedule.Constant(0.5)))
	sde.Scheme = homogenized.EulerMaruyama{Step: 1. / 64}
	paths := func(procs int, times ...float64) ensemble.Paths {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		b, err := sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 2, Runs: 5, Times: times})
		if err != nil {
			t.Fatal(err)
		}
		return b.Risk
	}
	want := paths(1, 1, 2)
	for _, procs := range []int{2, 8} {
		if !reflect.DeepEqual(paths(procs, 1, 2), want) {
			t.Errorf("GOMAXPROCS %d changes the result", procs)
		}
	}
	if got := paths(2, 2); got[3][0] != want[3][1] {
		t.Errorf("a record in between changes %v to %v", got[3][0], want[3][1])
	}
}

// TestNoNoise checks the schemes on a problem without noise that starts at its
// solution: SGD stays there, and signSGD moves on finite paths.
func TestNoNoise(t *testing.T) {
	t.Parallel()
	p := problems(t, 20)["dense"]
	p.Noise, p.Init = nil, p.Target
	settings := ensemble.Settings{Horizon: 1, Runs: 2}
	for _, scheme := range []homogenized.Scheme{nil, homogenized.SRA1{Step: 0.1}, homogenized.ExponentialEuler{Step: 0.1}} {
		if _, additive := scheme.(homogenized.SRA1); !additive {
			sde := must(homogenized.HSGD(p, schedule.Constant(0.5)))
			sde.Scheme = scheme
			if r := run(t, sde, settings).Risk[0][200]; r != 0 {
				t.Errorf("%T: HSGD ends at %v", scheme, r)
			}
		}
		sde := must(homogenized.SignHSGD(p, schedule.Constant(0.5)))
		sde.Scheme = scheme
		if r := run(t, sde, settings).Risk[0][200]; !(r > 0 && r < 1) {
			t.Errorf("%T: signHSGD ends at %v", scheme, r)
		}
	}
}
