// Noise reproduces Figures 2 and 3 of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): the table of the noise compression φ, and the
// curves of ψ, which tell where the law of the label noise slows signSGD (ψ < 1),
// speeds it (ψ > 1) and makes it win at the best learning rates (ψ > π/2).
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/laws"
)

func main() { figure.Main(laws.Figure()) }
