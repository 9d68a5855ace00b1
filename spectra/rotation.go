package spectra

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Haar returns a random orthogonal d×d matrix with the uniform (Haar) law on
// the orthogonal group: the Q of the QR decomposition of a normal matrix, its
// columns signed so that R has a positive diagonal (Mezzadri, Notices AMS 54
// (2007) 592). It panics if d < 1.
func Haar(d int, rng *rand.Rand) *mat.Dense {
	if d < 1 {
		panic("spectra: Haar: d < 1")
	}
	g := mat.NewDense(d, d, nil)
	for i := range d {
		row := g.RawRowView(i)
		for j := range row {
			row[j] = rng.NormFloat64()
		}
	}
	var qr mat.QR
	qr.Factorize(g)
	var q, r mat.Dense
	qr.QTo(&q)
	qr.RTo(&r)
	for j := range d {
		if r.At(j, j) < 0 {
			for i := range d {
				q.Set(i, j, -q.At(i, j))
			}
		}
	}
	return &q
}

// NewRotated returns the covariance K = U diag(eigenvalues) Uᵀ with U drawn
// from Haar. The eigenvalues must be positive and finite.
func NewRotated(eigenvalues []float64, rng *rand.Rand) (*Dense, error) {
	if err := positive("eigenvalues", eigenvalues); err != nil {
		return nil, err
	}
	u := Haar(len(eigenvalues), rng)
	scaled := mat.DenseCopyOf(u)
	scaled.Apply(func(_, j int, v float64) float64 { return v * eigenvalues[j] }, scaled)
	var k mat.Dense
	k.Mul(scaled, u.T())
	return NewDense(mat.NewSymDense(len(eigenvalues), k.RawMatrix().Data))
}
