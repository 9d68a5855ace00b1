// Package odes computes deterministic risk curves. As the dimension d grows, the risk of
// a stochastic optimizer follows an ODE: signODE for signSGD, equations (12), (13a) of
// "Exact risk curves of signSGD in high dimensions" (arXiv:2411.12135), vanillaODE for
// SGD, and one for every other homogenized.Limit.
//
// # The object
//
// A System resolves the risk into modes, R = Σ_i r_i, with
//
//	dr_i/dt = −2 η h(R) λ_i r_i + (η²/(2d)) Σ_n g_n(R) c_i^{(n)}.
//
// The drift h and the gains g_n are those of the Limit; the λ_i, the r_i(0) and the
// c_i^{(n)} are those of spectra.Modes. Every question about the curve is a method.
//
// # Which function to use
//
// New takes a problem, an optimizer and a learning rate, like signsgd.Ensemble and
// homogenized.New. NewFromLimit takes a limit that you wrote. NewFromModes takes modes
// that you found otherwise, and is the way to share one eigendecomposition among many
// systems. SignODE and VanillaODE take the matrices K̄ and K and the compression φ
// directly. WithRate and WithLimit share the modes and their compression with the system
// that they change. WithInitialRisk and WithStart share the eigendecomposition; their
// first solution compresses the modes again.
//
// Solve gives the curve; LimitRisk and LocalRate say where it ends and how fast it
// settles; TimeToReach says when it passes a level. LargestRate, BestConstant, Greedy
// and Optimal choose learning rates, OptimalBatches the batch as well. Sensitivity gives
// the derivatives of the risk at a horizon by the schedule, the start and the limit.
// Compare ranks optimizers, each at its best rate. Package frontier finds the least loss for
// a given compute over model sizes and rates.
// Quadratic gives any other quadratic form of θ − θ* along the curve. Curve.Table gives its
// numbers to other programs, and gonum's plotter.NewLine draws it.
//
// Variance gives the curve with the variance of the risk of a run about it, from which
// Curve.Band, RunsNeeded and ProbabilityBelow follow without simulation; LimitVariance is
// that of a run at rest.
//
// A Limit with a homogenized.Coupling, such as momentum, AdamW or an average of iterates,
// has the same methods but Quadratic, Optimal, Greedy and Linearize. Its Curve has the
// overlaps and scalars, too. Its modes are condensed to nodes in λ, as many as the tolerance
// and their oscillations ask for, which a second set of nodes checks. A solution takes some
// milliseconds.
//
// # Accuracy and cost
//
// Solve controls the relative error of R: by default to 1e-10 in each step, with errors
// at the end that are ten or more times smaller in most problems. A solution takes a
// fraction of a millisecond to some milliseconds, whatever the condition number is. The
// spectral measures of many modes are compressed to some fifty nodes first, so the work
// of a solution hardly depends on d. The curve is the limit d → ∞: runs at dimension d
// differ from it by O(1/d) in the mean and O(d^{−1/2}) by chance.
//
// # Questions
//
// Is d large enough, and the rate small enough? Validity says which condition is broken, and
// Compare says it of every contender. A risk that grows is no error: signSGD comes to rest
// at the LimitRisk of its rate, however high that is, and SGD does not come to rest above
// LargestRate. Runs of SGD diverge in mean square from MeanSquareRate on, which is lower. A
// *DivergedError comes only where the risk leaves the range of numbers.
//
// Why does a curve take seconds? Signum, Lion and Adam with short memories need integrals
// over the law of the noise. They are tabulated once for each law, at once for a centred
// noise.Normal, in tenths of a second for Signum and in a second or two for Lion and Adam
// under other laws. A dense K costs an eigendecomposition, and Variance two products of its size. WithRate, WithLimit and Shared
// do these once for many curves.
package odes
