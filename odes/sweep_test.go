package odes

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// rateSigmaGrid is the sweep of the system over learning rates and scales of normal noise, as
// many of each.
func rateSigmaGrid(s *System, rates, sigmas []float64, horizon float64) Sweep {
	s = must(s.Compressed())
	limits := make([]homogenized.Limit, len(sigmas))
	for i, sigma := range sigmas {
		limits[i] = must(homogenized.SignSGDWith(noise.Normal{Sigma: sigma}.Phi))
	}
	times := []float64{horizon}
	return Sweep{Systems: len(rates) * len(sigmas), System: func(i int) (*System, []float64, error) {
		other := s.WithRate(schedule.Constant(rates[i/len(sigmas)]))
		other, err := other.WithLimit(limits[i%len(sigmas)])
		return other, times, err
	}}
}

// TestSweep checks that a sweep gives the curves of its systems in their order, for any
// number of workers, hands errors out in their place and reports its progress.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := peerSystem(t, 120)
	bad := errors.New("bad")
	values := floats.LogSpan(make([]float64, 12), 0.1, 2)
	for _, workers := range []int{0, 1, 3, 1000} {
		sweep := rateSigmaGrid(s, values, values, 3)
		sweep.Workers = workers
		system := sweep.System
		sweep.System = func(i int) (*System, []float64, error) {
			switch i {
			case 7:
				return nil, nil, bad
			case 9:
				return nil, nil, nil
			}
			return system(i)
		}
		calls := 0
		sweep.Progress = func(done, total int) {
			if calls++; done != calls || total != 144 {
				t.Errorf("progress %d of %d after %d calls", done, total, calls)
			}
		}
		i := 0
		for got, err := range sweep.Solve(t.Context()) {
			switch {
			case err != nil || got.Index != i:
				t.Fatalf("solution %d: index %d, %v", i, got.Index, err)
			case i == 7:
				requireIs(t, got.Err, bad)
			case i == 9:
				if got.Err == nil {
					t.Error("no system is no error")
				}
			case got.Err != nil:
				t.Fatal(got.Err)
			default:
				one, times, _ := system(i)
				if want := must(one.Solve(t.Context(), times)); !slices.Equal(got.Curve.Risk, want.Risk) {
					t.Errorf("%d workers, system %d: risk %v, alone %v", workers, i, got.Curve.Risk, want.Risk)
				}
				one.Modes = s.Modes // not compressed before
				if want := must(one.Solve(t.Context(), times)); worst(got.Curve.Risk, want.Risk) > 1e-10 {
					t.Errorf("system %d: risk %v, without compression %v", i, got.Curve.Risk, want.Risk)
				}
			}
			i++
		}
		if i != 144 || calls != 144 {
			t.Errorf("%d workers: %d solutions, %d calls", workers, i, calls)
		}
	}
}

// requireIs fails unless err wraps target.
func requireIs(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("error %v, want %v", err, target)
	}
}

// TestSweepStops checks that a sweep ends with its context and with the loop over it, and
// refuses bad fields.
func TestSweepStops(t *testing.T) {
	t.Parallel()
	values := floats.LogSpan(make([]float64, 40), 0.1, 2)
	sweep := rateSigmaGrid(peerSystem(t, 120), values, values, 3)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range sweep.Solve(ctx) {
		if n++; n == 20 {
			cancel()
		}
		last = err
	}
	requireIs(t, last, context.Canceled)
	if n != 21 {
		t.Errorf("%d solutions after the end of the context", n-20)
	}
	for got := range sweep.Solve(t.Context()) {
		if got.Index == 5 {
			break
		}
	}
	for says, bad := range map[string]Sweep{
		"Systems is 0":  {System: sweep.System},
		"System is nil": {Systems: 1},
		"Workers is -1": {Systems: 1, System: sweep.System, Workers: -1},
	} {
		for _, err := range bad.Solve(t.Context()) {
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("error %v, want one that says %q", err, says)
			}
		}
	}
}

