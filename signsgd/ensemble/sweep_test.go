package ensemble

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// squares is a sweep of which unit 5 fails and unit 7 panics.
func squares(units int) Sweep {
	return Sweep{
		Description: Description{Describe("squares", 1)},
		Units:       units,
		Name:        func(unit int) string { return fmt.Sprintf("x=%d", unit) },
		Do: func(ctx context.Context, unit int) (any, error) {
			switch unit {
			case 5:
				return nil, errors.New("no five\nat all")
			case 7:
				panic("seven")
			}
			return map[string]any{"square": unit * unit, "root": math.Sqrt(float64(unit))}, nil
		},
	}
}

// results returns all records of a folder as text, in the order of the units.
func results(t testing.TB, folder string) string {
	t.Helper()
	j, err := OpenJournal(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var b strings.Builder
	for r, err := range j.Records() {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d %s %s %q\n", r.Unit, r.Name, r.Result, r.Error)
	}
	return b.String()
}

// sweep runs a sweep that must not fail and returns its results.
func sweep(t testing.TB, s Sweep, settings SweepSettings) string {
	t.Helper()
	if err := s.Run(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	return results(t, settings.Folder)
}

// TestSweep checks the records of a sweep, failures included, its progress, and that
// neither workers nor shards change anything.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := squares(30)
	var calls []int
	finished := false
	folder := filepath.Join(t.TempDir(), "new", "folder")
	want := sweep(t, s, SweepSettings{
		Folder: folder, Workers: 1,
		Progress: func(done, total int) { calls = append(calls, done) },
		Finish:   func(j *Journal) error { finished = j.Len() == 30 && j.Missing() == 30; return nil },
	})
	if lines := strings.Split(want, "\n"); lines[3] != `3 x=3 {"root":1.7320508075688772,"square":9} ""` ||
		lines[5] != `5 x=5  "no five\nat all"` || lines[7] != `7 x=7  "panic: seven"` || len(lines) != 31 {
		t.Errorf("records\n%s", want)
	}
	if len(calls) != 31 || !slices.IsSorted(calls) || calls[30] != 30 || !finished {
		t.Errorf("progress %v, finished %v", calls, finished)
	}
	for _, shards := range []int{1, 3, 7} {
		var parts []string
		for shard := range shards {
			part := t.TempDir()
			sweep(t, s, SweepSettings{Folder: part, Shard: shard, Shards: shards, Workers: 1 + shards})
			parts = append(parts, part)
		}
		slices.Reverse(parts)
		merged := t.TempDir()
		for range 2 { // the second time over the first
			if err := MergeSweeps(merged, nil, parts...); err != nil {
				t.Fatal(err)
			}
			if got := results(t, merged); got != want {
				t.Errorf("%d shards\n%s\nwant\n%s", shards, got, want)
			}
		}
		// The merged folder counts as that of the whole sweep.
		s.Do = func(context.Context, int) (any, error) { t.Error("done again"); return nil, nil }
		sweep(t, s, SweepSettings{Folder: merged})
		s.Do = squares(30).Do
		if shards > 1 {
			requireError(t, MergeSweeps(t.TempDir(), nil, parts[1:]...), "units are missing")
			requireError(t, MergeSweeps(t.TempDir(), nil, append(parts, parts[0])...), "is both in")
			requireError(t, MergeSweeps(parts[0], nil, parts...), "is of another shard")
			requireError(t, s.Run(t.Context(), SweepSettings{Folder: parts[0]}), "is of another shard")
		}
	}
}

// TestSweepErrors checks what is refused.
func TestSweepErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	sweep(t, squares(9), SweepSettings{Folder: folder})
	other := squares(9)
	other.Description = Description{Describe("squares", 2)}
	requireIs(t, other.Run(t.Context(), SweepSettings{Folder: folder}), ErrDifferentEnsemble)
	requireIs(t, squares(8).Run(t.Context(), SweepSettings{Folder: folder}), ErrDifferentEnsemble)
	second := t.TempDir()
	sweep(t, other, SweepSettings{Folder: second})
	requireIs(t, MergeSweeps(t.TempDir(), nil, folder, second), ErrDifferentEnsemble)
	nameless := squares(9)
	nameless.Description = Description{Describe("f", math.Tanh)}
	requireIs(t, nameless.Run(t.Context(), SweepSettings{Folder: t.TempDir()}), ErrNoDescription)
	for says, f := range map[string]func() error{
		"Folder is empty":     func() error { return squares(9).Run(t.Context(), SweepSettings{}) },
		"Shard is 3":          func() error { return squares(9).Run(t.Context(), SweepSettings{Folder: folder, Shard: 3, Shards: 3}) },
		"Shard is 1":          func() error { return squares(9).Run(t.Context(), SweepSettings{Folder: folder, Shard: 1}) },
		"Shards is -1":        func() error { return squares(9).Run(t.Context(), SweepSettings{Folder: folder, Shards: -1}) },
		"Workers is -1":       func() error { return squares(9).Run(t.Context(), SweepSettings{Folder: folder, Workers: -1}) },
		"Units is 0":          func() error { return squares(0).Run(t.Context(), SweepSettings{Folder: folder}) },
		"Do is nil":           func() error { return Sweep{Units: 1}.Run(t.Context(), SweepSettings{Folder: folder}) },
		"there are no shards": func() error { return MergeSweeps(folder, nil) },
		"not the journal": func() error {
			bad := t.TempDir()
			if err := os.WriteFile(filepath.Join(bad, journalFile), []byte("something\nelse\n"), 0o644); err != nil {
				return err
			}
			return squares(9).Run(t.Context(), SweepSettings{Folder: bad})
		},
		"not a directory": func() error {
			return squares(9).Run(t.Context(), SweepSettings{Folder: filepath.Join(folder, journalFile)})
		},
	} {
		if runtime.GOOS != "windows" || says != "not a directory" {
			requireError(t, f(), says)
		}
	}
}

