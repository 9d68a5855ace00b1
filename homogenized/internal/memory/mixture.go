package memory

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Mixture writes the noise κ(ρ; R) of a rule as a sum of functions with nonnegative weights.
// Each of them is a nonnegative sum of functions arcsin(γρ), 0 ≤ γ ≤ 1, as κ is: exactly for
// the sign of a sum of gradients, and to about 1e-7 κ(1) for Adam.
//
// A least squares fit at Points makes the weights. As the functions are nearly dependent, some
// weights would be negative. So in one panel of a table one set of functions is used, of
// which all weights are nonnegative at its nodes. There the weights are linear in κ, and so
// as smooth in R as κ is.
//
// Nonnegative weights of functions of fixed γ have errors of the square of the distance of the
// γ, where κ has one γ alone: up to 1e-4 κ(1) for twelve of them. So the κ that have few γ, or
// that many R share, are functions of their own; see With.
type Mixture struct {
	// Points are the increasing ρ at which κ is needed. The last is 1, where the fit is
	// exact up to 1e-9.
	Points []float64

	parts  []Arcsines
	matrix *mat.Dense // of the functions at Points, times the weights of the points
}

// Arcsines is the function Σ_j w_j arcsin(γ_j ρ)/arcsin γ_j, where arcsin(γρ)/arcsin γ is ρ for
// γ = 0.
type Arcsines []arcsine

type arcsine struct{ gamma, factor float64 } // w/arcsin γ, or w for γ = 0

func newArcsine(gamma, weight float64) arcsine {
	if gamma > 0 {
		weight /= math.Asin(gamma)
	}
	return arcsine{gamma, weight}
}

// At returns the function at ρ.
func (a Arcsines) At(rho float64) float64 {
	sum := 0.0
	for _, t := range a {
		if t.gamma == 0 {
			sum += t.factor * rho
		} else {
			sum += t.factor * math.Asin(max(-1, min(1, t.gamma*rho)))
		}
	}
	return sum
}

// fan returns n functions arcsin(γρ)/arcsin γ whose γ_j = cos(π/2 (j/(n−1))^p), j = 0, …, n−1,
// crowd at 1, as arcsin(γρ) has a square root singularity at γρ = 1.
func fan(n int, power float64) []Arcsines {
	parts := make([]Arcsines, n)
	for j := range parts {
		gamma := math.Cos(math.Pi / 2 * math.Pow(float64(j)/float64(n-1), power))
		if j == n-1 {
			gamma = 0
		}
		parts[j] = Arcsines{newArcsine(gamma, 1)}
	}
	return parts
}

// Signs is the mixture for signs of sums, beside (2/π) arcsin ρ, and Quotients that for Adam.
// The first function of both is (2/π) arcsin ρ, and the last is ρ.
var (
	Signs     = newMixture([]float64{0.12, 0.24, 0.36, 0.48, 0.6, 0.72, 0.84, 0.9, 0.94, 0.97, 0.986, 0.993, 0.997, 0.999, 0.9997, 1}, fan(13, 2.5))
	Quotients = newMixture([]float64{0.18, 0.36, 0.54, 0.72, 0.84, 0.9, 0.94, 0.97, 0.986, 0.995, 0.998, 0.9994, 0.9999, 1}, fan(12, 3))
)

func newMixture(points []float64, parts []Arcsines) *Mixture {
	m := &Mixture{Points: points, parts: parts, matrix: mat.NewDense(len(points), len(parts), nil)}
	for i, rho := range points {
		for j := range parts {
			m.matrix.Set(i, j, m.weight(i)*m.Part(j, rho))
		}
	}
	return m
}

// Fit returns the function of 64 γ that is nearest to a κ with the given values at Points. Its
// error is some 1e-7 κ(1).
func (m *Mixture) Fit(kappa []float64) Arcsines {
	fine := newMixture(m.Points, fan(64, 2.5))
	var fit Arcsines
	for j, w := range fine.nonnegativeFit(m.weighted(kappa)) {
		if w > 0 {
			fit = append(fit, newArcsine(fine.parts[j][0].gamma, w))
		}
	}
	return fit
}

// With returns the mixture of the functions of m and of those that fit the given κ, divided by
// their values at 1.
func (m *Mixture) With(kappas ...[]float64) *Mixture {
	parts := slices.Clone(m.parts)
	for _, kappa := range kappas {
		fit := m.Fit(kappa)
		one := fit.At(1)
		for i := range fit {
			fit[i].factor /= one
		}
		parts = append(parts, fit)
	}
	return newMixture(m.Points, parts)
}

// Parts returns the number of functions.
func (m *Mixture) Parts() int { return len(m.parts) }

// Part returns the j-th function at ρ. It is 1 at 1.
func (m *Mixture) Part(j int, rho float64) float64 { return m.parts[j].At(rho) }

// endWeight is the weight of ρ = 1 in the fit, against 1 elsewhere.
const endWeight = 30

func (m *Mixture) weight(point int) float64 {
	if point == len(m.Points)-1 {
		return endWeight
	}
	return 1
}

// weighted returns the values times the weights of their points.
func (m *Mixture) weighted(kappa []float64) []float64 {
	row := make([]float64, len(kappa))
	for i, v := range kappa {
		row[i] = v * m.weight(i)
	}
	return row
}

// Gains returns for each row of values of a κ at Points the weights of the functions in it. All
// rows use the same set of functions. The sets tried are that of all functions, and for each
// row the set that fits it best with nonnegative weights. From each of them the functions are
// taken out whose weights are negative in some row. Then the set that fits all rows best is
// used. The misfit is the largest difference at Points, relative to κ(1).
func (m *Mixture) Gains(kappa [][]float64) (gains [][]float64, misfit float64) {
	rows := make([][]float64, len(kappa))
	for n, k := range kappa {
		rows[n] = m.weighted(k)
	}
	all := make([]int, m.Parts())
	for j := range all {
		all[j] = j
	}
	sets := [][]int{all}
	for _, row := range rows {
		sets = append(sets, positive(m.nonnegativeFit(row)))
	}
	misfit = math.Inf(1)
	for _, set := range sets {
		if g, now := m.commonGains(rows, set); now < misfit {
			gains, misfit = g, now
		}
	}
	return gains, misfit
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
			one := row[len(row)-1] / endWeight
			for i, v := range rest {
				misfit = max(misfit, math.Abs(v)/m.weight(i)/one)
			}
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
		if enter < 0 || len(positive(x)) == len(row) { // which are fitted exactly
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
