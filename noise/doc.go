// Package noise holds the laws of the label noise ε in y = ⟨x, θ*⟩ + ε, and what
// signSGD sees of them.
//
// # The noise compression
//
// The noise acts on signSGD only through its compression, equation (9) of
// arXiv:2411.12135,
//
//	φ(R) = (2/π) E exp(−ε²/(4R)),  R > 0,
//
// where R = ½ νᵀKν is the risk without noise. φ increases from (2/π) P(ε = 0) at R = 0
// to 2/π at R = ∞, where the noise no longer matters. Of the noise, SGD
// sees only the second moment v² = E ε².
//
// A [Law] gives φ, φ', v² and draws ε. A law is a plain value of named parameters:
//
//	law := noise.StudentsT{Sigma: 0.5, Nu: 3}
//	if err := noise.Validate(law); err != nil {
//		return err
//	}
//	phi, slope := law.Phi(0.1)
//
// The methods hold no state, so any number of goroutines may use one law. Randomness is
// passed in. [Parse] reads a law from a word such as normal:0.5.
//
// # Which law to use
//
//   - A law with a name: [None], [Normal], [Rademacher], [Uniform], [Laplace],
//     [Logistic], [StudentsT], [Cauchy], [AlphaStable]. φ has a relative error of about
//     1e-15 where it has a closed form, and of 1e-14 to 1e-13 where a quadrature of some
//     tens to hundreds of terms takes its place.
//   - A combination: [Mixture], [NormalMixture], [Discrete].
//   - Data: [Empirical] is the law of a sample itself. [FitNormal], [FitStudentsT] and
//     [FitNormalMixture] fit a law to the sample, which small R needs.
//   - A law that the package lacks: [Density], [Characteristic] or [Distuv] computes φ
//     from a density, a characteristic function or a distribution of gonum, by adaptive
//     quadrature and with an error estimate. It costs hundreds of values of the function.
//     A type of your own with the methods of Law is a law as well; [Moments],
//     [OriginDensity], [Validator], [RandChecker] and [SecondMomentChecker] say what it
//     may offer beyond them.
//
// # Mini-batches and tables
//
// signSGD with batch B sees φ_B in place of φ. [MiniBatch] computes it from the law's φ,
// at the cost of some hundreds of its values. [Tabulate] and [TabulateLazily] replace
// an expensive φ by a piecewise polynomial, with a proved bound of the error and at about
// 10 ns a value. [Compression] is what all of these have in common.
//
// No Phi takes a context, for its time is bounded. Over 12,000 laws of this package with
// parameters and risks from the whole range of float64, on a busy machine, φ took at most 0.8
// ms, under StudentsT with a location and ν near 0, and microseconds in closed form. φ_B
// took at most 0.7 seconds there, 0.15 seconds under AlphaStable with α near 0, and some
// milliseconds under any other law. [Check], [Tabulate] and the iterative fits may take seconds,
// and have a context.
//
// # Noise that helps or hurts
//
// [Psi] compares the drift of signSGD with that of SGD at the learning rate that matches
// their steps. It is 1 for every centred normal law.
//
// # Questions
//
// Which law do residuals get? [Empirical] is the sample itself, and right down to risks of
// the squared spacing of the sample near 0. Below them the curve of signSGD depends on the
// density at 0, which only a fit supplies. Every value of φ costs a pass over the sample:
// [TabulateLazily] and [Tabulated] make it cheap. Limits with a memory integrate over the
// law, and are fastest for a [Normal] and next for a [NormalMixture].
package noise
