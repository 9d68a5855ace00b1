// Package spectra holds the covariances K of the data x ~ N(0, K) and what the
// theory reads from them: samples, the matrices K̄, K_σ and S of
// arXiv:2411.12135, and the modes of the risk.
//
// Isotropic, Diagonal, BlockDiagonal, Circulant, Toeplitz, AR1, Hadamard and
// LowRankPlusDiagonal never form K; Dense does, and NewEmpirical, NewRotated and
// NewPowerLawFeatures make covariances of data and at random. Modes resolve the
// risk, Measure and its Compress reduce them to few nodes, and Lanczos finds
// those without any eigendecomposition. Any slice of positive eigenvalues is a
// spectrum; LogSpaced, PowerLaw, GridPower and MarchenkoPastur make usual ones.
//
// Throughout, d is the dimension and D = diag(K)^{1/2} the diagonal matrix of
// the standard deviations; C = D⁻¹KD⁻¹ is the correlation matrix.
package spectra

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// Covariance is a covariance matrix K: symmetric, positive semidefinite and
// with a positive diagonal. It is immutable and safe for concurrent use.
type Covariance interface {
	// Dim returns the dimension d.
	Dim() int

	// Variances stores the diagonal of K in dst, of length d, and returns it.
	// A nil dst allocates.
	Variances(dst []float64) []float64

	// MulVecTo stores K·x in dst. Both have length d; they must not overlap.
	MulVecTo(dst, x []float64)

	// NewSampler returns a sampler of N(0, K). It owns its scratch space, so
	// each goroutine needs its own.
	NewSampler() Sampler
}

// Sampler draws from a centred normal law on R^d.
type Sampler interface {
	// Sample fills dst with independent samples, one row of length d after the
	// other; len(dst) is a multiple of d. Many rows at once are cheaper than
	// one by one. What is drawn depends on rng and on how many rows are asked
	// for at once.
	Sample(dst []float64, rng *rand.Rand)
}

// Structured is a Covariance whose structure survives what the theory does to
// it, so that limits and risk curves can be computed.
type Structured interface {
	Covariance

	// Congruent returns diag(v)·K·diag(v), v of length d without zeros.
	Congruent(v []float64) (Covariance, error)

	// Entrywise returns f(C), f applied to every entry of the correlation
	// matrix. Its diagonal is the constant f(1) > 0.
	Entrywise(f Odd) (Covariance, error)

	// Modes returns the eigenmodes of the risk ½ νᵀKν started at ν = nu, with one
	// row of weights for each shape of the noise; see the type Modes. Every shape
	// works in every basis.
	Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error)
}

// Quadratic returns xᵀKx, using work, of length d, as scratch space: it holds
// K·x on return.
func Quadratic(k Covariance, x, work []float64) float64 {
	k.MulVecTo(work, x)
	return floats.Dot(x, work)
}

// Descent returns ½ xᵀKAx = Σ λ_i r_i, A being K in the Plain basis and K̄ = D⁻¹K in
// the Preconditioned one: half the square of Kx, with weights 1/D_ii there. deviations
// is the diagonal of D; work is scratch space and holds K·x on return.
func Descent(k Covariance, basis Basis, deviations, x, work []float64) float64 {
	k.MulVecTo(work, x)
	if basis == Plain {
		return floats.Dot(work, work) / 2
	}
	sum := 0.0
	for i, v := range work {
		sum += v * v / deviations[i]
	}
	return sum / 2
}

// StandardDeviations returns the diagonal of D = diag(K)^{1/2}.
func StandardDeviations(k Covariance) []float64 {
	sd := k.Variances(nil)
	for i, v := range sd {
		sd[i] = math.Sqrt(v)
	}
	return sd
}

// ChunkRows returns how many samples of dimension d are best drawn at once: few
// enough to stay in the cache, many enough for blocked products.
func ChunkRows(d int) int {
	const floats, rows = 1 << 15, 64
	return min(max(floats/d, 1), rows)
}

// MaybeDense is an optional method of a Covariance. IsDense reports whether a product
// costs about d² operations, so that work in the modes is cheaper than many products.
type MaybeDense interface{ IsDense() bool }

// IsDense reports whether products with k cost d² operations. That is so for a *Dense, and
// for a covariance from outside if its IsDense says so; see MaybeDense. A covariance that
// does not have the method counts as cheap, whatever else it is.
func IsDense(k Covariance) bool {
	m, ok := k.(MaybeDense)
	return ok && m.IsDense()
}