// TestSweepBusy checks that a folder is for one at a time, and free in the end.
func TestSweepBusy(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := squares(2)
	var inner error
	s.Do = func(ctx context.Context, unit int) (any, error) {
		if unit == 0 {
			inner = squares(2).Run(ctx, SweepSettings{Folder: folder})
		}
		return unit, nil
	}
	sweep(t, s, SweepSettings{Folder: folder})
	requireIs(t, inner, ErrBusy)
	sweep(t, s, SweepSettings{Folder: folder})
}

// TestSweepStops checks that a sweep which is cancelled, or stopped by a unit, keeps what
// is finished and goes on later.
func TestSweepStops(t *testing.T) {
	t.Parallel()
	want := sweep(t, squares(40), SweepSettings{Folder: t.TempDir()})
	for name, stop := range map[string]error{"cancelled": context.Canceled, "stopped": ErrStop} {
		folder := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		s := squares(40)
		s.Do = func(ctx context.Context, unit int) (any, error) {
			if unit == 20 {
				if stop == ErrStop {
					return nil, fmt.Errorf("the disk is full: %w", ErrStop)
				}
				cancel()
				return nil, ctx.Err()
			}
			return squares(40).Do(ctx, unit)
		}
		requireIs(t, s.Run(ctx, SweepSettings{Folder: folder, Workers: 2}), stop)
		cancel()
		// The other worker may be at a unit beside 20, before or after it. If that is 5 or 7,
		// which fail, the end of the context is taken for its reason.
		if n := strings.Count(results(t, folder), "\n"); n < 19 || n > 22 {
			t.Errorf("%s: %d units are kept", name, n)
		}
		var again atomic.Int64
		s.Do = func(ctx context.Context, unit int) (any, error) {
			again.Add(1)
			return squares(40).Do(ctx, unit)
		}
		if got := sweep(t, s, SweepSettings{Folder: folder}); got != want {
			t.Errorf("%s and resumed:\n%s", name, got)
		}
		if again.Load() > 21 {
			t.Errorf("%s: %d units were done again", name, again.Load())
		}
	}
}

// TestSweepTorn cuts a journal at every length and damages every byte in turn: what is
// whole is kept, the rest is done again, and the results are the same.
func TestSweepTorn(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	want := sweep(t, squares(9), SweepSettings{Folder: source, Workers: 1})
	whole, err := os.ReadFile(filepath.Join(source, journalFile))
	if err != nil {
		t.Fatal(err)
	}
	header := bytes.IndexByte(whole, '\n') + 1
	folder := t.TempDir()
	path := filepath.Join(folder, journalFile)
	check := func(what string, journal []byte, least int) {
		t.Helper()
		if err := os.WriteFile(path, journal, 0o644); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal(folder)
		if err != nil {
			t.Fatal(err)
		}
		if j.Len() < least || j.Damaged() > 2 {
			t.Errorf("%s: %d units are whole, want %d; damaged %d", what, j.Len(), least, j.Damaged())
		}
		j.Close()
		if got := sweep(t, squares(9), SweepSettings{Folder: folder}); got != want {
			t.Errorf("%s:\n%s", what, got)
		}
	}
	for n := header; n < len(whole); n += 1 + n%3 {
		check(fmt.Sprintf("cut at %d", n), whole[:n], bytes.Count(whole[header:n], []byte("\n")))
	}
	for n := header; n < len(whole); n += 5 {
		damaged := bytes.Clone(whole)
		damaged[n] ^= 0x10
		check(fmt.Sprintf("damaged at %d", n), damaged, 7) // an end of line costs two
	}
	zeros := append(bytes.Clone(whole[:header+100]), make([]byte, 4096)...) // as some file systems do
	check("zeros", zeros, 1)
}

