package eigen

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// rankOne draws a secular equation that deflation lets through: poles at
// distances and weights of any magnitude, both above the deflation's tolerance.
func rankOne(rng *rand.Rand, k int) *secular {
	s := &secular{rho: math.Pow(10, -3+4*rng.Float64()), d: make([]float64, k), z: make([]float64, k)}
	norm := 0.0
	for j := range s.z {
		s.z[j] = math.Copysign(math.Pow(10, -13*rng.Float64()*float64(rng.IntN(2))), rng.Float64()-0.5)
		norm += s.z[j] * s.z[j]
	}
	for j := range s.z {
		s.z[j] /= math.Sqrt(norm)
	}
	at := -rng.Float64()
	for j := range s.d {
		at += math.Pow(10, -14*rng.Float64()*float64(rng.IntN(2)))
		s.d[j] = at / float64(k)
	}
	return s
}

// TestSecular: roots that interlace with the poles, vectors that are orthonormal
// and diagonalise diag(d) + ρ z zᵀ, all to rounding.
func TestSecular(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	for range 400 {
		k := 1 + rng.IntN(60)
		s := rankOne(rng, k)
		increasing := true
		for j := 1; j < k; j++ {
			increasing = increasing && s.d[j-1] < s.d[j]
		}
		if !increasing {
			continue // rounding joined two poles
		}
		u, lambda := dense.General(k, k), make([]float64, k)
		places := make([]int, k)
		for i := range places {
			places[i] = i
		}
		if !s.solve(1, lambda, u, places) {
			t.Fatalf("no convergence: %+v", s)
		}
		norm := s.rho
		for j := range k {
			norm = max(norm, math.Abs(s.d[j]))
			if lambda[j] < s.d[j] || j+1 < k && lambda[j] > s.d[j+1] {
				t.Fatalf("root %d, %v, not between its poles: %+v", j, lambda[j], s)
			}
		}
		bound := 30 * eps * math.Sqrt(float64(k))
		for i := range k {
			inner, residual := 0.0, 0.0
			for j := range k {
				inner += s.z[j] * dense.Row(u, i)[j]
			}
			for j, v := range dense.Row(u, i) {
				r := s.d[j]*v + s.rho*s.z[j]*inner - lambda[i]*v
				residual += r * r
			}
			if !(math.Sqrt(residual) <= bound*norm) {
				t.Fatalf("k = %d: residual of vector %d is %.3g, bound %.3g: %+v", k, i, math.Sqrt(residual), bound*norm, s)
			}
			for l := range i + 1 {
				sum := 0.0
				for j, v := range dense.Row(u, i) {
					sum += v * dense.Row(u, l)[j]
				}
				if l == i {
					sum--
				}
				if !(math.Abs(sum) <= bound) {
					t.Fatalf("k = %d: vectors %d and %d miss orthonormality by %.3g: %+v", k, i, l, sum, s)
				}
			}
		}
	}
}
