package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

func TestRun(t *testing.T) {
	folder := t.TempDir()
	var stdout, stderr strings.Builder
	if err := run([]string{"-points", "20", "-out", folder}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"psi-students-t.png", "psi-students-t.svg", "psi-others.png", "psi-others.csv"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := strings.Count(stdout.String(), "\n"); n != 1+len(rows)+6 {
		t.Errorf("%d lines:\n%s", n, stdout.String())
	}
	for _, bad := range [][]string{{"-points", "1"}, {"extra"}, {"-nonsense"}} {
		if err := run(bad, &stdout, &stderr); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}

// TestVariance checks that the curves of a panel are comparable.
func TestVariance(t *testing.T) {
	for _, p := range panels() {
		for _, c := range p.curves {
			if v2 := c.law.SecondMoment(); math.Abs(v2-1) > 1e-12 {
				t.Errorf("%s: E ε² = %v", c.name, v2)
			}
			if err := noise.Validate(c.law); err != nil {
				t.Error(err)
			}
		}
	}
}
