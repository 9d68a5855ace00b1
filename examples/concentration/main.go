// Concentration reproduces Figure 6 of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): the bands of signSGD and signHSGD close in on
// signODE as the dimension grows, like d^{-1/2}.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/concentration"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

func main() { figure.Main(concentration.Figure()) }
