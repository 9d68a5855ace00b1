// Package homogenized takes the high-dimensional limit of an optimizer, as
// "Exact risk curves of signSGD in high dimensions" (arXiv:2411.12135) does.
//
// # The object
//
// Let ν = θ − θ*, d the dimension, t = step/d the time and R = ½ νᵀKν the noiseless
// risk. As d grows, an optimizer on one-pass least squares becomes the process
//
//	dν = −η(t) h(R) A ν dt + η(t) √(Σ_n g_n(R) Q_n/d) dB,
//
// where A is K or K̄ = D⁻¹K, and every Q_n is f_n(C) or D f_n(C) D for the correlation
// matrix C = D⁻¹KD⁻¹ and an odd function f_n. A Limit holds h, the g_n and the shapes
// of the Q_n. The limits of this package depend on the problem through the law of the
// noise and the batch alone, so one of them serves every covariance and every start. A
// Limiter may use the covariance, too.
//
// # Which function to use
//
// Of returns the Limit of an optimizer's value. SignSGD, SGD, PreconditionedSGD,
// AdamHeuristic and WeakSignSGD are the constructors behind it. An optimizer of your
// own takes part in Of if it is a Limiter. A Limit is also a struct literal, so a limit
// that you derived yourself needs no optimizer.
//
// Limits of several vectors and scalars have a Coupling. AverageOf, DecayOf and MomentumOf
// make them of other limits; SlowAdam and LongAdam are those of Adam with memories as long
// as the run. They compose.
//
// An SDE is a Limit on a Problem with a learning rate. Its Ensemble integrates paths
// with a Scheme: EulerMaruyama for everything, SRA1 for smooth paths of additive noise,
// ExponentialEuler for stiff spectra. SignHSGD, equation (8), and HSGD, equation (15),
// are the two processes that the paper names. Deterministic curves need no paths: see
// package odes.
//
// # Accuracy and cost
//
// The mean risk of the paths and of the optimizer's runs agree up to O(1/d). Their
// fluctuations of order d^{−1/2} do not agree in general: the noise of signSGD lacks
// m mᵀ with m = h A ν, and the risk of SGD's samples fluctuates together with its
// gradients. WeakSignSGD has the fluctuations of signSGD in batches of one. A dense
// K costs one eigendecomposition for the whole ensemble, and then d² multiplications a
// step. Structured covariances keep their structure, which pays for large d: below some
// hundreds of dimensions paths of an AR1 or Circulant made dense by spectra.ToDense are
// several times faster.
//
// # Questions
//
// Which optimizers have a limit on my problem? Of says it of a value, with the reason where
// there is none. SGD and its kin need a finite second moment of the noise; rules along signs
// do not. For a rule of your own write Limit, after the recipe at Limiter. For a step u(g_i)
// of each coordinate Entrywise finds it, where all features have one variance, as they have
// once they are standardized. Where they differ a step such as tanh g_i acts on each feature
// in a way of its own, and the drift is no h(R) A ν. The sign alone does not see the scale.
//
// How do I know that my limit is right? CheckLimit finds slopes that are not those of their
// values. The rest is seen from runs beside the curve: the mean of the runs comes within
// O(1/d) of it, so that the difference halves when d doubles.
package homogenized
