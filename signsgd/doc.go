// Package signsgd holds the discrete world: one-pass least squares problems, the stochastic
// optimizers that run on them step by step, and ensembles of such runs.
//
// # Problem and time
//
// Samples are x ~ N(0, K) in R^d with labels y = ⟨x, θ*⟩ + ε. A Problem says what K, θ*,
// the law of ε, the start θ_0 and the batch size B are, or where other samples come from.
// An optimizer is given the gradient of the loss ½ (⟨x, θ⟩ − y)², averaged over B samples.
// Step k is made at the time t = k/d and has the size
//
//	η'_k = η(k/d)/d,
//
// equation (6) of arXiv:2411.12135, where the schedule η is the learning rate of the
// theory. What is recorded is the noiseless risk R = ½ νᵀKν with ν = θ − θ*.
//
// # Optimizers
//
// SignSGD, Signum, Lion and MajorityVote make steps along signs; SGD, Momentum, Clipped and
// PreconditionedSGD along gradients; RMSProp, Adam and AdamHeuristic along gradients
// divided by a root mean square. Each is a plain value of its parameters. Its method Start
// makes a State, which takes gradients of any objective and so works outside of a Problem,
// too. Entrywise makes an optimizer of a function of one number, and any type with the
// method Start is an Optimizer.
//
// # Runs and ensembles
//
// Ensemble makes many runs on all cores and returns their risks as an ensemble.Band, from
// which means and bands are computed. NewRun makes one run that the caller moves. A run
// costs, for each step, B samples of the covariance, which are d multiplications each for a
// diagonal K and d² for a dense one, and 4dB more for the gradients. Steps do not
// allocate. The risk costs one product with K, and is computed when it is recorded and when
// a schedule or an optimizer asks for it. Observers such as ObserveModes record further
// functions of the iterate.
//
// # Data
//
// Problem.Samples replaces the model by a Source. Data is the one of tables in files or in
// memory, which package data reads; any type with the method Open is a Source.
//
// # Questions
//
// What is η beside the learning rate of a training script? The script's is η/d, and the
// time 1 is d steps. So a script with the rate 1e-3 on d = 500 features runs at η = 0.5, and
// its 5,000 steps end at t = 10.
//
// Why does my Adam step like SignSGD? The zero value of an optimizer is the rule without
// memory, and not what its authors use. Adam{} divides every gradient by its own size, which
// leaves the sign; Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8} is the usual one.
//
// Package schedule holds learning rates, and package ensemble what a Band is and how
// ensembles are resumed, divided and merged.
package signsgd
