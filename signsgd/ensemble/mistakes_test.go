package ensemble

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMistakes makes mistakes, and checks what is said of each: an error, or a panic with
// a message of this package.
func TestMistakes(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	settings := func(change func(s *Settings)) func() error {
		return func() error {
			s := Settings{Horizon: 1, Runs: 2}
			change(&s)
			_, err := Gather(context.Background(), s, subject())
			return err
		}
	}
	start := func(w Walk) func() error {
		return func() error {
			of := subject()
			of.Start = func(*rand.Rand) (Walk, error) { return w, nil }
			_, err := Gather(context.Background(), Settings{Horizon: 1, Runs: 1}, of)
			return err
		}
	}
	merge := func(parts ...*Band) func() error { return func() error { _, err := Merge(parts...); return err } }
	decode := func(text string) func() error { return func() error { return json.Unmarshal([]byte(text), new(Band)) } }
	call := func(f func()) func() error { return func() error { f(); return nil } }
	band := gather(t, Settings{Horizon: 1, Runs: 2, Times: []float64{0, 1}}, subject())
	cut := *band
	cut.Risk = band.Risk[:1]
	ragged := Paths{{1, 2}, {3}}
	for _, c := range []struct {
		says string
		do   func() error
	}{
		{"ensemble: Settings.Horizon is 0: must be positive and finite", settings(func(s *Settings) { s.Horizon = 0 })},
		{"ensemble: Settings.Horizon is NaN: must be positive and finite", settings(func(s *Settings) { s.Horizon = nan })},
		{"ensemble: Settings.Runs is 0: must be at least 1", settings(func(s *Settings) { s.Runs = 0 })},
		{"ensemble: Settings.Runs is 2147483647: must be at most", settings(func(s *Settings) { s.Runs, s.Observers = math.MaxInt32, []Observer{observer("a")} })},
		{"ensemble: Settings.First is -1: must be nonnegative", settings(func(s *Settings) { s.First = -1 })},
		{"must be nonnegative, and First + Runs an int", settings(func(s *Settings) { s.First = math.MaxInt })},
		{"ensemble: Settings.Times is empty: must have at least one time, or be nil", settings(func(s *Settings) { s.Times = []float64{} })},
		{"ensemble: Settings.Times[0] is -1: must lie in [0, Horizon] = [0, 1]", settings(func(s *Settings) { s.Times = []float64{-1} })},
		{"ensemble: Settings.Times[1] is 2: must lie in [0, Horizon] = [0, 1]", settings(func(s *Settings) { s.Times = []float64{0, 2} })},
		{"ensemble: Settings.Times[1] is 0.5 after 0.5: must increase", settings(func(s *Settings) { s.Times = []float64{0.5, 0.5} })},
		{"ensemble: Settings.Observers[1].Of is nil", settings(func(s *Settings) { s.Observers = []Observer{observer("a"), {}} })},
		{"ensemble: Settings.Workers is -1: must be positive, or 0 for GOMAXPROCS", settings(func(s *Settings) { s.Workers = -1 })},
		{"ensemble: Settings.Resume: Band.Times is empty", settings(func(s *Settings) { s.Resume = new(Band) })},
		{"ensemble: Settings.Resume holds run 1: must lie in [0, 1)", settings(func(s *Settings) { s.Resume, s.Runs = band, 1 })},
		{`the part "times" is`, settings(func(s *Settings) { s.Resume = band })},
		{`the part "seed" is`, settings(func(s *Settings) { s.Resume, s.Seed, s.Times = band, 7, band.Times })},
		{"ensemble: Subject.Start is nil", func() error {
			_, err := Gather(context.Background(), Settings{Horizon: 1, Runs: 1}, Subject{})
			return err
		}},
		{"ensemble: run 0: Subject.Start returned no walk", start(nil)},
		{"ensemble: run 0: panic: runtime error: invalid memory address", start((*decay)(nil))},
		{"ensemble: Merge: there are no parts", merge()},
		{"ensemble: Merge: part 1 is nil", merge(band, nil)},
		{"ensemble: Merge: part 0: Band.Times is empty", merge(new(Band))},
		{"ensemble: Merge: run 0 is in parts 0 and 1", merge(band, band)},
		{"ensemble: Merge: part 0: Band.Risk has 1 paths: must have one for each of the 2 runs", merge(&cut)},
		{"ensemble: Band.Times is empty", decode("{}")},
		{"ensemble: Band.Times[1] is 0: times must be nonnegative, finite and increase", decode(`{"times":[1,0]}`)},
		{"ensemble: Band.Risk has 0 paths: must have one for each of the 1 runs", decode(`{"times":[0],"runs":[0]}`)},
		{"ensemble: LinearTimes: n < 2", call(func() { LinearTimes(1, 1) })},
		{"or the horizon is not positive and finite", call(func() { LinearTimes(inf, 3) })},
		{"ensemble: LogTimes: n < 2, or first does not lie between 0 and a finite horizon", call(func() { LogTimes(0, 1, 3) })},
		{"ensemble: Paths.Quantile: 2 is outside [0, 1]", call(func() { Paths{}.Quantile(2) })},
		{"ensemble: Paths.Quantile: NaN is outside [0, 1]", call(func() { Paths{}.Quantile(nan) })},
		{"ensemble: Paths.Central: share -1 is outside [0, 1]", call(func() { Paths{}.Central(-1) })},
		{"ensemble: Paths.Central: share 80 is outside [0, 1]", call(func() { Paths{}.Summary(80) })},
		{"ensemble: Paths: path 1 has 1 values: must have 2, as path 0", call(func() { ragged.Mean() })},
		{"ensemble: Paths: path 1 has 1 values: must have 2, as path 0", call(func() { ragged.Summary(0.8) })},
		{"ensemble: Band.Table: Band.Risk has 1 paths: must have one for each of the 2 runs", call(func() { cut.Table() })},
	} {
		mistake(t, "ensemble: ", c.says, c.do)
	}
}

// mistake makes a mistake, which must be an error, or panic with a string, that says so.
func mistake(t *testing.T, room, says string, do func() error) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, says) {
				t.Errorf("panics with %v, want an error or a panic that says %q", value, says)
			}
		}
	}()
	if err := do(); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}
