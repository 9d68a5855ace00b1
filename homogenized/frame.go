package homogenized

import (
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
