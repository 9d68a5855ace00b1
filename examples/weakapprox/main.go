// Weakapprox compares, after Appendix G of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135), the runs of signSGD with the paths of signHSGD and of
// the weak approximation, whose noise lacks the square of the drift: at d = 2 they
// differ, at d = 100 hardly. It writes a PNG, an SVG and a CSV file for each dimension.
//
// The iterates of signSGD live on a lattice, of which a step reaches every second point:
// at d = 2 that makes the quantiles of its risk alternate.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/weakapprox"
)

func main() { figure.Main(weakapprox.Figure()) }
