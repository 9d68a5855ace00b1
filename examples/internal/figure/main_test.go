package figure

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
)

// sample is a figure with one panel and one claim, that its dimension is 32.
var sample = Figure{
	Name:  "sample",
	Full:  Size{Dim: 32, Runs: 4},
	Quick: Size{Dim: 32, Runs: 2},
	Make: func(_ context.Context, c Config) (*Result, error) {
		picture := &chart.Chart{Title: "sample", X: "t", Y: "R"}
		picture.Line("line", []float64{0, 1}, []float64{1, 2}, chart.Black, chart.Solid)
		table := &cli.Table{Head: "row", Labels: []string{"a", "b"}}
		table.Add("R", []float64{1, 2})
		return &Result{
			Panels: []Panel{{Name: "sample", Chart: picture, Table: table, Stride: 1}},
			Claims: []Claim{{What: "dimension", Predicted: 32, Measured: float64(c.Dim)}},
		}, nil
	},
}

func TestRun(t *testing.T) {
	folder := t.TempDir()
	var stdout, stderr strings.Builder
	if err := Run(t.Context(), sample, []string{"-out", folder}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sample.png", "sample.svg", "sample.csv"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(folder, "sample.csv")); err != nil || string(text) != "row,R\na,1\nb,2\n" {
		t.Errorf("CSV %q, %v", text, err)
	}
	if !strings.Contains(stdout.String(), "dimension") || !strings.Contains(stdout.String(), "yes") {
		t.Errorf("no claim in\n%s", stdout.String())
	}
	for _, bad := range [][]string{{"-d", "1"}, {"-runs", "1"}, {"extra"}, {"-nonsense"}, {"-d", "64", "-out", folder}} {
		if err := Run(t.Context(), sample, bad, &stdout, &stderr); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
	if err := Run(t.Context(), sample, []string{"-h"}, &stdout, &stderr); err != nil {
		t.Errorf("-h: %v", err)
	}
}

func TestRunAll(t *testing.T) {
	var stdout, stderr strings.Builder
	if err := RunAll(t.Context(), []Figure{sample, sample}, []string{"-quick", "-out", t.TempDir()}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(stdout.String(), "sample: dimension"); n != 2 {
		t.Errorf("%d claims in\n%s", n, stdout.String())
	}
}

func TestHolds(t *testing.T) {
	for _, c := range []struct {
		claim Claim
		want  bool
	}{
		{Claim{Predicted: 1, Measured: 1}, true},
		{Claim{Predicted: 1, Measured: 1.2, Allowed: 0.25}, true},
		{Claim{Predicted: 1, Measured: 0.7, Allowed: 0.25}, false},
		{Claim{Predicted: 1, Measured: math.NaN(), Allowed: 0.25}, false},
		{Claim{Predicted: 1, Measured: 1, Allowed: math.NaN()}, false},
		{Claim{Predicted: 1, Measured: math.Inf(1), Allowed: math.Inf(1)}, false},
	} {
		if got := c.claim.Holds(); got != c.want {
			t.Errorf("%+v: holds %v", c.claim, got)
		}
	}
}
