package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"

	"gonum.org/v1/gonum/floats"
)

// Covariance is a covariance matrix K. It is symmetric and positive semidefinite, and its
// diagonal is positive. It never changes and is safe for concurrent use.
type Covariance interface {
	// Dim returns the dimension d.
	Dim() int

	// Variances stores the diagonal of K in dst, of length d, and returns it.
	// A nil dst allocates.
	Variances(dst []float64) []float64

	// MulVecTo stores K·x in dst. Both have length d; they must not overlap.
	MulVecTo(dst, x []float64)

	// NewSampler returns a sampler of N(0, K). A sampler owns its scratch space, so
	// each goroutine needs its own.
	NewSampler() Sampler
}

// Sampler draws from a centred normal law on R^d.
type Sampler interface {
	// Sample fills dst with independent samples, one row of length d after the
	// other. len(dst) must be a multiple of d. Many rows at once are cheaper than
	// single rows. The samples depend on rng and on the number of rows of each call.
	Sample(dst []float64, rng *rand.Rand)
}

// Structured is a Covariance with the operations that limits and risk curves need.
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

// Validate returns an error if k is nil, has no dimension, or has a variance that is not
// positive and finite. The zero values of the types of this package are no covariances,
// and Validate says so. It costs d operations, and does not test whether K is positive
// semidefinite, which the constructors do.
func Validate(k Covariance) error {
	if err := checkCovariance(k); err != nil {
		return err
	}
	return positive(fmt.Sprintf("%T: Variances", k), k.Variances(nil))
}

// checkCovariance returns an error if k is nil, also by a nil pointer, or has no
// dimension.
func checkCovariance(k Covariance) error {
	if v := reflect.ValueOf(k); k == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return errNilCovariance
	}
	if d := k.Dim(); d < 1 {
		return fmt.Errorf("spectra: %T has the dimension %d: must be at least 1; the zero value is no covariance", k, d)
	}
	return nil
}

// Quadratic returns xᵀKx. work, of length d, is scratch space and holds K·x on return.
// It panics if k is nil.
func Quadratic(k Covariance, x, work []float64) float64 {
	panicNil("Quadratic", k)
	k.MulVecTo(work, x)
	return floats.Dot(x, work)
}

// Descent returns ½ xᵀKAx = Σ λ_i r_i, where A is K in the Plain basis and K̄ = D⁻¹K in
// the Preconditioned one. deviations is the diagonal of D, which the Plain basis does not
// read. work, of length d, is scratch space and holds K·x on return. It panics if k is nil.
func Descent(k Covariance, basis Basis, deviations, x, work []float64) float64 {
	panicNil("Descent", k)
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

// StandardDeviations returns the diagonal of D = diag(K)^{1/2}. It panics if k is nil.
func StandardDeviations(k Covariance) []float64 {
	panicNil("StandardDeviations", k)
	sd := k.Variances(nil)
	for i, v := range sd {
		sd[i] = math.Sqrt(v)
	}
	return sd
}

// ChunkRows returns how many samples of dimension d are best drawn at once. The number is
// small enough for the cache and large enough for blocked products. It panics if d < 1.
func ChunkRows(d int) int {
	if d < 1 {
		panic(fmt.Sprintf("spectra: ChunkRows: d is %d: must be at least 1", d))
	}
	const floats, rows = 1 << 15, 64
	return min(max(floats/d, 1), rows)
}

// maybeDense is an optional method of a Covariance.
type maybeDense interface{ IsDense() bool }

// IsDense reports whether a product with k costs about d² operations, so that work in the
// modes is cheaper than many products. That is so for a *Dense, and for a covariance of your
// own if it has the method IsDense() bool and that says so. A covariance that does not have
// the method counts as cheap, whatever else it is.
func IsDense(k Covariance) bool {
	m, ok := k.(maybeDense)
	return ok && m.IsDense()
}
