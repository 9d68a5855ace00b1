package signsgd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestRunTranscription replays equation (1) by hand on the samples that a run
// draws.
func TestRunTranscription(t *testing.T) {
	t.Parallel()
	for _, batch := range []int{0, 3} {
		p := Problem{Covariance: rotated(t, 7), Noise: noise.Uniform{Min: -1, Max: 2}, Target: ones(7), Batch: batch}
		run, err := NewRun(p, SignSGD{}, schedule.Constant(0.3), ensemble.NewRand(5, 0, "test"))
		if err != nil {
			t.Fatal(err)
		}
		if err := run.Advance(context.Background(), 10); err != nil {
			t.Fatal(err)
		}
		stream := newModelStream(p, ensemble.NewRand(5, 0, "test"))
		x, y := make([]float64, 64*7), make([]float64, 64)
		theta, used := make([]float64, 7), len(y)
		for range 70 {
			g := make([]float64, 7)
			for range p.BatchSize() {
				if used == len(y) {
					stream.Fill(x, y)
					used = 0
				}
				row := x[used*7 : used*7+7]
				residual := -y[used]
				for i, v := range row {
					residual += v * theta[i]
				}
				for i, v := range row {
					g[i] += residual * v
				}
				used++
			}
			for i, v := range g {
				if v > 0 {
					theta[i] -= 0.3 / 7
				} else if v < 0 {
					theta[i] += 0.3 / 7
				}
			}
		}
		if run.Steps() != 70 {
			t.Errorf("%d steps made, want 70", run.Steps())
		}
		for i, v := range run.Theta() {
			if math.Abs(v-theta[i]) > 1e-13 {
				t.Errorf("batch %d: θ[%d] is %v, want %v", batch, i, v, theta[i])
			}
		}
	}
}

// TestReproducible checks that an ensemble depends on neither the number of cores
// nor the time of its runs, and does depend on the seed.
func TestReproducible(t *testing.T) {
	p := Problem{Covariance: rotated(t, 40), Noise: noise.Cauchy{Scale: 1}, Init: ones(40)}
	ensemble := func(procs int, seed uint64) *ensemble.Band {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		b, err := Ensemble(context.Background(), p, SignSGD{}, schedule.Constant(0.5), ensemble.Settings{Horizon: 3, Runs: 9, Seed: seed,
			Observers: []ensemble.Observer{{Name: "first", Of: func(theta []float64) float64 { return theta[0] }}}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	want := ensemble(1, 1)
	for _, procs := range []int{2, 8} {
		if !reflect.DeepEqual(ensemble(procs, 1), want) {
			t.Errorf("GOMAXPROCS %d changes the result", procs)
		}
	}
	if reflect.DeepEqual(ensemble(1, 2).Risk, want.Risk) {
		t.Error("the seed changes nothing")
	}
	if len(want.Observed) != 1 || want.Observed[0][0][0] != 1 {
		t.Errorf("observed %v at the start", want.Observed[0][0][0])
	}
}

// TestCancel checks that a cancelled ensemble returns the complete runs as they
// would have been.
func TestCancel(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, ones(50)...), Init: ones(50)}
	settings := ensemble.Settings{Horizon: 2, Runs: 40, Seed: 3}
	whole, err := Ensemble(context.Background(), p, SignSGD{}, schedule.Constant(0.1), settings)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	last := 0
	settings.Progress = func(done, total int) {
		if done != last+1 || total != 40*201 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		if last = done; done == 10*201 {
			cancel()
		}
	}
	part, err := Ensemble(ctx, p, SignSGD{}, schedule.Constant(0.1), settings)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if len(part.Runs) == 0 || len(part.Runs) == 40 || len(part.Runs) != len(part.Risk) {
		t.Fatalf("%d runs, %d paths", len(part.Runs), len(part.Risk))
	}
	for i, run := range part.Runs {
		if !reflect.DeepEqual(part.Risk[i], whole.Risk[run]) {
			t.Errorf("run %d differs", run)
		}
	}
}

// TestDivergence checks that runs which diverge count as +Inf, also where the
// schedule asks for their risk, and are no error.
func TestDivergence(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 1, 1, 1), Noise: noise.Normal{Sigma: 1}, Init: ones(3)}
	explode := schedule.Func(func(t float64) float64 { return 1e200 })
	for name, eta := range map[string]schedule.Schedule{"constant": explode, "asks": asking{explode}} {
		b, err := Ensemble(context.Background(), p, SGD{}, eta, ensemble.Settings{Horizon: 5, Runs: 4})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if b.Risk.Diverged() != 4 {
			t.Errorf("%s: %d of 4 runs diverged", name, b.Risk.Diverged())
		}
		for _, values := range [][]float64{b.Risk.Mean(), b.Risk.StdErr(), b.Risk.Quantile(0.3)} {
			for _, v := range values {
				if math.IsNaN(v) {
					t.Errorf("%s: NaN in %v", name, values)
					break
				}
			}
			if !math.IsInf(values[200], 1) {
				t.Errorf("%s: ends at %v", name, values[200])
			}
		}
	}
}

// asking is a schedule that asks for the risk and returns what is not a rate
// where it is not finite.
type asking struct{ schedule.Schedule }

func (a asking) Rate(t float64, at schedule.Position) float64 {
	return a.Schedule.Rate(t, at) + 0*at.Risk()
}

// TestStepAllocates checks that steps do not allocate, also under (16).
func TestStepAllocates(t *testing.T) {
	p := Problem{Covariance: rotated(t, 60), Noise: noise.Normal{Sigma: 1}, Init: ones(60)}
	matched, err := MatchSGD(p, schedule.Constant(0.1))
	if err != nil {
		t.Fatal(err)
	}
	for _, eta := range []schedule.Schedule{schedule.Constant(0.1), matched} {
		run, err := NewRun(p, SGD{}, eta, ensemble.NewRand(1, 0, "test"))
		if err != nil {
			t.Fatal(err)
		}
		now := 0.0
		if n := testing.AllocsPerRun(100, func() {
			now += 10
			if err := run.Advance(context.Background(), now); err != nil {
				t.Fatal(err)
			}
		}); n != 0 && !raceDetector {
			t.Errorf("%T: %v allocations in 600 steps", eta, n)
		}
	}
}

func BenchmarkSignSGDDense(b *testing.B) {
	p := Problem{Covariance: rotated(b, 500), Noise: noise.Normal{Sigma: 0.5}, Init: ones(500)}
	run, err := NewRun(p, SignSGD{}, schedule.Constant(0.5), ensemble.NewRand(1, 0, "bench"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	now := 0.0
	for b.Loop() {
		now += 1. / 500
		if err := run.Advance(context.Background(), now); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStep times the update of every optimizer alone, at d = 1000.
func BenchmarkStep(b *testing.B) {
	p := Problem{Covariance: diagonal(b, ones(1000)...), Noise: noise.Normal{Sigma: 1}, Init: ones(1000)}
	for _, o := range all(b, p) {
		b.Run(fmt.Sprintf("%T", o), func(b *testing.B) {
			grad := make([]float64, gradients(o)*1000)
			spectra.FillNormal(grad, ensemble.NewRand(1, 0, "bench"))
			theta, state := make([]float64, 1000), o.Start(1000)
			b.ReportAllocs()
			for b.Loop() {
				state.Step(theta, grad, 1e-3)
			}
		})
	}
}
