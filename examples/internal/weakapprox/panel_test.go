package weakapprox

import (
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/figure/figuretest"
)

// TestClaims checks what the pictures show: the late mean risk of signHSGD exceeds that
// of the weak approximation by a part that is seen at d = 2, by 5 standard errors, and is
// below 3% at d = 100, within 4.
func TestClaims(t *testing.T) { figuretest.Claims(t, Figure()) }
