package homogenized

import (
	"fmt"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// ObserveSquare returns the observer of ‖ν‖² = ‖θ − θ*‖².
func ObserveSquare(p signsgd.Problem) (signsgd.Observer, error) {
	return observeDisplacement(p, "‖ν‖²", func(nu, _ []float64) float64 { return floats.Dot(nu, nu) })
}

// ObserveQuadratic returns the observer of ½ νᵀGν, ν = θ − θ*, under the given name. G
// is a d×d matrix, of which a quadratic form sees the symmetric part; it is retained
// and must not change.
func ObserveQuadratic(p signsgd.Problem, name string, g mat.Matrix) (signsgd.Observer, error) {
	if err := p.Validate(); err != nil {
		return signsgd.Observer{}, err
	}
	if g == nil {
		return signsgd.Observer{}, fmt.Errorf("homogenized: g is nil")
	}
	if r, c := g.Dims(); r != p.Dim() || c != p.Dim() {
		return signsgd.Observer{}, fmt.Errorf("homogenized: g is %d×%d: must be %d×%d", r, c, p.Dim(), p.Dim())
	}
	return observeDisplacement(p, name, func(nu, work []float64) float64 {
		mat.NewVecDense(len(work), work).MulVec(g, mat.NewVecDense(len(nu), nu))
		return floats.Dot(nu, work) / 2
	})
}

// ObserveModes returns the observers of the risk's modes r_i = ½ λ_i (q_iᵀD^{1/2}ν)²,
// equation (13b) along the path, in the order of spectra.Modes; their sum is R. In the
// Plain basis D stands for the identity. Problem.Covariance must be spectra.Structured,
// with eigenvectors that are formed: if it is dense, this is the work of an
// eigendecomposition, and each observer then costs d multiplications.
func ObserveModes(p signsgd.Problem, basis spectra.Basis) ([]signsgd.Observer, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	k, ok := p.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("homogenized: Problem.Covariance of type %T has no modes: it must be spectra.Structured", p.Covariance)
	}
	modes, err := k.Modes(basis, p.Displacement(nil, nil))
	if err != nil {
		return nil, err
	}
	if modes.Unformed {
		return nil, fmt.Errorf("homogenized: the eigenvectors of Problem.Covariance were not formed, so its modes cannot be observed")
	}
	f, err := newModal(modes, basis, spectra.StandardDeviations(k), nil, nil)
	if err != nil {
		return nil, err
	}
	observers := make([]signsgd.Observer, k.Dim())
	for i, lambda := range modes.Lambda {
		of := func(nu, _ []float64) float64 {
			y := f.half[i] * nu[i]
			return lambda * y * y / 2
		}
		if f.vectors != nil {
			row := f.vectors.RawRowView(i)
			of = func(nu, _ []float64) float64 {
				y := floats.Dot(row, nu)
				return lambda * y * y / 2
			}
		}
		if observers[i], err = observeDisplacement(p, fmt.Sprintf("r_%d", i), of); err != nil {
			return nil, err
		}
	}
	return observers, nil
}

// observeDisplacement returns the observer of a function of ν, which may use work as
// scratch.
func observeDisplacement(p signsgd.Problem, name string, of func(nu, work []float64) float64) (signsgd.Observer, error) {
	if err := p.Validate(); err != nil {
		return signsgd.Observer{}, err
	}
	d := p.Dim()
	pool := &sync.Pool{New: func() any { s := make([]float64, 2*d); return &s }}
	return signsgd.Observer{Name: name, Of: func(theta []float64) float64 {
		s := pool.Get().(*[]float64)
		defer pool.Put(s)
		nu, work := (*s)[:d], (*s)[d:]
		return of(p.Displacement(nu, theta), work)
	}}, nil
}
