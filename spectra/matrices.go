package spectra

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Kbar returns K̄ = D⁻¹K, the matrix of the drift of signSGD. It is not symmetric, but it is
// similar to Symmetrized(k), so that its spectrum is real and nonnegative. The diagonal of k
// must be positive and finite. Nothing else is checked.
func Kbar(k mat.Symmetric) (*mat.Dense, error) {
	sd, err := deviations(k)
	if err != nil {
		return nil, err
	}
	var kbar mat.Dense
	kbar.Apply(func(i, _ int, v float64) float64 { return v / sd[i] }, k)
	return &kbar, nil
}

// Symmetrized returns S = D^{-1/2} K D^{-1/2}, which is symmetric and has the eigenvalues of
// K̄. The diagonal of k must be positive and finite. Nothing else is checked.
func Symmetrized(k mat.Symmetric) (*mat.SymDense, error) {
	sd, err := deviations(k)
	if err != nil {
		return nil, err
	}
	s := mat.NewSymDense(len(sd), nil)
	for i := range sd {
		for j := i; j < len(sd); j++ {
			s.SetSym(i, j, k.At(i, j)/math.Sqrt(sd[i])/math.Sqrt(sd[j]))
		}
	}
	return s, nil
}

// KSigma returns K_σ, the arcsine of every entry of the correlation matrix. Its diagonal is
// π/2. Cov sign(x) = (2/π) K_σ for x ~ N(0, K), equation (4). The diagonal of k must be
// positive and finite. Nothing else is checked.
func KSigma(k mat.Symmetric) (*mat.SymDense, error) {
	return checkedEntrywise(k, math.Asin)
}

// checkedEntrywise returns f of every entry of the correlation matrix.
func checkedEntrywise(k mat.Symmetric, f Odd) (*mat.SymDense, error) {
	sd, err := deviations(k)
	if err != nil {
		return nil, err
	}
	c := mat.NewSymDense(len(sd), nil)
	c.CopySym(k)
	variances := make([]float64, len(sd))
	for i := range variances {
		variances[i] = k.At(i, i)
	}
	entrywiseTo(c, c, variances, f)
	return c, nil
}

// deviations returns the square roots of the diagonal of k.
func deviations(k mat.Symmetric) ([]float64, error) {
	if k == nil {
		return nil, errNilMatrix
	}
	sd := make([]float64, k.SymmetricDim())
	for i := range sd {
		sd[i] = k.At(i, i)
	}
	if err := positive("diag K", sd); err != nil {
		return nil, err
	}
	for i, v := range sd {
		sd[i] = math.Sqrt(v)
	}
	return sd, nil
}
