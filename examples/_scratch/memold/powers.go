package memory

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// Adam's κ is a series in odd powers of ρ with coefficients κ_n ≥ 0 that fall smoothly, about
// as n^{−9/2} for a normal law and β2 = 0.9 and as n^{−2} for a Cauchy law. The functions
// Power are ρ, ρ³, ρ⁵, ρ⁷ and three tails,
//
//	T_k(ρ) ∝ Σ_{9 ≤ n ≤ 301} w^{1+k}(1−w)^{2−k} ρⁿ,  w = (9/n)²,  k = 0, 1, 2, n odd,
//
// Bernstein's polynomials in n^{−2}, with T_k(1) = 1. The coefficients are those that make
// the sum exact at PowerPoints. For β2 ≥ 0.8 the error at other ρ is below 1e-5 κ(1), for
// smaller β2 below 5e-4 κ(1).

// Powers is the number of functions Power.
const Powers = 7

const (
	plainPowers = 4
	lastPower   = 301
)

// tails holds the coefficients of ρ⁹, ρ¹¹, … of the three tails.
var tails = func() (t [Powers - plainPowers][]float64) {
	for k := range t {
		sum := 0.0
		for n := 2*plainPowers + 1; n <= lastPower; n += 2 {
			w := math.Pow((2*plainPowers+1)/float64(n), 2)
			c := math.Pow(w, float64(1+k)) * math.Pow(1-w, float64(2-k))
			t[k] = append(t[k], c)
			sum += c
		}
		for i := range t[k] {
			t[k][i] /= sum
		}
	}
	return t
}()

// Power returns the j-th function at ρ.
func Power(j int, rho float64) float64 {
	x := rho * rho
	if j < plainPowers {
		y := rho
		for range j {
			y *= x
		}
		return y
	}
	c := tails[j-plainPowers]
	sum := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		sum = sum*x + c[i]
	}
	return sum * rho * x * x * x * x
}

var powerSystem = sync.OnceValue(func() *mat.LU {
	e := mat.NewDense(Powers, Powers, nil)
	for i, rho := range PowerPoints {
		for j := range Powers {
			e.Set(i, j, Power(j, rho))
		}
	}
	lu := new(mat.LU)
	lu.Factorize(e)
	return lu
})

// PowerGains returns the coefficients of the functions Power in κ, given its values at
// PowerPoints. One that would be below 0 is 0, and the others are scaled so that κ(1) stays.
func PowerGains(kappa []float64) []float64 {
	var w mat.VecDense
	if err := powerSystem().SolveVecTo(&w, false, mat.NewVecDense(Powers, kappa)); err != nil {
		if _, ok := err.(mat.Condition); !ok {
			panic(err)
		}
	}
	gains := make([]float64, Powers)
	sum := 0.0
	for j := range gains {
		gains[j] = max(w.AtVec(j), 0)
		sum += gains[j]
	}
	for j := range gains {
		gains[j] *= kappa[Powers-1] / sum
	}
	return gains
}
