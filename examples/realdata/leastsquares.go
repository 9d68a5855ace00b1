package main

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// Solution is a least squares problem solved.
type Solution struct {
	Target   []float64     // θ*, of least norm among the minimizers
	Residual []float64     // ε = y − Xθ*
	K        *mat.SymDense // second moments XᵀX/n
	Rank     int           // of X, by the threshold max(n, d)·eps of its largest singular value
}

// LeastSquares minimizes ‖y − Xθ‖ without a ridge. It folds the rows of (X, y) into a
// triangular factor some at a time (J. Demmel, L. Grigori, M. Hoemmen and J. Langou, SIAM
// J. Sci. Comput. 34 (2012) A206), so that the condition number of X is never squared,
// and decomposes the factor by singular values, of which those at the level of rounding
// count as zero.
func LeastSquares(x data.InMemory, y []float64) (*Solution, error) {
	n, d := x.Dims()
	if len(y) != n {
		panic("realdata: LeastSquares: lengths of x and y differ")
	}
	factor := triangular(x, y)
	r := factor.Slice(0, d, 0, d)
	var svd mat.SVD
	if !svd.Factorize(r, mat.SVDThin) {
		return nil, fmt.Errorf("least squares: the singular value decomposition of %d features failed", d)
	}
	sigma := svd.Values(nil)
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	s := &Solution{Target: make([]float64, d), Residual: make([]float64, n)}
	z := factor.Slice(0, d, d, d+1)
	for k := range d {
		if sigma[k] <= float64(max(n, d))*0x1p-52*sigma[0] {
			break
		}
		s.Rank++
		c := 0.0
		for i := range d {
			c += u.At(i, k) * z.At(i, 0)
		}
		for i := range d {
			s.Target[i] += c / sigma[k] * v.At(i, k)
		}
	}
	for i := range n {
		s.Residual[i] = y[i] - floats.Dot(x.Values[i*d:(i+1)*d], s.Target)
	}
	s.K = mat.NewSymDense(d, nil)
	s.K.SymOuterK(1/float64(n), r.T())
	return s, nil
}

// triangular returns the factor R of (X, y) = QR, of size d+1.
func triangular(x data.InMemory, y []float64) *mat.Dense {
	n, d := x.Dims()
	width := d + 1
	block := max(4*width, chunk)
	stack := mat.NewDense(width+block, width, nil) // the factor so far over rows to be folded in
	tau := make([]float64, width)
	var size [1]float64
	lapack64.Geqrf(stack.RawMatrix(), tau, size[:], -1)
	work := make([]float64, int(size[0]))
	for first := 0; first < n; first += block {
		for i := range block {
			row := stack.RawRowView(width + i)
			if first+i >= n {
				clear(row)
				continue
			}
			copy(row, x.Values[(first+i)*d:(first+i+1)*d])
			row[d] = y[first+i]
		}
		lapack64.Geqrf(stack.RawMatrix(), tau, work, len(work))
		for i := range width {
			clear(stack.RawRowView(i)[:i]) // of the reflectors
		}
	}
	return mat.DenseCopyOf(stack.Slice(0, width, 0, width))
}

// Explained returns the share of the labels' mean square that the features explain.
func (s *Solution) Explained(y []float64) float64 {
	return 1 - math.Pow(floats.Norm(s.Residual, 2)/floats.Norm(y, 2), 2)
}
