package fluctuation

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Matrices returns LᵀXL for symmetric matrices X, of which fill stores row i in dst, one
// part of dst for each matrix. progress, if it is not nil, is told how many rows are done.
// The result does not depend on the number of goroutines.
func (s *Skeleton) Matrices(ctx context.Context, number int, fill func(i int, dst [][]float64), progress func(done, total int)) ([][]float64, error) {
	const block = 32
	n, k := s.size(), len(s.Nodes)
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
func (s *Skeleton) size() int {
	if s.whole() {
		return len(s.Nodes)
	}
	return s.weight.Rows
}

// sandwich returns what the rows of X from first on add to LᵀXL.
func (s *Skeleton) sandwich(first int, x, images blas64.General) []float64 {
	k := len(s.Nodes)
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
