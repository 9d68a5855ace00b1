// Schedules compares learning-rate schedules for signSGD and SGD on an isotropic, a
// power-law and a block covariance under normal, heavy-tailed and Rademacher noise:
// constant, cosine, warm-up–stable–decay (each with its best peak), greedy (Section
// 4.2 of arXiv:2411.12135) and optimal ones. It draws the risk curves over bands of
// runs, and the learning rates.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/schedules"
)

func main() { figure.Main(schedules.Figure()) }
