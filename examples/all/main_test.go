package main

import (
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program"
)

// TestRun runs one program that there is and one that there is not.
func TestRun(t *testing.T) {
	r := program.Test(about, true, t.TempDir(), t.Output())
	err := run(t.Context(), r, []string{"nonsense", "noise"})
	if err == nil || !strings.HasPrefix(err.Error(), "nonsense: ") || strings.Contains(err.Error(), "noise:") {
		t.Errorf("%v", err)
	}
	if len(r.Claims) < 10 || !strings.HasPrefix(r.Claims[0].What, "noise: ") {
		t.Errorf("claims %v", r.Claims)
	}
}
