package odes

import (
	"context"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// skeletonError is the error of the exponentials that a skeleton gives, relative to the
// slowest of them.
const skeletonError = 1e-12

// skeleton replaces eigenvalues λ_i by a few of them, the nodes z_k, with weights L_ik such
// that
//
//	e^{−λ_i s} = Σ_k L_ik e^{−z_k s}  for 0 ≤ s ≤ reach.
//
// The exponentials of a short reach span few dimensions, however many there are: some
// twenty. Whatever sees modes through exponentials alone, such as the covariance Γ of
// their risks, is then exact for the nodes, with masses Lᵀx in place of x and matrices
// LᵀXL in place of X.
type skeleton struct {
	nodes  []float64      // z_k
	weight blas64.General // L, one row for each λ_i; no data where the nodes are all of the λ_i
}

// newSkeleton returns the skeleton of the positive eigenvalues. It is an interpolative
// decomposition: a pivoted QR decomposition of the exponentials at samples of s, which go
// beyond the reach and
// are so dense in log s that the error between them is hardly larger.
func newSkeleton(lambda []float64, reach float64) *skeleton {
	n := len(lambda)
	all := &skeleton{nodes: lambda}
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
			row[j] = expNegative((l - low) * s)
		}
		square[i] = floats.Dot(row, row)
	}
	var pivots []int
	var upper [][]float64 // row k of R: the products of the k-th basis vector with all rows
	for {
		pivot := floats.MaxIdx(square)
		norm := math.Sqrt(square[pivot])
		if norm <= skeletonError {
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
	s := &skeleton{nodes: make([]float64, k), weight: blas64.General{Rows: n, Cols: k, Stride: k, Data: make([]float64, n*k)}}
	for a, p := range pivots {
		s.nodes[a] = lambda[p]
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
func (s *skeleton) whole() bool { return s.weight.Data == nil }

// vector returns Lᵀx.
func (s *skeleton) vector(x []float64) []float64 {
	y := make([]float64, len(s.nodes))
	if s.whole() {
		copy(y, x)
		return y
	}
	for i, v := range x {
		floats.AddScaled(y, v, s.weight.Data[i*s.weight.Stride:][:len(y)])
	}
	return y
}

// diagonal returns Lᵀ diag(x) L.
func (s *skeleton) diagonal(x []float64) []float64 {
	k := len(s.nodes)
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

// matrices returns LᵀXL for symmetric matrices X, of which fill stores row i in dst, one
// part of dst for each matrix. progress, if it is not nil, is told how many rows are done.
// The result does not depend on the number of goroutines.
func (s *skeleton) matrices(ctx context.Context, number int, fill func(i int, dst [][]float64), progress func(done, total int)) ([][]float64, error) {
	const block = 32
	n, k := s.size(), len(s.nodes)
	out := make([][]float64, number)
	for m := range out {
		out[m] = make([]float64, k*k)
	}
	blocks := (n + block - 1) / block
	sums := make([][][]float64, blocks)
	var next, done atomic.Int64
	var reporting sync.Mutex
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), blocks) {
		wait.Go(func() {
			rows := make([]float64, number*block*n)
			images := blas64.General{Cols: k, Stride: k, Data: make([]float64, block*k)}
			at := make([][]float64, number)
			for ctx.Err() == nil {
				b := int(next.Add(1)) - 1
				if b >= blocks {
					return
				}
				first, last := b*block, min((b+1)*block, n)
				for i := first; i < last; i++ {
					for m := range at {
						at[m] = rows[(m*block+i-first)*n:][:n]
					}
					fill(i, at)
				}
				sums[b] = make([][]float64, number)
				for m := range sums[b] {
					x := blas64.General{Rows: last - first, Cols: n, Stride: n, Data: rows[m*block*n:]}
					sums[b][m] = s.sandwich(first, x, images)
				}
				if progress != nil {
					reporting.Lock()
					progress(int(done.Add(int64(last-first))), n)
					reporting.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for b, parts := range sums {
		for m, part := range parts {
			if s.whole() {
				copy(out[m][b*block*k:], part)
			} else {
				floats.Add(out[m], part)
			}
		}
	}
	return out, nil
}

// size returns the number of eigenvalues.
func (s *skeleton) size() int {
	if s.whole() {
		return len(s.nodes)
	}
	return s.weight.Rows
}

// sandwich returns what the rows of X from first on add to LᵀXL.
func (s *skeleton) sandwich(first int, x, images blas64.General) []float64 {
	k := len(s.nodes)
	if s.whole() {
		return append([]float64{}, x.Data[:x.Rows*x.Cols]...)
	}
	images.Rows = x.Rows
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, x, s.weight, 0, images)
	left := blas64.General{Rows: x.Rows, Cols: k, Stride: k, Data: s.weight.Data[first*k:]}
	sum := blas64.General{Rows: k, Cols: k, Stride: k, Data: make([]float64, k*k)}
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, left, images, 0, sum)
	return sum.Data
}
