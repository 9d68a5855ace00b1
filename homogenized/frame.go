package homogenized

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/spectra"
)

// frame is a choice of coordinates y = Tν, in which the SDE reads
//
//	dy = −η h(R) P ∇R dt + η √(Σ_n g_n(R) M_n/d) dB,  M_n = T Q_n Tᵀ,
//
// ∇ being the gradient in y and P diagonal. A frame is shared by all paths.
type frame interface {
	// start stores Tν in dst.
	start(dst, nu []float64)

	// gradient stores ∇R(y) in dst and returns R(y).
	gradient(dst, y []float64) (risk float64)

	// precondition multiplies a gradient by P, which makes it TAν.
	precondition(gradient []float64)

	// displacement stores ν = T⁻¹y in dst.
	displacement(dst, y []float64)

	// noise returns N(0, M_n) for every n.
	noise() []gaussian
}

// gaussian is a centred normal law: a spectra.Covariance, or independent.
type gaussian interface {
	MulVecTo(dst, x []float64)
	NewSampler() spectra.Sampler
}

// ambient is the frame of ν itself, T = 1: a gradient costs a product with K.
type ambient struct {
	covariance spectra.Covariance
	deviations []float64 // of P = D⁻¹, nil in the Plain basis
	noises     []gaussian
}

func (f *ambient) start(dst, nu []float64) { copy(dst, nu) }

func (f *ambient) gradient(dst, y []float64) float64 {
	return spectra.Quadratic(f.covariance, y, dst) / 2
}

func (f *ambient) precondition(gradient []float64) {
	if f.deviations != nil {
		floats.Div(gradient, f.deviations)
	}
}

func (f *ambient) displacement(dst, y []float64) { copy(dst, y) }

func (f *ambient) noise() []gaussian { return f.noises }

// modal is the frame of the modes, T = QᵀD^{1/2} with S = QΛQᵀ (D → I in the Plain
// basis). There ∇R = Λy and P = 1, so the drift costs d multiplications, r_i = ½λ_i y_i²,
// and M_n = T Q_n Tᵀ.
type modal struct {
	*spectra.Transform
	modes  spectra.Modes
	noises []gaussian
}

// newModal returns the frame of the modes, which must be formed.
func newModal(k spectra.Structured, m spectra.Modes) (*modal, error) {
	t, err := spectra.NewTransform(k, m)
	if err != nil {
		return nil, err
	}
	f := &modal{Transform: t, modes: m}
	for n, shape := range m.Noise {
		law, err := f.gaussian(k, n, shape)
		if err != nil {
			return nil, fmt.Errorf("homogenized: Limit.Noise[%d] in the modes: %w", n, err)
		}
		f.noises = append(f.noises, law)
	}
	return f, nil
}

// gaussian returns N(0, M_n).
func (f *modal) gaussian(k spectra.Structured, n int, shape spectra.Shape) (gaussian, error) {
	m := f.modes
	if shape.Odd == nil && shape.Scaled == (m.Basis == spectra.Plain) { // M is S, or K, in its own eigenvectors
		return newIndependent(m.Lambda), nil
	}
	if m.Kind == spectra.Coordinates { // K is diagonal, and so is Q
		variances := make([]float64, len(m.Lambda))
		floats.DivTo(variances, m.Weights[n], m.Lambda)
		return newIndependent(variances), nil
	}
	q, err := spectra.NoiseCovariance(k, shape)
	if err != nil {
		return nil, err
	}
	rotated, err := f.Covariance(q)
	if err != nil {
		return nil, err
	}
	// A direction without noise has a variance of the order of the rounding errors
	// here; a Covariance needs it positive.
	d, top := rotated.SymmetricDim(), 0.0
	for i := range d {
		top = max(top, rotated.At(i, i))
	}
	floor := float64(d) * 0x1p-52 * top
	for i := range d {
		rotated.SetSym(i, i, max(rotated.At(i, i), floor))
	}
	return spectra.NewDense(rotated)
}

func (f *modal) start(dst, nu []float64) { f.Apply(dst, nu) }

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

func (f *modal) displacement(dst, y []float64) { f.Invert(dst, y) }

func (f *modal) noise() []gaussian { return f.noises }

// independent is the normal law with independent coordinates, whose variances may
// vanish.
type independent struct{ variances, deviations []float64 }

func newIndependent(variances []float64) *independent {
	a := &independent{variances: variances, deviations: make([]float64, len(variances))}
	for i, v := range variances {
		a.deviations[i] = math.Sqrt(v)
	}
	return a
}

func (a *independent) MulVecTo(dst, x []float64) { floats.MulTo(dst, a.variances, x) }

func (a *independent) NewSampler() spectra.Sampler { return a }

func (a *independent) Sample(dst []float64, rng *rand.Rand) {
	spectra.FillNormal(dst, rng)
	for ; len(dst) > 0; dst = dst[len(a.deviations):] {
		floats.Mul(dst[:len(a.deviations)], a.deviations)
	}
}
