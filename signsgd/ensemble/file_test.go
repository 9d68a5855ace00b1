package ensemble

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestBandFile checks that a band is read back as it was saved, and that a file which
// holds none is an error.
func TestBandFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "band.json")
	b := &Band{
		Times: []float64{0, 0.1}, Runs: []int{3, 7}, Risk: Paths{{1, math.Pi}, {1e-300, math.Inf(1)}},
		Names: []string{"x"}, Observed: []Paths{{{1, math.NaN()}, {0, -1}}}, Description: Description{Describe("subject", 1)},
	}
	if err := b.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := ReadBand(path)
	if err != nil {
		t.Fatal(err)
	}
	if x := got.Observed[0][0]; !math.IsNaN(x[1]) {
		t.Errorf("observed %v", x)
	}
	b.Observed[0][0][1], got.Observed[0][0][1] = 0, 0 // NaN is not NaN
	if !reflect.DeepEqual(got, b) {
		t.Errorf("read %v, want %v", got, b)
	}
	for _, bad := range []string{`{"times": [0]`, `{"times": [0], "runs": [0], "risk": [[1, 2]]}`, "run,t,risk"} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = ReadBand(path)
		requireError(t, err, path)
	}
	_, err = ReadBand(filepath.Join(path, "none"))
	requireError(t, err, "ReadBand")
	requireError(t, b.Save(filepath.Join(path, "none")), "none")
}

// TestRetry checks that a sweep does what failed again when it is asked to, and only that.
func TestRetry(t *testing.T) {
	t.Parallel()
	s := squares(9) // of which 5 and 7 fail
	folder := t.TempDir()
	sweep(t, s, SweepSettings{Folder: folder})
	s.Do = func(context.Context, int) (any, error) { t.Error("done again"); return nil, nil }
	sweep(t, s, SweepSettings{Folder: folder})
	var again []int
	s.Do = func(_ context.Context, unit int) (any, error) {
		again = append(again, unit)
		if unit == 5 {
			return "well", nil
		}
		return nil, errors.New("still")
	}
	var progress []int
	settings := SweepSettings{Folder: folder, Workers: 1, Retry: true, Progress: func(done, _ int) { progress = append(progress, done) }}
	sweep(t, s, settings)
	if !reflect.DeepEqual(again, []int{5, 7}) || !reflect.DeepEqual(progress, []int{7, 8, 9}) {
		t.Errorf("units %v are done again, progress %v", again, progress)
	}
	s.Do = func(_ context.Context, unit int) (any, error) { return unit, nil }
	sweep(t, s, settings)
	j, err := OpenJournal(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for unit, want := range map[int]string{5: `"well"`, 7: "7"} {
		if r, err := j.Record(unit); err != nil || string(r.Result) != want || r.Error != "" {
			t.Errorf("unit %d: %s %s, %v, want %s", unit, r.Result, r.Error, err, want)
		}
	}
	if j.Len() != 9 {
		t.Errorf("%d units have a record", j.Len())
	}
}
