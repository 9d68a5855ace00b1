package spectra

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Haar returns a random orthogonal d×d matrix with the uniform (Haar) law on
// the orthogonal group: the Q of the QR decomposition of a normal matrix, its
// columns signed so that R has a positive diagonal (Mezzadri, Notices AMS 54
// (2007) 592). It panics if d < 1.
func Haar(d int, rng *rand.Rand) *mat.Dense {
	if d < 1 {
		panic("spectra: Haar: d < 1")
	}
	g := dense.General(d, d)
	for i := range g.Data {
		g.Data[i] = rng.NormFloat64()
	}
	return mat.NewDense(d, d, orthogonalize(g).Data)
}

// NewRotated returns the covariance K = U diag(eigenvalues) Uᵀ with U drawn
// from Haar. The eigenvalues must be positive and finite.
func NewRotated(eigenvalues []float64, rng *rand.Rand) (*Dense, error) {
	if err := positive("eigenvalues", eigenvalues); err != nil {
		return nil, err
	}
	d := len(eigenvalues)
	u := Haar(d, rng).RawMatrix()
	transpose(u)
	scaled := dense.General(d, d) // ΛUᵀ
	copy(scaled.Data, u.Data)
	for i, l := range eigenvalues {
		blas64.Scal(l, dense.Vector(scaled.Data[i*d:][:d]))
	}
	k := mat.NewSymDense(d, nil)
	w := dense.Workspace{Workers: dense.Cores()}
	w.UpdateUpper(1, u, scaled, k.RawSymmetric())
	return NewDense(k)
}
