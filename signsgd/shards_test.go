package signsgd

import (
	"context"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestShards checks that an ensemble has the same bits for every number of cores, in
// any sharding, in any order of the shards, and after JSON.
func TestShards(t *testing.T) {
	const runs = 11
	p := Problem{Covariance: rotated(t, 30), Noise: noise.Cauchy{Scale: 1}, Init: ones(30), Batch: 2}
	p.Samples = Data{X: count(40, 30), Target: ones(30), Noise: noise.Normal{Sigma: 1}, Passes: 10}
	shard := func(procs, first, n int) *ensemble.Band {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		b, err := Ensemble(t.Context(), p, Adam{0.9, 0.99, 0}, schedule.Constant(0.5), ensemble.Settings{Horizon: 3, First: first, Runs: n, Seed: 7,
			Observers: []ensemble.Observer{{Name: "first", Of: func(theta []float64) float64 { return theta[0] }}}})
		if err != nil {
			t.Fatal(err)
		}
		decoded := copied(t, b)
		if !reflect.DeepEqual(decoded, b) {
			t.Fatal("JSON changes the band")
		}
		return decoded
	}
	whole := shard(1, 0, runs)
	if reflect.DeepEqual(whole.Risk[0], whole.Risk[1]) {
		t.Fatal("two runs are alike")
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for _, procs := range []int{1, 2, 8} {
		var parts []*ensemble.Band
		for first := 0; first < runs; {
			n := 1 + rng.IntN(min(5, runs-first))
			parts = append(parts, shard(procs, first, n))
			first += n
		}
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		merged, err := ensemble.Merge(parts...)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(merged, whole) {
			t.Errorf("GOMAXPROCS %d: %d shards differ from the whole", procs, len(parts))
		}
	}
	if later, err := ensemble.Merge(shard(2, 6, 2), shard(2, 4, 2)); err != nil || !slices.Equal(later.Runs, []int{4, 5, 6, 7}) {
		t.Errorf("runs %v, %v", later.Runs, err)
	}
}

// TestResume checks that an ensemble which was cancelled, saved and resumed is the whole
// bit for bit, and makes only the runs that it lacks.
func TestResume(t *testing.T) {
	p := Problem{Covariance: diagonal(t, ones(40)...), Noise: noise.Normal{Sigma: 1}, Init: ones(40)}
	settings := ensemble.Settings{Horizon: 2, Runs: 30, First: 5, Seed: 3, Times: ensemble.LogTimes(0.1, 2, 7)}
	whole, err := Ensemble(t.Context(), p, SignSGD{}, schedule.Constant(0.1), settings)
	if err != nil {
		t.Fatal(err)
	}
	for _, procs := range []int{1, 2, 8} {
		func() {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := settings
			s.Progress = func(done, _ int) {
				if done == 80 {
					cancel()
				}
			}
			part, err := Ensemble(ctx, p, SignSGD{}, schedule.Constant(0.1), s)
			requireIs(t, err, context.Canceled)
			if n := len(part.Runs); n == 0 || n == 30 {
				t.Fatalf("%d runs were made before the end", n)
			}
			s.Resume = copied(t, part)
			records := 0
			s.Progress = func(done, total int) {
				records++
				if want := 7 * (30 - len(part.Runs)); total != want || done != records {
					t.Errorf("record %d of %d, want %d of %d", done, total, records, want)
				}
			}
			resumed, err := Ensemble(t.Context(), p, SignSGD{}, schedule.Constant(0.1), s)
			if err != nil {
				t.Fatal(err)
			}
			if records != 7*(30-len(part.Runs)) {
				t.Errorf("%d records for %d runs", records, 30-len(part.Runs))
			}
			if !reflect.DeepEqual(resumed, whole) {
				t.Errorf("GOMAXPROCS %d: resumed after %d runs, the ensemble differs", procs, len(part.Runs))
			}
		}()
	}
}
