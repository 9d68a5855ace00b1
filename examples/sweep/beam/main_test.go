package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBeam checks that the pipeline, in process, writes the results of examples/sweep.
func TestBeam(t *testing.T) {
	if os.Getenv("BEAM_SPEC") != "" {
		os.Args = []string{os.Args[0], "-spec", os.Getenv("BEAM_SPEC"), "-out", os.Getenv("BEAM_OUT")}
		main()
		os.Exit(0)
	}
	folder := t.TempDir()
	spec := filepath.Join(folder, "spec.json")
	const text = `{"dimension": 16, "eigenvalues": "log:0.1,1", "noise": "normal:0.5", "optimizer": ["signsgd", "sgd", "momentum:0.5"],
		"rate": [0.1, 1e3], "horizon": 2, "compute": ["curve", "limit", "band"], "runs": 4, "records": 5}`
	if err := os.WriteFile(spec, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	beam, sweep := filepath.Join(folder, "beam"), filepath.Join(folder, "sweep")
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	c := exec.Command(self, "-test.run=^TestBeam$")
	c.Env = append(os.Environ(), "BEAM_SPEC="+spec, "BEAM_OUT="+beam)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c = exec.Command("go", "run", "./examples/sweep", "-quiet", "-spec", spec, "-out", sweep)
	c.Dir = filepath.Join("..", "..", "..")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"results.jsonl", "results.csv"} {
		got, err := os.ReadFile(filepath.Join(beam, name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(sweep, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s\n%s\nwant\n%s", name, got, want)
		}
	}
}
