// Package measure holds spectral measures: positive measures Σ_i w_i δ_{λ_i} on the
// axis of the eigenvalues of a covariance matrix.
//
// The deterministic risk R(t) of an optimizer depends on its problem through such
// measures alone. With dτ = η h(R) dt it solves the Volterra equation
//
//	R(τ) = ∫ e^{−2λτ} dμ_0 + Σ_n ∫_0^τ f_n(σ) ∫ e^{−2λ(τ−σ)} dμ_n dσ,
//
// where μ_0 = Σ r_i(0) δ_{λ_i} holds the initial risk of the modes and
// μ_n = Σ c_i^{(n)} δ_{λ_i} their noise weights. Only the Laplace transforms of the
// measures enter. Two measures with nearly the same transform give nearly the same
// curve, and this package finds small measures with the transform of large ones.
//
// There are two ways. Where the atoms are known, [Measure.Compress] replaces a million
// of them by about a hundred nodes: it cuts the axis into bins and puts a Gauss rule
// into each. The relative error of the transform is at most 1e-10 unless another
// tolerance is given. The cost is about 5 nanoseconds per atom and node of its bin.
//
// Where the eigenvalues are not known, a [Process] runs the Lanczos recurrence with
// products K·x alone. It costs one product for each node, and gives a [Bracket]: a
// Gauss rule and a Gauss–Radau rule whose transforms enclose the exact one at every τ.
// The bracket closes geometrically in the number of steps wherever τλ_max is moderate. A
// measure that is the expectation of random ones is an [Estimate]: the mean of their
// brackets, with a standard error.
//
// The package imports no other package of the module. The method spectra.Modes.Compress
// and the type spectra.Lanczos apply it to the modes of a covariance.
package measure
