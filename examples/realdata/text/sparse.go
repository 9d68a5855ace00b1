package text

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// sparse is a matrix stored by rows: row i has value[k] at column[k], the columns
// increasing, for start[i] ≤ k < start[i+1].
type sparse struct {
	cols   int
	start  []int
	column []int
	value  []float64
}

// endRow ends the row whose entries are those from first on, in any order: it sorts them
// and scales them to unit length.
func (m *sparse) endRow(first int) {
	columns, values := m.column[first:], m.value[first:]
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return columns[a] - columns[b] })
	oldColumns, oldValues := slices.Clone(columns), slices.Clone(values)
	square := 0.0
	for i, k := range order {
		columns[i], values[i] = oldColumns[k], oldValues[k]
		square += values[i] * values[i]
	}
	for i := range values {
		values[i] /= math.Sqrt(square)
	}
	m.start = append(m.start, len(m.column))
}

func (m *sparse) rows() int { return len(m.start) - 1 }

// mul returns M·b.
func (m *sparse) mul(b *mat.Dense) *mat.Dense {
	_, n := b.Dims()
	product := mat.NewDense(m.rows(), n, nil)
	for i := range m.rows() {
		row := product.RawRowView(i)
		for k := m.start[i]; k < m.start[i+1]; k++ {
			addScaled(row, m.value[k], b.RawRowView(m.column[k]))
		}
	}
	return product
}

// mulT returns Mᵀ·b.
func (m *sparse) mulT(b *mat.Dense) *mat.Dense {
	_, n := b.Dims()
	product := mat.NewDense(m.cols, n, nil)
	for i := range m.rows() {
		row := b.RawRowView(i)
		for k := m.start[i]; k < m.start[i+1]; k++ {
			addScaled(product.RawRowView(m.column[k]), m.value[k], row)
		}
	}
	return product
}

func addScaled(dst []float64, a float64, x []float64) {
	for i, v := range x {
		dst[i] += a * v
	}
}

// Of the randomized decomposition.
const (
	oversampling = 20 // dimensions more than asked for
	iterations   = 6  // of the power method
)

// project returns UΣ of the truncated singular value decomposition M ≈ UΣVᵀ of rank dim,
// singular values descending, by randomized subspace iteration (N. Halko, P. G.
// Martinsson and J. A. Tropp, SIAM Rev. 53 (2011) 217, Algorithm 4.4): the subspace
// misses the leading one by (σ_{dim+20}/σ_dim)^13 or so. Each column's largest entry is
// positive.
func (m *sparse) project(dim int, rng *rand.Rand) (*mat.Dense, error) {
	limit := min(m.rows(), m.cols)
	if dim < 1 || dim > limit {
		return nil, fmt.Errorf("text: dim is %d: must lie in [1, %d], for %d documents and %d words", dim, limit, m.rows(), m.cols)
	}
	width := min(dim+oversampling, limit)
	start := mat.NewDense(m.cols, width, nil)
	start.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, start)
	v := orthonormal(start)
	for range iterations {
		v = orthonormal(m.mulT(orthonormal(m.mul(v))))
	}
	var small mat.SVD
	if !small.Factorize(m.mul(v), mat.SVDThin) {
		return nil, fmt.Errorf("text: the singular value decomposition of %d documents failed", m.rows())
	}
	var u mat.Dense
	small.UTo(&u)
	sigma := small.Values(nil)
	x := mat.NewDense(m.rows(), dim, nil)
	for j := range dim {
		largest := 0.0
		for i := range m.rows() {
			if a := u.At(i, j); math.Abs(a) > math.Abs(largest) {
				largest = a
			}
		}
		scale := math.Copysign(sigma[j], largest)
		for i := range m.rows() {
			x.Set(i, j, scale*u.At(i, j))
		}
	}
	return x, nil
}

// orthonormal overwrites a, of at least as many rows as columns, with an orthonormal
// basis that spans its columns, and returns it.
func orthonormal(a *mat.Dense) *mat.Dense {
	raw := a.RawMatrix()
	tau := make([]float64, raw.Cols)
	var size [1]float64
	lapack64.Geqrf(raw, tau, size[:], -1)
	work := make([]float64, int(size[0]))
	lapack64.Geqrf(raw, tau, work, len(work))
	lapack64.Orgqr(raw, tau, size[:], -1)
	work = make([]float64, int(size[0]))
	lapack64.Orgqr(raw, tau, work, len(work))
	return a
}
