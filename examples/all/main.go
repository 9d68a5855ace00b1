// All makes every figure, prints one table of all claims (claim, predicted, measured,
// allowed, within), and exits with status 1 when a claim fails.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/adam"
	"github.com/riskcurves/riskcurves/examples/internal/concentration"
	"github.com/riskcurves/riskcurves/examples/internal/conditioning"
	"github.com/riskcurves/riskcurves/examples/internal/effects"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/laws"
	"github.com/riskcurves/riskcurves/examples/internal/limitrisk"
	"github.com/riskcurves/riskcurves/examples/internal/minibatch"
	"github.com/riskcurves/riskcurves/examples/internal/optimizers"
	"github.com/riskcurves/riskcurves/examples/internal/riskcurves"
	"github.com/riskcurves/riskcurves/examples/internal/schedules"
	"github.com/riskcurves/riskcurves/examples/internal/spectra"
	"github.com/riskcurves/riskcurves/examples/internal/weakapprox"
)

func main() {
	figure.MainAll([]figure.Figure{
		riskcurves.Figure(),
		laws.Figure(),
		spectra.Figure(),
		minibatch.Figure(),
		concentration.Figure(),
		limitrisk.Figure(),
		conditioning.Figure(),
		effects.Figure(),
		adam.Figure(),
		weakapprox.Figure(),
		optimizers.Figure(),
		schedules.Figure(),
	})
}
