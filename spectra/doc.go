// Package spectra holds the covariance matrices K of the data x ~ N(0, K), and what the
// theory of arXiv:2411.12135 reads from them: samples, the matrices K̄, K_σ and S, and
// the modes of the risk.
//
// # Covariances
//
// A [Covariance] multiplies vectors and draws samples. A [Structured] one also gives the
// covariance of gradient noise and the modes, so that limits and risk curves can be
// computed. Each type keeps the structure that its name says:
//
//	type                  memory  product    sample     modes
//	Isotropic             1       d          d          d
//	Diagonal              d       d          d          d
//	BlockDiagonal         that of its blocks
//	AR1                   1       d          d          dense
//	Circulant, Toeplitz   d       d log d    d log d    d log d; Toeplitz: dense
//	Hadamard              d       d log d    d log d    d log d
//	LowRankPlusDiagonal   dr      dr         dr         dense
//	Dense                 d²      d²         d²         dense
//
// Dense modes cost about 9d³ operations, and are refused beyond the dimension DenseLimit
// where K itself is not dense. [NewDense], [NewEmpirical], [NewRotated] and
// [NewPowerLawFeatures] make covariances of a matrix, of data and at random. Their
// eigenvalues may be any positive numbers; [LogSpaced], [PowerLaw], [GridPower] and
// [MarchenkoPastur] return usual ones, and [ParseEigenvalues] reads them from a word.
//
// Throughout, d is the dimension and D = diag(K)^{1/2} the diagonal matrix of the standard
// deviations. C = D⁻¹KD⁻¹ is the correlation matrix, K̄ = D⁻¹K the drift matrix of signSGD,
// S = D^{-1/2}KD^{-1/2} the symmetric matrix with the eigenvalues of K̄, and K_σ = arcsin(C)
// entrywise.
//
// [RandomFeatures] is the regression on power-law random features, whose covariance and
// best fit its method Draw draws. [Equivalent] is its deterministic equivalent, for d up to
// 10^7.
//
// # Modes
//
// The risk R = ½ νᵀKν of an optimizer with the drift −ηh(R)Aν is a sum of modes r_i, one
// for each eigenvector of A. The [Basis] says whether A is K or K̄, and a [Shape] says what
// the covariance of the noise is. [Modes] holds the eigenvalues, the initial risks and the
// noise weights, which are all that the deterministic curve depends on. A [Transform]
// changes between ν and the coordinates of the modes, for whoever needs more than the
// risk. [Modes.Compress] reduces a million modes to a hundred nodes, and [Lanczos] finds
// such nodes from products alone, for a K that is too large for an eigendecomposition.
// The measures behind both are in the package spectra/measure.
//
// # Accuracy
//
// Eigenvalues are accurate to d·ε of the largest, and the 32 smallest of a dense K are
// accurate relative to themselves, wherever K determines them. A semidefinite K is
// accepted: eigenvalues down to −d·ε·λ_max count as zero, and only the diagonal must be
// positive. Correlations within 2⁻⁴⁷ of ±1 count as ±1 where an entrywise function is
// applied.
//
// # Speed
//
// Dense products, factorizations and eigendecompositions are the package's own, in
// internal/dense and internal/eigen. BenchmarkPeer and BenchmarkGonumModes compare them
// with gonum's mat.EigenSym and mat.Dense.Mul: on two busy cores of an amd64 processor the
// modes of a dense K took 0.04 to 0.06 against 0.26 seconds at d = 500, and 0.17 to 0.26
// against 2.3 seconds at d = 1000. On amd64 with AVX2 and FMA the inner loops are in
// assembly. The build tag purego switches the assembly off and leaves the same algorithms
// in Go, which then take 0.18 and 1.3 seconds. A BLAS that the user has set by blas64.Use
// replaces the products of internal/dense.
//
// Large operations use GOMAXPROCS goroutines, which is read in one place,
// internal/dense.Cores. Results do not depend on it. A process that should leave cores to
// others sets GOMAXPROCS.
package spectra
