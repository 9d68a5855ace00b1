package signsgd

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/spectra"
)

// Fit is a least squares problem solved on data: what the theory needs to know of them.
type Fit struct {
	Target    []float64     // θ*, of least norm among the minimizers of ‖y − Xθ‖
	Residuals []float64     // ε = y − Xθ*, one for each row
	Moments   *mat.SymDense // K = XᵀX/n
	Rank      int           // of X; singular values within max(n, d)·eps of the largest count as zero

	square float64 // ‖y‖²
}

// LeastSquares minimizes ‖y − Xθ‖ over θ without a ridge, for the samples x in rows and
// their labels y in one column. It reads the rows twice and keeps none, so the data may
// be larger than memory.
//
// The rows are folded into a triangular factor some at a time (J. Demmel, L. Grigori,
// M. Hoemmen and J. Langou, SIAM J. Sci. Comput. 34 (2012) A206), so the condition number
// of X is never squared. The factor is decomposed by singular values. The cost is about
// 2nd² operations for n rows and d columns.
func LeastSquares(ctx context.Context, x, y data.Rows) (*Fit, error) {
	s := Data{X: x, Y: y, InOrder: true}
	if x == nil || y == nil {
		return nil, errors.New("signsgd: LeastSquares: x and y must not be nil")
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	n, d := x.Dims()
	factor, err := triangular(ctx, s)
	if err != nil {
		return nil, err
	}
	f := &Fit{Residuals: make([]float64, n)}
	r := factor.Slice(0, d, 0, d)
	if err := f.solve(r, factor.Slice(0, d+1, d, d+1), float64(max(n, d))); err != nil {
		return nil, err
	}
	f.Moments = mat.NewSymDense(d, nil)
	f.Moments.SymOuterK(1/float64(n), r.T())
	err = eachRow(ctx, s, func(i int, row []float64, label float64) {
		f.Residuals[i] = label - floats.Dot(row, f.Target)
	})
	return f, err
}

// solve finds the minimizer from the factor R and from z = Qᵀy, whose last entry is what
// no θ explains.
func (f *Fit) solve(r, z mat.Matrix, size float64) error {
	_, d := r.Dims()
	var svd mat.SVD
	if !svd.Factorize(r, mat.SVDThin) {
		return fmt.Errorf("signsgd: LeastSquares: the singular value decomposition of %d columns failed", d)
	}
	sigma := svd.Values(nil)
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	f.Target = make([]float64, d)
	for k := range d {
		if sigma[k] <= size*0x1p-52*sigma[0] {
			break
		}
		f.Rank++
		c := 0.0
		for i := range d {
			c += u.At(i, k) * z.At(i, 0)
		}
		for i := range d {
			f.Target[i] += c / sigma[k] * v.At(i, k)
		}
	}
	for i := range d + 1 {
		f.square += z.At(i, 0) * z.At(i, 0)
	}
	return nil
}

// triangular returns the factor R of (X, y) = QR, of size d+1.
func triangular(ctx context.Context, s Data) (*mat.Dense, error) {
	_, d := s.X.Dims()
	width := d + 1
	block := max(4*width, 256)
	stack := mat.NewDense(width+block, width, nil) // the factor so far over rows to be folded in
	tau := make([]float64, width)
	var size [1]float64
	lapack64.Geqrf(stack.RawMatrix(), tau, size[:], -1)
	work := make([]float64, int(size[0]))
	filled := 0
	fold := func() {
		for ; filled < block; filled++ {
			clear(stack.RawRowView(width + filled))
		}
		// The reflectors are 0 where the factor so far is, so that it stays triangular.
		lapack64.Geqrf(stack.RawMatrix(), tau, work, len(work))
		filled = 0
	}
	err := eachRow(ctx, s, func(_ int, row []float64, label float64) {
		to := stack.RawRowView(width + filled)
		copy(to, row)
		to[d] = label
		if filled++; filled == block {
			fold()
		}
	})
	if err != nil {
		return nil, err
	}
	if filled > 0 {
		fold()
	}
	return mat.DenseCopyOf(stack.Slice(0, width, 0, width)), nil
}

// eachRow calls do with every sample and its label, in order.
func eachRow(ctx context.Context, s Data, do func(i int, row []float64, label float64)) error {
	n, d := s.X.Dims()
	row, label := make([]float64, d), make([]float64, 1)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := readRow("X", s.X, row, i); err != nil {
			return err
		}
		if err := readRow("Y", s.Y, label, i); err != nil {
			return err
		}
		do(i, row, label[0])
	}
	return nil
}

// Problem returns the one-pass problem that the fit stands for: x ~ N(0, K) with the
// second moments of the data, started at θ_0 = 0, under the noise law. A nil law is the
// empirical one of the residuals, which stands for the law of the noise as long as R is
// above the squared spacing of the residuals near 0; noise.FitNormalMixture and
// noise.FitStudentsT give laws without that limit. A column of zeros is an error.
//
// The problem draws its samples from the model. Set Problem.Samples to a Data to run on
// the data themselves. The risk of such a run is measured against a θ* that was fitted to
// the same rows, so that one pass over them ends below the curve of the theory, by a
// relative amount that grows with d/n. An honest comparison fits on one half of the rows
// and runs on the other; data.Range takes halves of a table. Standard errors over runs on one data set do not contain the
// chance of the data set.
func (f *Fit) Problem(law noise.Law) (Problem, error) {
	if f == nil || f.Moments == nil {
		return Problem{}, errors.New("signsgd: Fit.Moments is nil: LeastSquares returns a Fit")
	}
	k, err := spectra.NewDense(f.Moments)
	if err != nil {
		return Problem{}, err
	}
	if law == nil {
		law = noise.Empirical{Sample: f.Residuals}
	}
	p := Problem{Covariance: k, Noise: law, Target: f.Target}
	return p, p.Validate()
}

// Explained returns the share of the labels' mean square that the samples explain. It is 0
// if all labels are 0.
func (f *Fit) Explained() float64 {
	if f.square == 0 {
		return 0
	}
	return 1 - math.Pow(floats.Norm(f.Residuals, 2), 2)/f.square
}
