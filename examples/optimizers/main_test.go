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
	if err := run(context.Background(), []string{"-d", "20", "-runs", "3", "-horizon", "2", "-out", folder}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"optimizers-sign", "optimizers-gradient", "optimizers-adaptive"} {
		for _, ext := range []string{".png", ".svg", ".csv"} {
			if info, err := os.Stat(filepath.Join(folder, name+ext)); err != nil || info.Size() == 0 {
				t.Errorf("%s%s: %v", name, ext, err)
			}
		}
	}
	for _, bad := range [][]string{{"-d", "0"}, {"-runs", "0"}, {"-eta", "-1"}, {"-horizon", "NaN"}, {"extra"}, {"-nonsense"}} {
		if err := run(context.Background(), bad, &stdout, &stderr); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}
