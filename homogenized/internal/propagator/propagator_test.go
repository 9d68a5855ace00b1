package propagator

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// TestPropagator compares E with gonum's exponential, V with its integral by Gauss's rule on
// many panels, and L Lᵀ with V, for slow, fast and growing modes of three vectors of which
// one is constant.
func TestPropagator(t *testing.T) {
	t.Parallel()
	const k = 3
	drift := [k][k]float64{{0.3, 0.7, 0.3}, {0, 2, 0}, {}} // F, beside λH
	slope := [k][k]float64{{0.4}, {-1}, {}}
	direction := []float64{-0.4, 1, 0}
	p := New(k)
	matrix := make([]float64, k*k)
	for _, lambda := range []float64{0, 1e-3, 1, 30, 2000, -3} {
		for _, dt := range []float64{1e-6, 0.01, 0.5} {
			a := mat.NewDense(k, k, nil)
			for i := range k {
				for j := range k {
					matrix[i*k+j] = drift[i][j] + lambda*slope[i][j]
					a.Set(i, j, -matrix[i*k+j])
				}
			}
			p.Set(matrix, direction, dt)
			exp := func(u float64) *mat.Dense {
				var scaled, e mat.Dense
				scaled.Scale(u, a)
				e.Exp(&scaled)
				return &e
			}
			e := exp(dt)
			v := mat.NewDense(k, k, nil)
			const panels = 200 // in proportion to the square of their number, for the fast modes
			x, w := make([]float64, 8), make([]float64, 8)
			s := mat.NewVecDense(k, direction)
			for panel := range panels {
				lo, hi := dt*math.Pow(float64(panel)/panels, 2), dt*math.Pow(float64(panel+1)/panels, 2)
				quad.Legendre{}.FixedLocations(x, w, lo, hi)
				for i, u := range x {
					var es mat.VecDense
					es.MulVec(exp(u), s)
					v.RankOne(v, w[i], &es, &es)
				}
			}
			factor := make([]float64, k*k)
			p.Cholesky(factor)
			for i := range k {
				for j := range k {
					// E is small as a difference of what is of order 1 in the fast modes.
					if got := p.E[i*k+j]; math.Abs(got-e.At(i, j)) > 1e-11*(1+mat.Max(e)) {
						t.Errorf("λ = %v, Δ = %v: E_%d%d is %v, want %v", lambda, dt, i, j, got, e.At(i, j))
					}
					size := math.Sqrt(v.At(i, i) * v.At(j, j))
					if got := p.V[i*k+j]; math.Abs(got-v.At(i, j)) > 1e-9*size {
						t.Errorf("λ = %v, Δ = %v: V_%d%d is %v, want %v", lambda, dt, i, j, got, v.At(i, j))
					}
					sum := 0.0
					for c := range min(i, j) + 1 {
						sum += factor[i*k+c] * factor[j*k+c]
					}
					if math.Abs(sum-p.V[i*k+j]) > 1e-12*size {
						t.Errorf("λ = %v, Δ = %v: (L Lᵀ)_%d%d is %v, V is %v", lambda, dt, i, j, sum, p.V[i*k+j])
					}
				}
			}
		}
	}
}
