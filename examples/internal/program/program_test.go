package program

import (
	"context"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
)

var about = About{Name: "sample", Text: "Sample is a sample.", Dim: Default{32, 16}, Runs: Default{4, 2}}

// sample draws a line, and claims that the dimension is 32.
func sample(_ context.Context, r *Run) error {
	c := &chart.Chart{Title: "sample", X: "t", Y: "R"}
	c.Line("line", []float64{0, 1}, []float64{1, 2}, chart.Black, chart.Solid)
	t := &Table{Head: "row", Names: []string{"R, so"}}
	t.AddRow("a", 1)
	t.AddRow("b", 0.1)
	r.Print("a table", t, 1)
	r.Claim(Claim{What: "dimension", Predicted: 32, Measured: float64(r.Dim)})
	return r.Save("sample", c, t)
}

// run parses the arguments and runs the sample.
func run(t *testing.T, args ...string) (string, error) {
	var stdout strings.Builder
	r, err := parse(about, flag.NewFlagSet("", flag.ContinueOnError), args, &stdout)
	if err != nil {
		return stdout.String(), err
	}
	err = r.main(t.Context(), sample)
	return stdout.String(), err
}

func TestMain(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "folder")
	stdout, err := run(t, "-out", folder, "-runs", "8")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"sample-claims.csv", "sample.csv", "sample.pdf", "sample.png", "sample.svg"}; !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "sample.csv")); err != nil || string(text) != "row,\"R, so\"\na,1\nb,0.1\n" {
		t.Errorf("CSV %q, %v", text, err)
	}
	if !strings.Contains(stdout, "dimension") || !strings.Contains(stdout, "yes") {
		t.Errorf("no claim in\n%s", stdout)
	}
	for _, c := range []struct{ args, says string }{
		{"-d 0", "-d is 0: must be"}, {"-d 16.5", "whole number"}, {"-runs 1", "at least 2"}, {"-d x", "invalid value"},
		{"extra", "unexpected"}, {"-nonsense", "not defined: -nonsense"}, {"-quick -out " + folder, "1 of 1 claims fail"},
		{"-out " + filepath.Join(folder, "sample.csv"), "not a directory"},
	} {
		stdout, err := run(t, strings.Fields(c.args)...)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line that says %q", c.args, err, c.says)
		}
		if c.says != "1 of 1 claims fail" && stdout != "" {
			t.Errorf("%s: prints %q", c.args, stdout)
		}
	}
	if stdout, err := run(t, "-h"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(stdout, about.Text) || !strings.Contains(stdout, "default 32, with -quick 16") {
		t.Errorf("-h: %v\n%s", err, stdout)
	}
}

// TestErrors checks that what was claimed before an error is kept.
func TestErrors(t *testing.T) {
	folder := t.TempDir()
	var stdout strings.Builder
	bad := errors.New("bad")
	err := Test(about, true, folder, &stdout).main(t.Context(), func(_ context.Context, r *Run) error {
		r.Claim(AtMost("bound", 1, 2))
		return bad
	})
	if !errors.Is(err, bad) || !strings.Contains(stdout.String(), "bound") {
		t.Errorf("%v\n%s", err, stdout.String())
	}
	if _, err := os.Stat(filepath.Join(folder, "sample-claims.csv")); err != nil {
		t.Error(err)
	}
}

func TestClaims(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		claim        Claim
		holds, tells bool
	}{
		{Claim{Predicted: 1, Measured: 1}, true, true},
		{Claim{Predicted: 1, Measured: 1.2, Allowed: 0.25}, true, true},
		{Claim{Predicted: 1, Measured: 0.7, Allowed: 0.25}, false, true},
		{Claim{Predicted: 1, Measured: 2, Allowed: 1e3}, true, false},
		{Claim{Predicted: 1, Measured: nan, Allowed: 0.25}, false, true},
		{Claim{Predicted: 1, Measured: 1, Allowed: nan}, false, true},
		{Claim{Predicted: 1, Measured: 1, Allowed: inf}, true, false},
		{Claim{Predicted: 1, Measured: inf, Allowed: 5}, false, true},
		{AtMost("", 0, 0), true, true},
		{AtMost("", 0.1, 0), false, true},
		{AtMost("", inf, 1), false, true},
		{AtMost("", nan, 1), false, true},
		{AtMost("", 1, inf), false, true},
	} {
		if c.claim.Holds() != c.holds || c.claim.Tells() != c.tells {
			t.Errorf("%+v: holds %v, tells %v", c.claim, c.claim.Holds(), c.claim.Tells())
		}
	}
	claims := []Claim{{"a, \"b\"", 1, 2, 0.5, false}, AtMost("c", -1e-300, inf)}
	var b strings.Builder
	if err := WriteClaims(&b, claims); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadClaims(strings.NewReader(b.String())); err != nil || !slices.Equal(got, claims) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFollows(t *testing.T) {
	times, curve := []float64{0, 1, 2}, []float64{1, 1, 1}
	claim := func(mean, stdErr []float64) Claim {
		return Follows("", times, curve, mean, stdErr, 1000, 100)
	}
	if c := claim([]float64{1, 1.08, 1.049}, []float64{0, 0.01, 0}); !c.Holds() || c.Measured != 1.049 {
		t.Errorf("%+v", c)
	}
	if c := claim([]float64{1, 1.1, 1}, []float64{0, 0.01, 0}); c.Holds() || c.Measured != 1.1 {
		t.Errorf("%+v", c)
	}
	if c := claim([]float64{1, math.Inf(1), 2}, []float64{0, math.Inf(1), 0}); c.Holds() {
		t.Errorf("%+v", c)
	}
	if c := Worst(nil); c.Holds() {
		t.Errorf("no claims: %+v", c)
	}
}
