package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// small is a sweep of which points diverge (SGD at the large rate) and fail (momentum has
// no limit).
const small = `{
  "dimension": 16, "eigenvalues": "log:0.1,1", "noise": "normal:0.5", "batch": [1, 3],
  "optimizer": ["signsgd", "sgd", "signum:0.9"], "rate": [0.1, 0.5, 1e3], "horizon": 2,
  "compute": ["curve", "limit", "rate", "best", "ensemble", "band", "sde"], "runs": 4, "records": 9, "curves": true
}`

// TestMain lets the test binary be the program.
func TestMain(m *testing.M) {
	if os.Getenv("SWEEP_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// command returns the program with arguments as a process of its own.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	c := exec.Command(self, args...)
	c.Env = append(os.Environ(), "SWEEP_PROGRAM=1")
	return c
}

// must runs the program, which must succeed, in this process.
func must(t testing.TB, args ...string) {
	t.Helper()
	var stdout, stderr strings.Builder
	if status := run(t.Context(), args, &stdout, &stderr); status != 0 {
		t.Fatalf("%v: status %d\n%s", args, status, stderr.String())
	}
}

// files returns the results in a folder, and the curves.
func files(t testing.TB, folder string) string {
	t.Helper()
	var b strings.Builder
	curves, _ := filepath.Glob(filepath.Join(folder, "curves", "*.npy"))
	for _, path := range append([]string{filepath.Join(folder, "results.jsonl"), filepath.Join(folder, "results.csv")}, curves...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n%s\n", filepath.Base(path), text)
	}
	return b.String()
}

func specification(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "spec.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSweep checks that interruptions, workers and shards do not change a byte of the
// results: the program is killed at random moments and resumed, and sharded 1, 3 and 7
// ways and merged.
func TestSweep(t *testing.T) {
	t.Parallel()
	spec, folder := specification(t, small), t.TempDir()
	start := time.Now()
	must(t, "-spec", spec, "-out", folder, "-workers", "1", "-quiet")
	took := time.Since(start)
	want := files(t, folder)
	for _, says := range []string{`"status":"ok"`, `"status":"diverged"`, `"status":"failed"`, "has no known limit", `"final_risk":"+Inf"`, "00000017.npy"} {
		if !strings.Contains(want, says) {
			t.Errorf("the results do not say %s", says)
		}
	}
	for _, name := range []string{"heatmap.png", "rates.png", "curves.png"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	for _, n := range []int{1, 3, 7} {
		var parts []string
		for i := range n {
			part := t.TempDir()
			must(t, "-spec", spec, "-out", part, "-shard", fmt.Sprintf("%d/%d", i, n), "-quiet")
			parts = append(parts, part)
		}
		merged := t.TempDir()
		must(t, append([]string{"merge", "-out", merged}, parts...)...)
		if files(t, merged) != want {
			t.Errorf("%d shards give other results", n)
		}
	}
	kills := 3
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		kills = 30
	}
	rng := ensemble.NewRand(1, 0, "kill")
	resumed := t.TempDir()
	for range kills {
		c := command(t, "-spec", spec, "-out", resumed, "-quiet")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(int64(took))))
		c.Process.Kill()
		c.Wait()
		if _, err := os.Stat(filepath.Join(resumed, "curves.svg")); err == nil { // it was finished: begin anew
			if files(t, resumed) != want {
				t.Fatal("killed and resumed, the results are others")
			}
			resumed = t.TempDir()
		}
	}
	must(t, "-spec", spec, "-out", resumed, "-quiet")
	if files(t, resumed) != want {
		t.Error("killed and resumed, the results are others")
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.part")); !slices.Equal(left, nil) {
		t.Errorf("%v are left", left)
	}
}

// TestRefused checks the exit status and the one line of what the program refuses.
func TestRefused(t *testing.T) {
	t.Parallel()
	spec := specification(t, `{"dimension": 4, "rate": 1, "runs": 2}`)
	other := specification(t, `{"dimension": 4, "rate": 2, "runs": 2}`)
	bad := specification(t, "{\"dimension\": 4,\n \"rat\": 1}")
	folder, busy := t.TempDir(), t.TempDir()
	must(t, "-spec", spec, "-out", folder, "-quiet")
	unlock, err := ensemble.Lock(busy)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"", 2, "-spec is missing"},
		{"-spec " + spec, 2, "-out is missing"},
		{"-spec " + spec + " -out x extra", 2, "unexpected"},
		{"-spec none.json -out x", 2, "none.json"},
		{"-spec " + folder + " -out x", 2, "directory"},
		{"-spec " + specification(t, "") + " -out x", 2, ":1:1: "},
		{"-spec " + specification(t, "\x7fELF\x00\x01\n\n") + " -out x", 2, ":1:1: "},
		{"-spec " + specification(t, `{"dimension": 4, "rate": 1, "optimizer": "adma"}`) + " -out x", 2, "must be one of signsgd"},
		{"-spec " + bad + " -out x", 2, ":2:2: unknown field \"rat\""},
		{"-spec " + spec + " -out x -shard 3/3", 2, "not a shard"},
		{"-spec " + spec + " -out x -workers -1", 2, "-workers"},
		{"-nonsense", 2, "not defined"},
		{"-spec " + other + " -out " + folder, 1, "is of another sweep"},
		{"-spec " + spec + " -out " + busy, 1, "another process works there"},
		{"-spec " + spec + " -out " + spec, 1, "spec.json"},
		{"merge", 2, "-out is missing"},
		{"merge -out x", 2, "no folders"},
		{"merge -out x " + busy, 1, "specification"},
	} {
		var stdout, stderr strings.Builder
		status := run(t.Context(), strings.Fields(c.args), &stdout, &stderr)
		if text := stderr.String(); status != c.status || !strings.Contains(text, c.says) || strings.Count(text, "\n") != 1 {
			t.Errorf("%s: status %d\n%swant status %d and one line that says %q", c.args, status, text, c.status, c.says)
		}
	}
	if status := run(t.Context(), []string{"-h"}, &strings.Builder{}, &strings.Builder{}); status != 0 {
		t.Errorf("-h: status %d", status)
	}
}

// TestDisk checks that what cannot be written stops the program with one line, and that
// the same command goes on from there once it can.
func TestDisk(t *testing.T) {
	t.Parallel()
	spec := specification(t, `{"dimension": 4, "rate": [0.1, 0.2, 0.3], "curves": true}`)
	want, folder := t.TempDir(), t.TempDir()
	must(t, "-spec", spec, "-out", want, "-quiet")
	// A file in the place of the folder of curves, and folders in the places of files.
	curves := filepath.Join(folder, "curves")
	if err := os.WriteFile(curves, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"specification", "results.jsonl", "results.csv", "curves.svg"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"curves", "specification", "results.jsonl", "results.csv", "curves.svg"} {
		var stdout, stderr strings.Builder
		status := run(t.Context(), []string{"-spec", spec, "-out", folder, "-quiet"}, &stdout, &stderr)
		if text := stderr.String(); status != 1 || !strings.Contains(text, name) || strings.Count(text, "\n") != 1 {
			t.Errorf("without a place for %s: status %d\n%s", name, status, text)
		}
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "-spec", spec, "-out", folder, "-quiet")
	if files(t, folder) != files(t, want) {
		t.Error("stopped and resumed, the results are others")
	}
}
