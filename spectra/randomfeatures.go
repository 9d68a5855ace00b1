package spectra

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// RandomFeatures is the regression on power-law random features, a model of neural scaling
// laws (A. Maloney, D. Roberts and J. Sully, arXiv:2210.16859; E. Paquette, C. Paquette,
// L. Xiao and J. Pennington, arXiv:2405.15074). The inputs are x ~ N(0, H) in R^v with
// H = diag(j^{−2α}), and the labels are y = ⟨x, b⟩ with b_j = j^{−β}, without noise. The
// model sees the d features Wᵀx, where W is v×d with independent N(0, 1/d) entries, and
// predicts ⟨Wᵀx, θ⟩.
//
// Given W this is Gaussian least squares in R^d: the features have the covariance
// K = WᵀHW, θ* is the best linear fit, and y − ⟨Wᵀx, θ*⟩ is Gaussian and independent of
// the features. The loss ½E(y − ⟨Wᵀx, θ⟩)² is the risk R(θ) = ½ νᵀKν with ν = θ − θ* plus
// the irreducible risk, half the variance of that noise.
//
// K has the law of NewPowerLawFeatures with the exponent 2·Alpha.
type RandomFeatures struct {
	Dim     int     // number of features d, at least 1
	Ambient int     // dimension of the inputs v, at least d
	Alpha   float64 // α of the covariance, positive
	Beta    float64 // β of the target, such that α + β > ½; may be negative
}

// Validate returns an error that names the first bad field, and nil if there is none.
func (f RandomFeatures) Validate() error {
	switch {
	case f.Dim < 1:
		return fmt.Errorf("spectra: RandomFeatures.Dim is %d: must be at least 1", f.Dim)
	case f.Ambient < f.Dim:
		return fmt.Errorf("spectra: RandomFeatures.Ambient is %d: must be at least Dim, %d", f.Ambient, f.Dim)
	case !(f.Alpha > 0 && f.Alpha <= maxExponent):
		return fmt.Errorf("spectra: RandomFeatures.Alpha is %v: must lie in (0, %v]", f.Alpha, maxExponent)
	case !(f.Alpha+f.Beta > 0.5 && f.Beta <= maxExponent):
		return fmt.Errorf("spectra: RandomFeatures.Beta is %v: must exceed ½ − Alpha, %v, and be at most %v", f.Beta, 0.5-f.Alpha, maxExponent)
	}
	return nil
}

// maxExponent bounds the exponents of RandomFeatures, beyond which the powers that they
// give leave the range of numbers.
const maxExponent = 8

// DrawnFeatures are random features with a W that was drawn.
type DrawnFeatures struct {
	Covariance  *Dense    // K = WᵀHW
	Target      []float64 // θ*
	Irreducible float64   // ½E(y − ⟨Wᵀx, θ*⟩)², the least loss of the d features
}

// maxDraws is the largest number of entries of a W that Draw draws.
const maxDraws = 1 << 31

// Draw draws W. The error is ErrTooLarge if d exceeds DenseLimit or d·v exceeds 2^31, and
// Draw fails when ctx ends.
//
// W is drawn in blocks of rows, again for every pass over it, so it is never held. The
// memory is that of a dense matrix. The best fit solves min ‖H^{1/2}(Wθ − b)‖ by conjugate
// gradients on W, preconditioned by the Cholesky factor of K. This converges in a few
// passes, and has the accuracy of a solution by orthogonal transformations: the irreducible
// risk is accurate relative to itself down to 1e-30 of E y². The cost is that of K, about
// d²v operations.
func (f RandomFeatures) Draw(ctx context.Context, rng *rand.Rand) (*DrawnFeatures, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if rng == nil {
		return nil, errNilRand
	}
	if f.Dim > DenseLimit {
		return nil, fmt.Errorf("spectra: RandomFeatures.Dim is %d, the limit is %d to draw W: %w", f.Dim, DenseLimit, ErrTooLarge)
	}
	if int64(f.Ambient) > maxDraws/int64(f.Dim) {
		return nil, fmt.Errorf("spectra: RandomFeatures: d = %d features of v = %d dimensions: the limit is d·v = %d to draw W: %w", f.Dim, f.Ambient, int64(maxDraws), ErrTooLarge)
	}
	w := newFeatureMatrix(f, rng)
	k, err := w.gram(ctx)
	if err != nil {
		return nil, err
	}
	target, residual, err := w.leastSquares(ctx, k)
	if err != nil {
		return nil, err
	}
	covariance, err := NewDense(k)
	if err != nil {
		return nil, err
	}
	return &DrawnFeatures{covariance, target, floats.Dot(residual, residual) / 2}, nil
}

// featureRows is the number of rows of W that are held at a time.
const featureRows = 512

// featureMatrix is A = H^{1/2}W, drawn in blocks of rows from a seed for each block.
type featureMatrix struct {
	d, v      int
	scale     []float64 // j^{−α}/√d of each row
	labels    []float64 // H^{1/2}b
	seeds     [][32]byte
	rows      blas64.General // scratch
	workspace dense.Workspace
}

