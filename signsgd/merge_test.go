package signsgd

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

// TestShards checks that an ensemble has the same bits for every number of cores, in
// any sharding, in any order of the shards, and after JSON.
func TestShards(t *testing.T) {
	const runs = 11
	p := Problem{Covariance: rotated(t, 30), Noise: noise.Cauchy{Scale: 1}, Init: ones(30), Batch: 2}
	p.Samples = Data{X: count(40, 30), Target: ones(30), Noise: noise.Normal{Sigma: 1}, Passes: 10}
	shard := func(procs, first, n int) *Band {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		b, err := Ensemble(t.Context(), p, Adam{0.9, 0.99, 0}, Constant(0.5), Settings{Horizon: 3, First: first, Runs: n, Seed: 7,
			Observers: []Observer{{"first", func(theta []float64) float64 { return theta[0] }}}})
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		decoded := new(Band)
		if err := json.Unmarshal(encoded, decoded); err != nil {
			t.Fatal(err)
		}
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
		var parts []*Band
		for first := 0; first < runs; {
			n := 1 + rng.IntN(min(5, runs-first))
			parts = append(parts, shard(procs, first, n))
			first += n
		}
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		merged, err := Merge(parts...)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(merged, whole) {
			t.Errorf("GOMAXPROCS %d: %d shards differ from the whole", procs, len(parts))
		}
	}
	if later, err := Merge(shard(2, 6, 2), shard(2, 4, 2)); err != nil || !slices.Equal(later.Runs, []int{4, 5, 6, 7}) {
		t.Errorf("runs %v, %v", later.Runs, err)
	}
}

