// Package figuretest turns the claims of a figure into a test.
package figuretest

import (
	"io"
	"os"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

// Claims makes the figure with seed 1, in its quick size, or in full where
// RISKCURVES_HEAVY is set, and fails for every claim that does not hold. The result
// is returned for what else there is to check.
func Claims(t *testing.T, f figure.Figure) *figure.Result {
	t.Helper()
	quick := os.Getenv("RISKCURVES_HEAVY") == ""
	r, err := f.Make(t.Context(), f.Config(quick, 1, cli.NewProgress(io.Discard)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Claims) == 0 {
		t.Error("no claims")
	}
	for _, c := range r.Claims {
		if !c.Holds() {
			t.Errorf("%s: predicted %.6g, measured %.6g, allowed ±%.2g", c.What, c.Predicted, c.Measured, c.Allowed)
		}
	}
	for _, p := range r.Panels {
		if p.Name == "" || p.Chart == nil && p.Table == nil {
			t.Errorf("panel %q is empty", p.Name)
		}
	}
	return r
}
