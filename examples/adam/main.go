// Adam examines Appendix F of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): runs of Adam beside the heuristic rule (264) with its SDE and
// ODE, beside the limit that Adam has when its memory lasts as long as the dimension,
// and beside signSGD.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/adam"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

func main() { figure.Main(adam.Figure()) }
