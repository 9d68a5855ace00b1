// Package programtest turns the claims of a program into a test.
package programtest

import (
	"context"
	"os"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program"
)

// Claims runs the program with seed 1, in its quick size, or in full where
// RISKCURVES_HEAVY is set, and fails for every claim that does not hold, or that could
// not fail. The run is returned for what else there is to check.
func Claims(t *testing.T, about program.About, draw func(ctx context.Context, r *program.Run) error) *program.Run {
	t.Helper()
	r := program.Test(about, os.Getenv("RISKCURVES_HEAVY") == "", t.TempDir(), t.Output())
	if err := draw(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if len(r.Claims) == 0 {
		t.Error("no claims")
	}
	for _, c := range r.Claims {
		if !c.Holds() || !c.Tells() {
			t.Errorf("%s: predicted %.6g, measured %.6g, allowed ±%.2g", c.What, c.Predicted, c.Measured, c.Allowed)
		}
	}
	return r
}
