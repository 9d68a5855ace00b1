// Realdata reproduces Figures 1(c), 1(d), 4 and 10 of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135) on the data sets that it finds in a folder: CIFAR-10
// in its binary version, MNIST, reviews of IMDB with or without GloVe vectors, or files of
// one's own. It prints how far the data are from what theory assumes, compares the laws
// fitted to the residuals, and says how far signODE is from the mean of signSGD with each.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/realdata"
)

func main() { figure.Main(realdata.Figure()) }