// TestSweepMemory checks that no more than 32 solutions for each worker are begun before
// those before them are taken, however many systems there are.
func TestSweepMemory(t *testing.T) {
	t.Parallel()
	sweep := rateSigmaGrid(peerSystem(t, 20), floats.LogSpan(make([]float64, 40), 0.1, 2), []float64{0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 1)
	system := sweep.System
	var begun atomic.Int64
	sweep.System = func(i int) (*System, []float64, error) {
		begun.Add(1)
		return system(i)
	}
	for _, sweep.Workers = range []int{1, 2} {
		begun.Store(0)
		for got, err := range sweep.Solve(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if got.Index == 100 { // let the workers do all that they may
				for before := int64(-1); before < begun.Load(); time.Sleep(50 * time.Millisecond) {
					before = begun.Load()
				}
			}
			if ahead, most := int(begun.Load())-got.Index, 1+32*sweep.Workers; ahead > most {
				t.Fatalf("%d workers: %d are begun at system %d, want at most %d more", sweep.Workers, ahead+got.Index, got.Index, most)
			}
		}
	}
}

// counted is a covariance that counts how often its modes are asked for.
type counted struct {
	spectra.Structured
	modes *int
}

func (c *counted) Modes(basis spectra.Basis, nu []float64, shapes ...spectra.Shape) (spectra.Modes, error) {
	*c.modes++
	return c.Structured.Modes(basis, nu, shapes...)
}

// TestShared checks that modes are computed once for a covariance, a start, a basis and
// its shapes, that the systems are those of New, and that old ones are forgotten.
func TestShared(t *testing.T) {
	t.Parallel()
	const d = 110
	rng := ensemble.NewRand(1, 0, "shared")
	modes := 0
	k := &counted{must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.1, 2)), rng)), &modes}
	start := make([]float64, d)
	spectra.FillNormal(start, rng)
	var shared Shared
	check := func(p signsgd.Problem, o signsgd.Optimizer, eta schedule.Schedule, total int) {
		t.Helper()
		s, err := shared.System(p, o, eta)
		if err != nil {
			t.Fatal(err)
		}
		if modes != total {
			t.Errorf("modes were computed %d times, want %d", modes, total)
		}
		before := modes
		want := must(New(p, o, eta))
		modes = before
		a, b := must(s.Solve(t.Context(), []float64{1, 2})), must(want.Solve(t.Context(), []float64{1, 2}))
		if !slices.Equal(a.Risk, b.Risk) || !slices.Equal(a.Rate, b.Rate) {
			t.Errorf("risks %v, those of New %v", a.Risk, b.Risk)
		}
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: start}
	check(p, signsgd.SignSGD{}, schedule.Constant(0.5), 1)
	check(p, signsgd.SignSGD{}, schedule.Cosine{Start: 0.4, Horizon: 2}, 1)
	p.Noise, p.Batch = noise.Laplace{Scale: 1}, 3
	check(p, signsgd.SignSGD{}, schedule.Constant(0.5), 1)
	check(p, signsgd.SGD{}, must(signsgd.MatchSGD(p, schedule.Constant(0.3))), 2)
	check(p, signsgd.PreconditionedSGD{}, schedule.Constant(0.2), 3)
	check(p, signsgd.AdamHeuristic{}, schedule.Constant(0.2), 3)
	p.Init = slices.Clone(start)
	check(p, signsgd.SignSGD{}, schedule.Constant(0.5), 4)
	if _, err := shared.System(p, signsgd.SGD{}, schedule.Matched{Sign: schedule.Constant(1), SecondMoment: 7, Gain: 1}); err == nil {
		t.Error("the schedule of another problem is no error")
	}
	modes = 4
	shared.Keep = 1
	p.Target = start
	check(p, signsgd.SignSGD{}, schedule.Constant(0.5), 5)
	p.Target = nil
	check(p, signsgd.SignSGD{}, schedule.Constant(0.5), 6)
	if len(shared.used) != 1 {
		t.Errorf("%d starts are kept, want 1", len(shared.used))
	}
}

// BenchmarkSweep times 1000 curves of a problem with d = 2000 modes.
func BenchmarkSweep(b *testing.B) {
	s := peerSystem(b, 2000)
	rates, sigmas := floats.LogSpan(make([]float64, 40), 0.1, 2), floats.LogSpan(make([]float64, 25), 0.1, 2)
	for b.Loop() {
		for got, err := range rateSigmaGrid(s, rates, sigmas, 10).Solve(context.Background()) {
			if err := errors.Join(err, got.Err); err != nil || math.IsNaN(got.Curve.Risk[0]) {
				b.Fatal(err)
			}
		}
	}
}
