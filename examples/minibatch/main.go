// Minibatch reproduces Figure 5 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): signSGD with mini-batches of 1, 4, 16 and 64 samples and its
// deterministic curves, under normal noise, for which batches change only the noise of
// the steps, and under noise ±a, for which they change everything: alone, the sign of a
// gradient says nothing once the risk is far below a², and a batch gives the noise a
// density. The theory holds for batches far smaller than d: at B = 64 the runs end some
// percent above their curve.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/minibatch"
)

func main() { figure.Main(minibatch.Figure()) }
