// Package schedule holds learning rates η(t) over the time t = k/d, where k counts steps
// and d is the dimension. They are in the scale of arXiv:2411.12135: an optimizer makes
// steps of η(k/d)/d. Simulations, SDEs and ODEs read the same schedules.
//
// Constant, Cosine, Exponential, Power, StepDecay, WarmupStableDecay and Interpolated
// depend on time alone, and so does Func, which makes a schedule of any function. Matched
// and Greedy depend on the risk as well: Matched gives SGD the steps of signSGD, and
// Greedy lets the risk fall fastest at every moment. They ask the run for its risk through
// the interface Position, which costs a simulation one product with the covariance at
// every step.
//
// Every schedule is a plain value that is safe for concurrent use. Its method Validate
// names the first parameter that is bad, and runs call it before they start. Schedules with
// jumps or kinks are Piecewise, so that solvers of differential equations can step to them.
// Any type with the method Rate is a schedule; Schedule says what it should do besides.
package schedule
