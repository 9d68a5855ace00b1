package coupled

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

const nodes = collocation.Nodes

// stages is the number of stages of the Radau IIA method of coupled limits, of order
// 2·stages − 1. The polynomial through the start and the stages fits a series.
const stages = nodes - 1

// radau holds the coefficients of the method on [0, 1].
var radau = newRadauTable()

type radauTable struct {
	point     [stages]float64         // c_j, the last is 1
	integrate [stages][stages]float64 // A
	inverse   [stages][stages]float64 // A⁻¹
	start     [stages]float64         // A⁻¹ 1

	// legendre[n][j] gives the n-th coefficient of the Legendre series of the polynomial
	// through the start, j = 0, and the stages from its values there.
	legendre [nodes][nodes]float64
}

func newRadauTable() *radauTable {
	r := new(radauTable)
	// The points are the zeros of P_s − P_{s−1}, s = stages, by bisection between the
	// zeros of P_s: the function changes sign at each of them but the last, which is 1.
	value := func(x float64) float64 {
		p := collocation.LegendreValues(2*x - 1)
		return p[stages] - p[stages-1]
	}
	r.point[stages-1] = 1
	found := 0
	const grid = 4000
	for g := 0; g < grid && found < stages-1; g++ {
		// equal steps in the angle resolve the points, which crowd at the ends
		lo := (1 - math.Cos(math.Pi*float64(g)/grid)) / 2
		hi := (1 - math.Cos(math.Pi*float64(g+1)/grid)) / 2
		if a, b := value(lo), value(hi); a == 0 || a*b < 0 {
			sign := math.Signbit(a)
			for range 100 {
				mid := (lo + hi) / 2
				if math.Signbit(value(mid)) == sign {
					lo = mid
				} else {
					hi = mid
				}
			}
			r.point[found] = (lo + hi) / 2
			found++
		}
	}
	// A maps slopes at the stages to values there: on Legendre's polynomials,
	// ∫_0^x P_n = (P_{n+1} − P_{n−1})(2x−1)/(2(2n+1)), with P_{−1} = −1 for n = 0.
	v, integral := mat.NewDense(stages, stages, nil), mat.NewDense(stages, stages, nil)
	all := mat.NewDense(nodes, nodes, nil)
	for n, p := range collocation.LegendreValues(-1) {
		all.Set(0, n, p)
	}
	for j, x := range r.point {
		p := collocation.LegendreValues(2*x - 1)
		for n := range stages {
			before := -1.0
			if n > 0 {
				before = p[n-1]
			}
			v.Set(j, n, p[n])
			integral.Set(j, n, (p[n+1]-before)/float64(2*(2*n+1)))
		}
		for n := range p {
			all.Set(j+1, n, p[n])
		}
	}
	// The matrices are constants of moderate condition, so the inverses exist.
	var a, basis, inverse, legendre mat.Dense
	_ = basis.Inverse(v)
	a.Mul(integral, &basis)
	_ = inverse.Inverse(&a)
	_ = legendre.Inverse(all)
	for j := range stages {
		for l := range stages {
			r.integrate[j][l] = a.At(j, l)
			r.inverse[j][l] = inverse.At(j, l)
			r.start[j] += inverse.At(j, l)
		}
	}
	for n := range nodes {
		for j := range nodes {
			r.legendre[n][j] = legendre.At(n, j)
		}
	}
	return r
}

// interpolateStages returns the polynomial through the values at the start and the
// stages.
func interpolateStages(values *[nodes]float64) (c collocation.Series) {
	for n := range c {
		for j, v := range values {
			c[n] += radau.legendre[n][j] * v
		}
	}
	return c
}
