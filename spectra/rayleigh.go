package spectra

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// refined is how many of the smallest eigenvalues are refined at most: those that
// decide the long run.
const refined = 32

// refine improves the smallest eigenvalues of S = w⁻¹Kw⁻¹, w² = weight. An
// eigensolver leaves them an error of ε·λ_max; the Rayleigh quotient of its
// eigenvectors q, in rows, has the square of their error only, once its sum is
// taken in twice the working precision (T. Ogita, S. Rump and S. Oishi, SIAM J.
// Sci. Comput. 26 (2005) 1955). Eigenvalues above 1e-3 λ_max need none of this.
func refine(lambda []float64, q blas64.General, k *mat.SymDense, weight []float64) {
	var small []int
	for i, l := range lambda {
		if len(small) == refined || l > 1e-3*lambda[len(lambda)-1] {
			break
		}
		if l > 0 {
			small = append(small, i)
		}
	}
	if len(small) == 0 {
		return
	}
	a := k.RawSymmetric()
	dense.Each(dense.Cores(), len(small), func(_, task int) {
		i := small[task]
		u := make([]float64, a.N)
		norm := 0.0
		for j, v := range q.Data[i*q.Stride:][:a.N] {
			u[j] = v / math.Sqrt(weight[j])
			norm += weight[j] * u[j] * u[j]
		}
		var form twofold
		for r, v := range u {
			row := a.Data[r*a.Stride:][:a.N]
			var y twofold
			for j := r + 1; j < a.N; j++ {
				y.addProduct(row[j], u[j])
			}
			y.high, y.low = 2*y.high, 2*y.low
			y.addProduct(row[r], v)
			form.addProduct(y.high, v)
			form.low += y.low * v
		}
		if value := (form.high + form.low) / norm; value > 0 {
			lambda[i] = value
		}
	})
}

// twofold is a sum of products in about twice the working precision.
type twofold struct{ high, low float64 }

// addProduct adds a·b.
func (s *twofold) addProduct(a, b float64) {
	p := float64(a * b)
	rest := math.FMA(a, b, -p)
	sum := float64(s.high + p)
	part := float64(sum - s.high)
	s.low += (float64(s.high-float64(sum-part)) + float64(p-part)) + rest
	s.high = sum
}
