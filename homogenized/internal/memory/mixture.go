package memory

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Adam's κ, too, is a mixture of functions arcsin(γρ) to about 1e-7 κ(1), with nonnegative
// weights. The functions Part are
//
//	arcsin(γ_j ρ)/arcsin(γ_j), γ_j = cos(π/2 (j/9)²), j = 0, …, 9,
//
// and ρ where γ_j = 0. A least squares fit at MixturePoints makes the weights. As the
// functions are nearly dependent, some weights would be negative. So in one panel of a table
// one set of functions is used, of which all weights are nonnegative at its nodes. There the
// weights are linear in κ, and so as smooth in R as κ is.

// Parts is the number of functions Part.
const Parts = 10

// MixturePoints are the ρ at which Adam's κ is computed. The last is 1, where the fit is
// exact up to 1e-9.
var MixturePoints = []float64{0.15, 0.3, 0.45, 0.6, 0.72, 0.82, 0.89, 0.94, 0.97, 0.99, 1}

// Part returns the j-th function at ρ.
func Part(j int, rho float64) float64 {
	g := partNodes[j]
	if j == Parts-1 {
		return rho
	}
	return math.Asin(max(-1, min(1, g*rho))) / math.Asin(g)
}

var partNodes = func() (g [Parts]float64) {
	for j := range g {
		x := float64(j) / (Parts - 1)
		g[j] = math.Cos(math.Pi / 2 * x * x)
	}
	return g
}()

// endWeight is the weight of ρ = 1 in the fit, against 1 elsewhere.
const endWeight = 1e3

// partMatrix holds the functions at MixturePoints, times the weights of the points.
var partMatrix = func() *mat.Dense {
	m := mat.NewDense(len(MixturePoints), Parts, nil)
	for i, rho := range MixturePoints {
		for j := range Parts {
			m.Set(i, j, pointWeight(i)*Part(j, rho))
		}
	}
	return m
}()

func pointWeight(i int) float64 {
	if i == len(MixturePoints)-1 {
		return endWeight
	}
	return 1
}

// PartGains returns for each row of values of a κ at MixturePoints the weights of the
// functions Part in it. All rows use the same functions. The sets tried are all functions,
// and those that fit one of the rows best with nonnegative weights, each less the functions
// whose weights are negative in some row. The set that fits all rows best is taken.
func PartGains(kappa [][]float64) [][]float64 {
	rows := make([][]float64, len(kappa))
	for n, k := range kappa {
		rows[n] = make([]float64, len(k))
		for i, v := range k {
			rows[n][i] = v * pointWeight(i)
		}
	}
	all := make([]int, Parts)
	for j := range all {
		all[j] = j
	}
	sets := [][]int{all}
	for _, row := range rows {
		sets = append(sets, positive(nonnegativeFit(row)))
	}
	var best [][]float64
	least := math.Inf(1)
	for _, set := range sets {
		gains, misfit := commonGains(rows, set)
		if misfit < least {
			best, least = gains, misfit
		}
	}
	return best
}

// commonGains fits the rows by functions of the set, without those whose weights are
// negative, and returns the largest misfit relative to κ(1).
func commonGains(rows [][]float64, set []int) (gains [][]float64, misfit float64) {
	for {
		lowest, worst := 0.0, 0
		gains, misfit = nil, 0
		for _, row := range rows {
			w, rest := fit(row, set)
			gains = append(gains, w)
			misfit = max(misfit, floats.Norm(rest, math.Inf(1))/row[len(row)-1])
			for at, j := range set {
				if share := w[j] / row[len(row)-1]; share < lowest {
					lowest, worst = share, at
				}
			}
		}
		if lowest == 0 {
			return gains, misfit
		}
		set = append(set[:worst:worst], set[worst+1:]...)
	}
}

// fit returns the least squares weights of the functions of the set, 0 for the others, and
// what is left of the row.
func fit(row []float64, set []int) (weights, rest []float64) {
	weights, rest = make([]float64, Parts), append([]float64(nil), row...)
	if len(set) == 0 {
		return weights, rest
	}
	a := mat.NewDense(len(row), len(set), nil)
	for at, j := range set {
		a.SetCol(at, mat.Col(nil, j, partMatrix))
	}
	var qr mat.QR
	qr.Factorize(a)
	var w mat.VecDense
	if err := qr.SolveVecTo(&w, false, mat.NewVecDense(len(row), row)); err != nil {
		if _, ok := err.(mat.Condition); !ok {
			panic(err)
		}
	}
	for at, j := range set {
		weights[j] = w.AtVec(at)
		for i := range rest {
			rest[i] -= a.At(i, at) * weights[j]
		}
	}
	return weights, rest
}

// nonnegativeFit returns the nonnegative weights of least squares by the active set method
// of Lawson and Hanson.
func nonnegativeFit(row []float64) []float64 {
	const most = 10 * Parts // steps; one takes about Parts
	x := make([]float64, Parts)
	used, refused := make([]bool, Parts), make([]bool, Parts)
	for range most {
		_, rest := fit(row, nil)
		for j := range Parts {
			floats.AddScaled(rest, -x[j], mat.Col(nil, j, partMatrix))
		}
		enter, steepest := -1, 1e-18*floats.Norm(row, 2)
		for j := range Parts {
			if g := floats.Dot(rest, mat.Col(nil, j, partMatrix)); !used[j] && !refused[j] && g > steepest {
				enter, steepest = j, g
			}
		}
		if enter < 0 {
			break
		}
		used[enter] = true
		for {
			var set []int
			for j, u := range used {
				if u {
					set = append(set, j)
				}
			}
			w, _ := fit(row, set)
			// The largest step from x towards w that keeps the weights nonnegative.
			step, first := 1.0, -1
			for _, j := range set {
				if w[j] <= 0 && x[j]/(x[j]-w[j]) < step || w[j] < 0 && x[j] == 0 {
					step, first = max(x[j]/(x[j]-w[j]), 0), j
				}
			}
			for _, j := range set {
				x[j] += step * (w[j] - x[j])
			}
			if first < 0 {
				clear(refused)
				break
			}
			x[first], used[first] = 0, false
			if first == enter && step == 0 { // up to rounding it would not enter
				refused[enter] = true
				break
			}
		}
	}
	return x
}

// positive returns the indices of the positive values.
func positive(x []float64) []int {
	var set []int
	for j, v := range x {
		if v > 0 {
			set = append(set, j)
		}
	}
	return set
}
