package riskcurves

import (
	"strings"
	"testing"

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
