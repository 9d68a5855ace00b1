// Package frontier answers how the best loss falls with compute, and which model size and
// learning rate reach it: the compute-optimal frontier of the scaling laws.
//
// New takes models of several sizes, each a system of package odes with a list of learning
// rates, and solves the curve of each. Any optimizer that has a limit will do. Compute is
// f = d · steps · batch. The Frontier holds the loss of every size at its best rate, and
// which size is the best, at every f. Its method Exponents measures
//
//	loss ~ f^{−p},  size ~ f^{q},  rate ~ f^{r}
//
// locally, with the range of f that each value belongs to. There is no fit of one line over
// all of f. Regression on power-law random features, spectra.RandomFeatures, is the problem
// for which these exponents are known for SGD; spectra.Equivalent goes on to sizes at which
// no random matrix can be drawn.
package frontier
