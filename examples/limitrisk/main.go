// Limitrisk reproduces Figure 7 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): the risk at which signSGD comes to rest against its learning
// rate, predicted (Theorem 3) and simulated, for several laws of the noise.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/limitrisk"
)

func main() { figure.Main(limitrisk.Figure()) }
