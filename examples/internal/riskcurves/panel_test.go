package riskcurves

import (
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/figure/figuretest"
)

func TestClaims(t *testing.T) {
	r := figuretest.Claims(t, Figure())
	for _, c := range r.Claims {
		if strings.HasPrefix(c.What, "riskcurves-b") && strings.Contains(c.What, "SGD on vanillaODE") {
			t.Error("SGD under Cauchy noise")
		}
	}
}

func TestOptions(t *testing.T) {
	f := Figure()
	for _, bad := range [][]string{{"-noise", "gauss"}, {"-spectrum", "flat"}, {"-eta", "-1"}} {
		var out strings.Builder
		if err := figure.Run(t.Context(), f, append(bad, "-d", "16", "-runs", "2", "-out", t.TempDir()), &out, &out); err == nil {
			t.Errorf("%v: no error", bad)
		}
		f = Figure() // without the flags of before
	}
}
