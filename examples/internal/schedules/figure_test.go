package schedules

import (
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/figure/figuretest"
)

func TestClaims(t *testing.T) { figuretest.Claims(t, Figure) }
