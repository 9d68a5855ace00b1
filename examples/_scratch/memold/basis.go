package memory

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// The noise κ(ρ; R) of a sign of a weighted sum is a mixture of (2/π) arcsin(γρ),
// 0 ≤ γ ≤ 1, with weight at least 1 at γ = 1. The functions
//
//	e_j(ρ) = arcsin(γ_j ρ)/arcsin(γ_j), j = 0, …, Arcs,  γ_j = cos(π/2 (j/Arcs)³),
//
// with e_j = ρ for γ_j = 0, span such mixtures to about 1e-6 κ(1), uniformly in ρ, although
// arcsin(γρ) has a square root singularity at γρ = 1. The coefficients are those that make
// the sum exact at Arcs+1 values of ρ, one of which is 1. They are linear in κ and so smooth
// in R.

// Arcs is the number of functions e_j, less one.
const Arcs = 8

// Arc returns e_j(ρ).
func Arc(j int, rho float64) float64 {
	if j == Arcs {
		return rho
	}
	g := arcNodes[j]
	return math.Asin(max(-1, min(1, g*rho))) / math.Asin(g)
}

var arcNodes = func() (g [Arcs + 1]float64) {
	for j := range g {
		g[j] = math.Cos(math.Pi / 2 * cube(float64(j)/Arcs))
	}
	return g
}()

func cube(x float64) float64 { return x * x * x }

// ArcPoints are the increasing ρ at which the sum is exact.
var ArcPoints = func() []float64 {
	rho := make([]float64, Arcs+1)
	for i := range rho {
		rho[Arcs-i] = math.Cos(math.Pi / 2 * cube(float64(i)/(Arcs+0.5)))
	}
	return rho
}()

// Base returns F(ρ) = (2/π) arcsin ρ − δ Σ_{j≥1} e_j(ρ). Its power series has no negative
// coefficient, so F(C) is positive semidefinite. With it a small negative coefficient of an
// e_j still makes a sum of covariances.
func Base(rho float64) float64 {
	sum := math.Asin(max(-1, min(1, rho))) * 2 / math.Pi
	for j := 1; j <= Arcs; j++ {
		sum -= baseShare * Arc(j, rho)
	}
	return sum
}

// baseShare is δ: nine tenths of the largest.
var baseShare = func() float64 {
	sum := 1.0
	for j := 1; j < Arcs; j++ {
		sum += arcNodes[j] / math.Asin(arcNodes[j])
	}
	return 0.9 * 2 / math.Pi / sum
}()

var arcSystem = sync.OnceValue(func() *mat.LU {
	e := mat.NewDense(Arcs+1, Arcs+1, nil)
	for i, rho := range ArcPoints {
		for j := range Arcs + 1 {
			e.Set(i, j, Arc(j, rho))
		}
	}
	lu := new(mat.LU)
	lu.Factorize(e)
	return lu
})

// Gains returns the coefficients of Base and of e_1, …, e_Arcs in κ, given the values of
// κ(ρ) − (2/π) arcsin ρ at ArcPoints. Those below 0, which would be noise of the law's own
// making, are 0.
func Gains(rest []float64) []float64 {
	var w mat.VecDense
	if err := arcSystem().SolveVecTo(&w, false, mat.NewVecDense(Arcs+1, rest)); err != nil {
		if _, ok := err.(mat.Condition); !ok {
			panic(err)
		}
	}
	gains := make([]float64, Arcs+1)
	gains[0] = max(1+w.AtVec(0)*2/math.Pi, 0)
	for j := 1; j <= Arcs; j++ {
		gains[j] = max(w.AtVec(j)+baseShare*gains[0], 0)
	}
	return gains
}