func newFeatureMatrix(f RandomFeatures, rng *rand.Rand) *featureMatrix {
	w := &featureMatrix{d: f.Dim, v: f.Ambient, workspace: dense.Workspace{Workers: dense.Cores()}}
	w.scale, w.labels = make([]float64, w.v), make([]float64, w.v)
	for j := range w.scale {
		x := float64(j + 1)
		w.scale[j] = math.Pow(x, -f.Alpha) / math.Sqrt(float64(w.d))
		w.labels[j] = math.Pow(x, -f.Alpha-f.Beta)
	}
	w.rows = dense.General(min(featureRows, w.v), w.d)
	w.seeds = make([][32]byte, (w.v+featureRows-1)/featureRows)
	for b := range w.seeds {
		for i := 0; i < 32; i += 8 {
			for word, k := rng.Uint64(), 0; k < 8; k++ {
				w.seeds[b][i+k] = byte(word >> (8 * k))
			}
		}
	}
	return w
}

// each calls do with every block of rows, of which the first has the index lo.
func (w *featureMatrix) each(ctx context.Context, do func(lo int, rows blas64.General)) error {
	for b, seed := range w.seeds {
		if err := ctx.Err(); err != nil {
			return err
		}
		lo := b * featureRows
		rows := dense.Part(w.rows, 0, min(featureRows, w.v-lo), 0, w.d)
		rng := rand.New(rand.NewChaCha8(seed))
		for i := range rows.Rows {
			row := dense.Row(rows, i)
			FillNormal(row, rng)
			floats.Scale(w.scale[lo+i], row)
		}
		do(lo, rows)
	}
	return nil
}

// gram returns K = AᵀA.
func (w *featureMatrix) gram(ctx context.Context) (*mat.SymDense, error) {
	k := mat.NewSymDense(w.d, nil)
	err := w.each(ctx, func(_ int, rows blas64.General) {
		w.workspace.UpdateUpper(1, rows, rows, k.RawSymmetric())
	})
	return k, err
}

// mul stores A·x in dst.
func (w *featureMatrix) mul(ctx context.Context, dst, x []float64) error {
	return w.each(ctx, func(lo int, rows blas64.General) {
		w.workspace.MulVec(blas.NoTrans, 1, rows, x, 0, dst[lo:][:rows.Rows])
	})
}

// mulTrans stores Aᵀ·y in dst.
func (w *featureMatrix) mulTrans(ctx context.Context, dst, y []float64) error {
	clear(dst)
	return w.each(ctx, func(lo int, rows blas64.General) {
		w.workspace.MulVec(blas.Trans, 1, rows, y[lo:][:rows.Rows], 1, dst)
	})
}

// leastSquares returns the minimizer of ‖labels − Aθ‖ and what it leaves, by conjugate
// gradients on the normal equations without forming them (CGLS), preconditioned by the
// factor of k = AᵀA.
func (w *featureMatrix) leastSquares(ctx context.Context, k *mat.SymDense) (theta, residual []float64, err error) {
	factor, err := preconditioner(k)
	if err != nil {
		return nil, nil, err
	}
	theta, residual = make([]float64, w.d), append([]float64(nil), w.labels...)
	gradient, z, p := make([]float64, w.d), make([]float64, w.d), make([]float64, w.d)
	image := make([]float64, w.v)
	const maxIterations = 60
	first, before := 0.0, 0.0 // excess: twice the risk of θ, as K itself would have it
	for n := 0; ; n++ {
		if err := w.mulTrans(ctx, gradient, residual); err != nil {
			return nil, nil, err
		}
		copy(z, gradient)
		blas64.Trsv(blas.Trans, factor, dense.Vector(z))
		blas64.Trsv(blas.NoTrans, factor, dense.Vector(z))
		excess, left := floats.Dot(gradient, z), floats.Dot(residual, residual)
		if n == 0 {
			first = excess
		}
		const good, enough = 1e-26, 1e-8
		if excess <= good*left || excess <= 1e-31*first {
			return theta, residual, nil
		}
		// Where rounding ends the convergence, what was reached may be enough.
		if stalled := n > 1 && excess > before/4; n == maxIterations || stalled {
			if excess <= enough*left || excess <= 1e-24*first {
				return theta, residual, nil
			}
			if n == maxIterations {
				return nil, nil, errors.New("spectra: RandomFeatures: the best fit was not found: K is too ill-conditioned; use smaller exponents or a smaller Dim")
			}
		}
		if n > 0 {
			floats.Scale(excess/before, p)
		}
		floats.Add(p, z)
		before = excess
		if err := w.mul(ctx, image, p); err != nil {
			return nil, nil, err
		}
		step := excess / floats.Dot(image, image)
		floats.AddScaled(theta, step, p)
		floats.AddScaled(residual, -step, image)
	}
}

// preconditioner returns the Cholesky factor U, UᵀU = K, with a multiple of the identity
// added to K where rounding has made it indefinite.
func preconditioner(k *mat.SymDense) (blas64.Triangular, error) {
	ridge := 0.0
	for range 8 {
		u := mat.NewSymDense(k.SymmetricDim(), nil)
		u.CopySym(k)
		for i := range k.SymmetricDim() {
			u.SetSym(i, i, u.At(i, i)+ridge)
		}
		raw := u.RawSymmetric()
		if cholesky(raw) {
			return blas64.Triangular{N: raw.N, Stride: raw.Stride, Data: raw.Data, Uplo: blas.Upper, Diag: blas.NonUnit}, nil
		}
		ridge = max(8*ridge, 0x1p-50*mat.Trace(k))
	}
	return blas64.Triangular{}, errors.New("spectra: RandomFeatures: K has no Cholesky factor")
}
