// Conditioning reproduces Figures 8 and 9 of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): signSGD and SGD, each at its best learning rate, on
// diagonal covariances of growing condition number; where signSGD begins to win; and
// their rates of convergence beside Theorem 4.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/conditioning"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

func main() { figure.Main(conditioning.Figure()) }
