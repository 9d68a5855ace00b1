package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	folder := t.TempDir()
	var stdout, stderr strings.Builder
	if err := run(context.Background(), []string{"-d", "2,5", "-runs", "20", "-horizon", "2", "-out", folder}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"weakapprox-d2.png", "weakapprox-d5.svg", "weakapprox-d5.csv"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := strings.Count(stdout.String(), "late mean risk"); n != 2 {
		t.Errorf("%d panels:\n%s", n, stdout.String())
	}
	for _, bad := range [][]string{{"-d", "0"}, {"-d", "2,x"}, {"-noise", "pink"}, {"-spectrum", "flat"}, {"-eta", "0"}, {"extra"}, {"-runs", "0"}, {"-nonsense"}} {
		if err := run(context.Background(), append(bad, "-out", folder), &stdout, &stderr); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}
