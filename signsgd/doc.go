// Package signsgd holds the discrete world: one-pass least squares problems,
// the stochastic optimizers that run on them step by step, and ensembles of
// such runs.
//
// Samples are x ~ N(0, K) in R^d with labels y = ⟨x, θ*⟩ + ε. Step k sits at
// time t = k/d, and η(t) is the learning rate of the theory: the optimizer
// makes steps of η'_k = η(k/d)/d, equation (6) of arXiv:2411.12135. The risk R
// is the noiseless one, ½ νᵀKν with ν = θ − θ*.
package signsgd