// full is a disk that takes some bytes and then none.
type full struct {
	os    *os.File
	room  int
	sync  bool // whether it is Sync that fails
	cut   bool // whether it lets itself be truncated
	tries int
}

var errFull = errors.New("no space left on device")

func (f *full) Write(b []byte) (int, error) {
	f.tries++
	if f.sync || len(b) <= f.room {
		f.room -= len(b)
		return f.os.Write(b)
	}
	n, _ := f.os.Write(b[:max(f.room, 0)])
	f.room = 0
	return n, errFull
}

func (f *full) Sync() error {
	if f.sync && f.room < 0 {
		return errFull
	}
	return f.os.Sync()
}

func (f *full) Truncate(size int64) error {
	if !f.cut {
		return errFull
	}
	return f.os.Truncate(size)
}

// TestSweepFull checks that a disk which fills up stops a sweep with an error, that what
// was finished before is kept, and that the sweep goes on when there is room.
func TestSweepFull(t *testing.T) {
	t.Parallel()
	s := squares(40)
	want := sweep(t, s, SweepSettings{Folder: t.TempDir()})
	for room := 0; room < 3000; room += 271 {
		for _, kind := range []full{{}, {cut: true}, {sync: true}, {sync: true, cut: true}} {
			folder := t.TempDir()
			j, w, err := openToAppend(folder, journalHeader{Description: s.Description, Units: 40, Shards: 1})
			if err != nil {
				t.Fatal(err)
			}
			disk := &full{os: j.file, room: room, sync: kind.sync, cut: kind.cut}
			w.sink = disk
			safe := 0
			err = s.fill(t.Context(), j, w, SweepSettings{Progress: func(done, _ int) { safe = done }}, 1)
			requireIs(t, err, errFull)
			requireError(t, err, "the journal cannot be written")
			j.Close()
			after, err := OpenJournal(folder)
			if err != nil {
				t.Fatal(err)
			}
			if after.Len() < safe {
				t.Errorf("%d units were safe, %d are there", safe, after.Len())
			}
			after.Close()
			if got := sweep(t, s, SweepSettings{Folder: folder}); got != want {
				t.Errorf("room for %d bytes and resumed:\n%s", room, got)
			}
		}
	}
}

// TestSweepKill kills a process that runs a sweep at random moments until one gets to the
// end, and compares the results with those of a process that nobody killed.
func TestSweepKill(t *testing.T) {
	if os.Getenv("SWEEP_FOLDER") != "" {
		slow := squares(60)
		slow.Do = func(ctx context.Context, unit int) (any, error) {
			time.Sleep(5 * time.Millisecond)
			return squares(60).Do(ctx, unit)
		}
		if err := slow.Run(t.Context(), SweepSettings{Folder: os.Getenv("SWEEP_FOLDER"), Workers: 2}); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	kills := 3
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		kills = 30
	}
	want := sweep(t, squares(60), SweepSettings{Folder: t.TempDir()})
	rng := NewRand(1, 0, "kill")
	folder := t.TempDir()
	killed := 0
	for attempt := 0; ; attempt++ {
		c := exec.Command(self, "-test.run=^TestSweepKill$")
		c.Env = append(os.Environ(), "SWEEP_FOLDER="+folder)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if killed == kills {
			if err := c.Wait(); err != nil {
				t.Fatal(err)
			}
			break
		}
		time.Sleep(time.Duration(rng.Int64N(int64(120 * time.Millisecond))))
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		c.Wait()
		killed++
		if j, err := OpenJournal(folder); err == nil && j.Len() == 60 {
			j.Close()
			if results(t, folder) != want {
				t.Fatalf("after %d kills:\n%s", killed, results(t, folder))
			}
			folder = t.TempDir()
		} else if err == nil {
			j.Close()
		}
	}
	if got := results(t, folder); got != want {
		t.Errorf("after %d kills:\n%s", killed, got)
	}
}
