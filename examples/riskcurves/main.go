// Riskcurves reproduces Figure 1(a) and (b) of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135): runs of signSGD on synthetic least squares
// problems, the paths of signHSGD and the curve of signODE, which agree; and SGD
// with its own curve, where the noise has a variance. It writes a PNG, an SVG and
// a CSV file for each panel.
//
// With -noise it makes a single panel with that noise.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/riskcurves"
)

func main() { figure.Main(riskcurves.Figure()) }
