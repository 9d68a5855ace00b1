// Effects separates the four effects of Section 4 of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135): what the effective learning rate, the noise
// compression φ, the diagonal preconditioner and the reshaped gradient noise each
// contribute to the risk of signSGD over that of SGD.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/effects"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

func main() { figure.Main(effects.Figure()) }
