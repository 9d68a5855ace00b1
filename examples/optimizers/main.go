// Optimizers runs every optimizer of the library on one least squares problem, at rates
// that give each the drift of signSGD, and draws the bands of their risks with the
// deterministic curves of those whose limit is known.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/optimizers"
)

func main() { figure.Main(optimizers.Figure()) }
