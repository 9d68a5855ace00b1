package memory

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Mixture writes the noise κ(ρ; R) of a rule as a sum of functions arcsin(γρ), 0 ≤ γ ≤ 1,
// with nonnegative weights,
//
//	Part_j(ρ) = arcsin(γ_j ρ)/arcsin(γ_j), γ_j = cos(π/2 (j/(n−1))^p), j = 0, …, n−1,
//
// which are ρ for γ_j = 0. κ of the sign of a sum of gradients is such a mixture exactly. For
// Adam it is one to about 1e-7 κ(1). The γ_j crowd at 1, as arcsin(γρ) has a square root
// singularity at γρ = 1.
//
// A least squares fit at Points makes the weights. As the functions are nearly dependent, some
// weights would be negative. So in one panel of a table one set of functions is used, of
// which all weights are nonnegative at its nodes. There the weights are linear in κ, and so
// as smooth in R as κ is.
type Mixture struct {
	// Points are the increasing ρ at which κ is needed. The last is 1, where the fit is
	// exact up to 1e-9.
	Points []float64

	gammas []float64
	matrix *mat.Dense // of the functions at Points, times the weights of the points
}

// Signs is the mixture for signs of sums, beside (2/π) arcsin ρ, and Quotients that for Adam.
var (
	Signs = newMixture(9, 3, func() []float64 {
		rho := make([]float64, 9)
		for i := range rho {
			rho[8-i] = math.Cos(math.Pi / 2 * math.Pow(float64(i)/8.5, 3))
		}
		return rho
	}())
	Quotients = newMixture(10, 2, []float64{0.15, 0.3, 0.45, 0.6, 0.72, 0.82, 0.89, 0.94, 0.97, 0.99, 1})
)

func newMixture(parts int, power float64, points []float64) *Mixture {
	m := &Mixture{Points: points, matrix: mat.NewDense(len(points), parts, nil)}
	for j := range parts {
		m.gammas = append(m.gammas, math.Cos(math.Pi/2*math.Pow(float64(j)/float64(parts-1), power)))
	}
	m.gammas[parts-1] = 0
	for i, rho := range points {
		for j := range parts {
			m.matrix.Set(i, j, m.weight(i)*m.Part(j, rho))
		}
	}
	return m
}

// Parts returns the number of functions.
func (m *Mixture) Parts() int { return len(m.gammas) }

// Part returns the j-th function at ρ.
func (m *Mixture) Part(j int, rho float64) float64 {
	g := m.gammas[j]
	if g == 0 {
		return rho
	}
	return math.Asin(max(-1, min(1, g*rho))) / math.Asin(g)
}

// endWeight is the weight of ρ = 1 in the fit, against 1 elsewhere.
const endWeight = 1e3

func (m *Mixture) weight(point int) float64 {
	if point == len(m.Points)-1 {
		return endWeight
	}
	return 1
}

// Gains returns for each row of values of a κ at Points the weights of the functions in it. All
// rows use the same set of functions. The sets tried are that of all functions, and for each
// row the set that fits it best with nonnegative weights. From each of them the functions are
// taken out whose weights are negative in some row. Then the set that fits all rows best is
// used.
func (m *Mixture) Gains(kappa [][]float64) [][]float64 {
	rows := make([][]float64, len(kappa))
	for n, k := range kappa {
		rows[n] = make([]float64, len(k))
		for i, v := range k {
			rows[n][i] = v * m.weight(i)
		}
	}
	all := make([]int, m.Parts())
	for j := range all {
		all[j] = j
	}
	sets := [][]int{all}
	for _, row := range rows {
		sets = append(sets, positive(m.nonnegativeFit(row)))
	}
	var best [][]float64
	least := math.Inf(1)
	for _, set := range sets {
		gains, misfit := m.commonGains(rows, set)
		if misfit < least {
			best, least = gains, misfit
		}
	}
	return best
}

// commonGains fits the rows by functions of the set, without those whose weights are
// negative, and returns the largest misfit relative to κ(1).
func (m *Mixture) commonGains(rows [][]float64, set []int) (gains [][]float64, misfit float64) {
	for {
		lowest, worst := 0.0, 0
		gains, misfit = nil, 0
		for _, row := range rows {
			w, rest := m.fit(row, set)
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
func (m *Mixture) fit(row []float64, set []int) (weights, rest []float64) {
	weights, rest = make([]float64, m.Parts()), append([]float64(nil), row...)
	if len(set) == 0 {
		return weights, rest
	}
	a := mat.NewDense(len(row), len(set), nil)
	for at, j := range set {
		a.SetCol(at, mat.Col(nil, j, m.matrix))
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
func (m *Mixture) nonnegativeFit(row []float64) []float64 {
	most := 10 * m.Parts() // steps; it takes about one for each function
	x := make([]float64, m.Parts())
	used, refused := make([]bool, m.Parts()), make([]bool, m.Parts())
	for range most {
		_, rest := m.fit(row, nil)
		for j := range m.Parts() {
			floats.AddScaled(rest, -x[j], mat.Col(nil, j, m.matrix))
		}
		enter, steepest := -1, 1e-18*floats.Norm(row, 2)
		for j := range m.Parts() {
			if g := floats.Dot(rest, mat.Col(nil, j, m.matrix)); !used[j] && !refused[j] && g > steepest {
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
			w, _ := m.fit(row, set)
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