// TestResume checks that an ensemble which was cancelled, saved and resumed is the whole
// bit for bit, and makes only the runs that it lacks.
func TestResume(t *testing.T) {
	p := Problem{Covariance: diagonal(t, ones(40)...), Noise: noise.Normal{Sigma: 1}, Init: ones(40)}
	settings := Settings{Horizon: 2, Runs: 30, First: 5, Seed: 3, Times: LogTimes(0.1, 2, 7)}
	whole, err := Ensemble(t.Context(), p, SignSGD{}, Constant(0.1), settings)
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
			part, err := Ensemble(ctx, p, SignSGD{}, Constant(0.1), s)
			requireIs(t, err, context.Canceled)
			if n := len(part.Runs); n == 0 || n == 30 {
				t.Fatalf("%d runs were made before the end", n)
			}
			encoded, err := json.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			s.Resume = new(Band)
			if err := json.Unmarshal(encoded, s.Resume); err != nil {
				t.Fatal(err)
			}
			records := 0
			s.Progress = func(done, total int) {
				records++
				if want := 7 * (30 - len(part.Runs)); total != want || done != records {
					t.Errorf("record %d of %d, want %d of %d", done, total, records, want)
				}
			}
			resumed, err := Ensemble(t.Context(), p, SignSGD{}, Constant(0.1), s)
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

// TestFingerprint checks that whatever changes an ensemble changes its fingerprint, and
// that shards share it.
func TestFingerprint(t *testing.T) {
	type ensemble struct {
		p Problem
		o Optimizer
		e Schedule
		s Settings
	}
	base := func() ensemble {
		return ensemble{
			Problem{Covariance: rotated(t, 8), Noise: noise.Normal{Sigma: 1}, Init: ones(8), Target: make([]float64, 8)},
			Signum{0.9}, Constant(0.1), Settings{Horizon: 1, Runs: 1, Seed: 1},
		}
	}
	seen := map[string]string{}
	for what, change := range map[string]func(e *ensemble){
		"base":       func(*ensemble) {},
		"covariance": func(e *ensemble) { e.p.Covariance = diagonal(t, ones(8)...) },
		"noise":      func(e *ensemble) { e.p.Noise = noise.Normal{Sigma: 1.01} },
		"law":        func(e *ensemble) { e.p.Noise = noise.Rademacher{Scale: 1} },
		"init":       func(e *ensemble) { e.p.Init[3] = 2 },
		"target":     func(e *ensemble) { e.p.Target[3] = 0.5 },
		"both":       func(e *ensemble) { e.p.Target[3], e.p.Init[3] = 0.5, 1.5 },
		"batch":      func(e *ensemble) { e.p.Batch = 2 },
		"samples":    func(e *ensemble) { e.p.Samples = Data{X: count(100, 8), Target: ones(8)} },
		"other data": func(e *ensemble) { e.p.Samples = Data{X: count(100, 8), Target: make([]float64, 8)} },
		"optimizer":  func(e *ensemble) { e.o = SignSGD{} },
		"beta":       func(e *ensemble) { e.o = Signum{0.1} },
		"schedule":   func(e *ensemble) { e.e = Constant(0.11) },
		"function":   func(e *ensemble) { e.e = Func(func(t float64) float64 { return 0.1 + max(t-0.9, 0) }) },
		"matched":    func(e *ensemble) { e.e = Matched{e.e, 1, 1} },
		"horizon":    func(e *ensemble) { e.s.Horizon, e.s.Times = 2, LinearTimes(1, 201) },
		"times":      func(e *ensemble) { e.s.Times = LinearTimes(1, 3) },
		"seed":       func(e *ensemble) { e.s.Seed = 2 },
		"observers":  func(e *ensemble) { e.s.Observers = []Observer{{"a", func([]float64) float64 { return 1 }}} },
		"observed":   func(e *ensemble) { e.s.Observers = []Observer{{"a", func([]float64) float64 { return 2 }}} },
		"name":       func(e *ensemble) { e.s.Observers = []Observer{{"b", func([]float64) float64 { return 1 }}} },
	} {
		e := base()
		change(&e)
		b, err := Ensemble(t.Context(), e.p, e.o, e.e, e.s)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[b.Fingerprint]; ok {
			t.Errorf("%s and %s have one fingerprint", what, other)
		}
		seen[b.Fingerprint] = what
		e.s.First, e.s.Runs = 3, 2
		if shard, err := Ensemble(t.Context(), e.p, e.o, e.e, e.s); err != nil || shard.Fingerprint != b.Fingerprint {
			t.Errorf("%s: a shard has another fingerprint, %v", what, err)
		}
	}
}

// TestBadParts checks that shards which do not fit together are refused.
func TestBadParts(t *testing.T) {
	band := func(fingerprint string, runs ...int) *Band {
		b := &Band{Times: []float64{0, 1}, Runs: runs, Fingerprint: fingerprint}
		for range runs {
			b.Risk = append(b.Risk, []float64{1, 2})
		}
		return b
	}
	times, observed, short := band("x", 1), band("x", 1), band("x", 1)
	times.Times[1] = 2
	observed.Observed = []Paths{{{1, 2}}}
	short.Risk[0] = short.Risk[0][:1]
	for _, c := range []struct {
		parts []*Band
		says  string
	}{
		{nil, "no parts"},
		{[]*Band{nil}, "part 0 is nil"},
		{[]*Band{band("x", 0, 1), band("x", 1)}, "run 1 is in parts 0 and 1"},
		{[]*Band{band("x", 0, 1), band("x", 4, 3)}, "part 1: Band.Runs[1] is 3"},
		{[]*Band{band("x", 0, 3), band("x", 1)}, "no part has run 2"},
		{[]*Band{band("x", 0), band("y", 1)}, "another problem"},
		{[]*Band{band("x", 0), times}, "another problem"},
		{[]*Band{band("x", 0), observed}, "another problem"},
		{[]*Band{band("x", 0), short}, "Band.Risk[0] has 1 values"},
	} {
		_, err := Merge(c.parts...)
		requireError(t, err, c.says)
		if strings.HasPrefix(c.says, "another") {
			requireIs(t, err, ErrDifferentEnsemble)
		}
	}
	p := Problem{Covariance: diagonal(t, 1)}
	_, err := Ensemble(t.Context(), p, SGD{}, Constant(0), Settings{Horizon: 1, Runs: 2, Resume: band("x", 1)})
	requireIs(t, err, ErrDifferentEnsemble)
	_, err = Ensemble(t.Context(), p, SGD{}, Constant(0), Settings{Horizon: 1, Runs: 2, Resume: band("x", 2)})
	requireError(t, err, "Settings.Resume holds run 2")
	_, err = Ensemble(t.Context(), p, SGD{}, Constant(0), Settings{Horizon: 1, Runs: 2, First: -1})
	requireError(t, err, "Settings.First is -1")
	_, err = Ensemble(t.Context(), p, SGD{}, Constant(0), Settings{Horizon: 1, Runs: 2, First: math.MaxInt})
	requireError(t, err, "Settings.First is")
}

// TestJSON checks that what is not finite survives, and that bands which are not whole
// are refused.
func TestJSON(t *testing.T) {
	b := &Band{Times: []float64{0, 0.1}, Runs: []int{2}, Risk: Paths{{1. / 3, math.Inf(1)}},
		Observed: []Paths{{{math.Inf(-1), math.NaN()}}, {{5e-324, -math.MaxFloat64}}}, Fingerprint: "f"}
	encoded, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if want := `"risk":[[0.3333333333333333,"+Inf"]]`; !strings.Contains(string(encoded), want) {
		t.Errorf("%s lacks %s", encoded, want)
	}
	var got Band
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(got.Observed[0][0][1]) {
		t.Errorf("NaN is %v", got.Observed[0][0][1])
	}
	got.Observed[0][0][1], b.Observed[0][0][1] = 0, 0
	if !reflect.DeepEqual(&got, b) {
		t.Errorf("decoded %v, want %v", got, b)
	}
	for text, says := range map[string]string{
		`{"times":[0,1],"runs":[0],"risk":[[1]]}`:               "Band.Risk[0] has 1 values",
		`{"times":[0],"runs":[0,1],"risk":[[1]]}`:               "Band.Risk has 1 paths",
		`{"times":[0],"runs":[-1],"risk":[[1]]}`:                "Band.Runs[0] is -1",
		`{"times":[0],"runs":[0],"risk":[["Inf"]]}`:             "not a number",
		`{"times":[0],"runs":[0],"risk":[[1]],"observed":[[]]}`: "Band.Observed[0] has 0 paths",
	} {
		requireError(t, json.Unmarshal([]byte(text), new(Band)), says)
	}
}

// TestDivergedShard checks that divergence is reported per run and survives merging:
// one run of two diverges, being given a start for itself.
func TestDivergedShard(t *testing.T) {
	start := func(rng *rand.Rand) (Walk, error) { return &coin{rng: rng}, nil }
	var parts []*Band
	for first := range 8 {
		b, err := Gather(t.Context(), Settings{Horizon: 4, Runs: 1, First: first, Times: LinearTimes(4, 5)}, "test", start)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, b)
	}
	whole, err := Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range whole.Risk {
		at := slices.Index(path, math.Inf(1))
		if at < 0 {
			continue
		}
		n++
		for _, v := range path[at:] {
			if !math.IsInf(v, 1) {
				t.Errorf("a run that has diverged goes on: %v", path)
			}
		}
	}
	if n == 0 || n == 8 || whole.Risk.Diverged() != n {
		t.Errorf("%d of 8 runs diverged, reported are %d", n, whole.Risk.Diverged())
	}
}

// coin is a walk that diverges at each time with a chance of 1/6.
type coin struct{ rng *rand.Rand }

func (c *coin) Advance(_ context.Context, t float64) error {
	if t > 0 && c.rng.IntN(6) == 0 {
		return errors.Join(ErrDiverged)
	}
	return nil
}

func (c *coin) Observe(dst []float64) { dst[0] = c.rng.Float64() }

// TestTimes checks the grids of times.
func TestTimes(t *testing.T) {
	if got := LinearTimes(3, 4); !slices.Equal(got, []float64{0, 1, 2, 3}) {
		t.Errorf("linear: %v", got)
	}
	for _, horizon := range []float64{0.3, 1, 7, 1e5 / 3} {
		got := LogTimes(horizon/1000, horizon, 4)
		if got[0] != horizon/1000 || got[3] != horizon || math.Abs(got[1]/horizon*100-1) > 1e-14 {
			t.Errorf("logarithmic: %v", got)
		}
		if err := (Settings{Horizon: horizon, Runs: 1, Times: got}).Validate(); err != nil {
			t.Error(err)
		}
	}
}
