package fluctuation

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// precision is the error of the exponentials that a skeleton gives, relative to the
// slowest of them.
const precision = 1e-12

// Skeleton replaces eigenvalues λ_i by a few of them, the nodes z_k, with weights L_ik such
// that
//
//	e^{−λ_i s} = Σ_k L_ik e^{−z_k s}  for 0 ≤ s ≤ reach.
//
// The exponentials of a short reach span few dimensions, however many there are: some
// twenty. Whatever sees modes through exponentials alone, such as the covariance Γ of
// their risks, is then exact for the nodes, with masses Lᵀx in place of x and matrices
// LᵀXL in place of X.
type Skeleton struct {
	Nodes  []float64      // z_k
	weight blas64.General // L, one row for each λ_i; no data where the nodes are all of the λ_i
}

// NewSkeleton returns the skeleton of the positive eigenvalues. It is an interpolative
// decomposition: a pivoted QR decomposition of the exponentials at samples of s. These go
// beyond the reach and are so dense in log s that the error between them is hardly larger.
func NewSkeleton(lambda []float64, reach float64) *Skeleton {
	n := len(lambda)
	all := &Skeleton{Nodes: lambda}
	if n <= 8 {
		return all
	}
	low, high := floats.Min(lambda), floats.Max(lambda)
	samples := []float64{0}
	for s := 1.5 * reach; s*high > 0.02; s *= math.Exp(-0.12) {
		samples = append(samples, s)
	}
	m := len(samples)
	rest := make([]float64, n*m) // row i: what is left of the exponential of λ_i
	square := make([]float64, n)
	for i, l := range lambda {
		row := rest[i*m:][:m]
		for j, s := range samples {
			row[j] = collocation.ExpNegative((l - low) * s)
		}
		square[i] = floats.Dot(row, row)
	}
	var pivots []int
	var upper [][]float64 // row k of R: the products of the k-th basis vector with all rows
	for {
		pivot := floats.MaxIdx(square)
		norm := math.Sqrt(square[pivot])
		if norm <= precision {
			break
		}
		if len(pivots) > 3*n/4 || len(pivots) == m {
			return all
		}
		basis := make([]float64, m)
		copy(basis, rest[pivot*m:][:m])
		floats.Scale(1/floats.Norm(basis, 2), basis)
		products := make([]float64, n)
		for i := range lambda {
			row := rest[i*m:][:m]
			p := floats.Dot(basis, row)
			products[i] = p
			floats.AddScaled(row, -p, basis)
			square[i] = floats.Dot(row, row)
		}
		square[pivot] = 0
		pivots, upper = append(pivots, pivot), append(upper, products)
	}
	k := len(pivots)
	s := &Skeleton{Nodes: make([]float64, k), weight: blas64.General{Rows: n, Cols: k, Stride: k, Data: make([]float64, n*k)}}
	for a, p := range pivots {
		s.Nodes[a] = lambda[p]
	}
	for i := range lambda { // L_i solves R_11 L_i = R_i
		row := s.weight.Data[i*k:][:k]
		for a := k - 1; a >= 0; a-- {
			sum := upper[a][i]
			for b := a + 1; b < k; b++ {
				sum -= upper[a][pivots[b]] * row[b]
			}
			row[a] = sum / upper[a][pivots[a]]
		}
	}
	return s
}

// whole reports whether the nodes are all of the eigenvalues.
func (s *Skeleton) whole() bool { return s.weight.Data == nil }

// Vector returns Lᵀx.
func (s *Skeleton) Vector(x []float64) []float64 {
	y := make([]float64, len(s.Nodes))
	if s.whole() {
		copy(y, x)
		return y
	}
	for i, v := range x {
		floats.AddScaled(y, v, s.weight.Data[i*s.weight.Stride:][:len(y)])
	}
	return y
}

// Diagonal returns Lᵀ diag(x) L.
func (s *Skeleton) Diagonal(x []float64) []float64 {
	k := len(s.Nodes)
	y := make([]float64, k*k)
	for i, v := range x {
		if s.whole() {
			y[i*k+i] = v
			continue
		}
		row := s.weight.Data[i*k:][:k]
		for a, w := range row {
			floats.AddScaled(y[a*k:][:k], v*w, row)
		}
	}
	return y
}
