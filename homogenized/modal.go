package homogenized

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
)

// modal is the frame of the modes, T = QᵀD^{1/2} with S = QΛQᵀ (D → I in the Plain
// basis). There ∇R = Λy and P = 1, so the drift costs d multiplications, r_i = ½λ_i y_i²,
// and M_n = QᵀD^{1/2} f_n(C) D^{1/2}Q.
type modal struct {
	modes   spectra.Modes
	half    []float64  // diag D^{1/2}
	vectors *mat.Dense // row i is D^{1/2}q_i; nil for the coordinates themselves
	inverse *mat.Dense // column i is D^{−1/2}q_i; nil likewise
	noises  []gaussian
}

// newModal returns the frame of the modes, which must be formed, given the noise
// covariances Q_n; those of independent modes are not read.
func newModal(m spectra.Modes, basis spectra.Basis, deviations []float64, odds []spectra.Odd, noise func(n int) (spectra.Covariance, error)) (*modal, error) {
	d := len(deviations)
	f := &modal{modes: m, half: make([]float64, d)}
	for i, sd := range deviations {
		f.half[i] = 1
		if basis == spectra.Preconditioned {
			f.half[i] = math.Sqrt(sd)
		}
	}
	if m.Vectors != nil {
		f.vectors, f.inverse = mat.NewDense(d, d, nil), mat.DenseCopyOf(m.Vectors)
		f.vectors.Copy(m.Vectors.T())
		for i, w := range f.half {
			floats.Scale(1/w, f.inverse.RawRowView(i))
			floats.Mul(f.vectors.RawRowView(i), f.half)
		}
	}
	for n, odd := range odds {
		switch {
		case odd == nil: // M = S, or K, in its own eigenvectors
			f.noises = append(f.noises, newAxes(m.Lambda))
		case m.Vectors == nil: // K is diagonal, and so is f(C)
			variances := make([]float64, d)
			floats.DivTo(variances, m.Weights[n], m.Lambda)
			f.noises = append(f.noises, newAxes(variances))
		default:
			q, err := noise(n)
			if err != nil {
				return nil, err
			}
			rotated, err := f.rotate(q)
			if err != nil {
				return nil, fmt.Errorf("homogenized: Limit.Noise[%d] in the modes: %w", n, err)
			}
			f.noises = append(f.noises, rotated)
		}
	}
	return f, nil
}

// rotate returns T Q Tᵀ.
func (f *modal) rotate(q spectra.Covariance) (*spectra.Dense, error) {
	d := q.Dim()
	image, rotated := mat.NewDense(d, d, nil), mat.NewDense(d, d, nil)
	for i := range d {
		q.MulVecTo(image.RawRowView(i), f.vectors.RawRowView(i))
	}
	rotated.Mul(f.vectors, image.T())
	sym := mat.NewSymDense(d, nil)
	top := 0.0
	for i := range d {
		top = max(top, rotated.At(i, i))
		for j := i; j < d; j++ {
			sym.SetSym(i, j, (rotated.At(i, j)+rotated.At(j, i))/2)
		}
	}
	// A direction without noise has a variance of the order of the rounding errors
	// here; a Covariance needs it positive.
	floor := float64(d) * 0x1p-52 * top
	for i := range d {
		sym.SetSym(i, i, max(sym.At(i, i), floor))
	}
	return spectra.NewDense(sym)
}

func (f *modal) start(dst, nu []float64) {
	if f.vectors == nil {
		floats.MulTo(dst, f.half, nu)
		return
	}
	blas64.Gemv(blas.NoTrans, 1, f.vectors.RawMatrix(), vector(nu), 0, vector(dst))
}

func (f *modal) gradient(dst, y []float64) float64 {
	sum := 0.0
	for i, l := range f.modes.Lambda {
		g := l * y[i]
		dst[i] = g
		sum += g * y[i]
	}
	return sum / 2
}

func (f *modal) precondition([]float64) {}

func (f *modal) displacement(dst, y []float64) {
	if f.inverse == nil {
		floats.DivTo(dst, y, f.half)
		return
	}
	blas64.Gemv(blas.NoTrans, 1, f.inverse.RawMatrix(), vector(y), 0, vector(dst))
}

func (f *modal) noise() []gaussian { return f.noises }

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// axes is the normal law with independent coordinates, whose variances may vanish.
type axes struct{ variances, deviations []float64 }

func newAxes(variances []float64) *axes {
	a := &axes{variances: variances, deviations: make([]float64, len(variances))}
	for i, v := range variances {
		a.deviations[i] = math.Sqrt(v)
	}
	return a
}

func (a *axes) MulVecTo(dst, x []float64) { floats.MulTo(dst, a.variances, x) }

func (a *axes) NewSampler() spectra.Sampler { return a }

func (a *axes) Sample(dst []float64, rng *rand.Rand) {
	spectra.FillNormal(dst, rng)
	for ; len(dst) > 0; dst = dst[len(a.deviations):] {
		floats.Mul(dst[:len(a.deviations)], a.deviations)
	}
}
