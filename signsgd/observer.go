package signsgd

import (
	"errors"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// ObserveSquare returns the observer of ‖ν‖² = ‖θ − θ*‖².
func ObserveSquare(p Problem) (ensemble.Observer, error) {
	return observeDisplacement(p, "‖ν‖²", func(s *scratch) float64 { return floats.Dot(s.nu, s.nu) })
}

// ObserveQuadratic returns the observer of ½ νᵀGν, ν = θ − θ*, with the given name, as in
// Theorem 5. G is a d×d matrix, of which a quadratic form sees the symmetric part. It is
// retained and must not change. A record costs d multiplications for a mat.Diagonal such
// as mat.DiagDense, one product for a spectra.Covariance, and one matrix–vector product
// for any other matrix.
func ObserveQuadratic(p Problem, name string, g mat.Matrix) (ensemble.Observer, error) {
	if err := p.Validate(); err != nil {
		return ensemble.Observer{}, err
	}
	if g == nil {
		return ensemble.Observer{}, errors.New("signsgd: ObserveQuadratic: g is nil")
	}
	if r, c := g.Dims(); r != p.Dim() || c != p.Dim() {
		return ensemble.Observer{}, fmt.Errorf("signsgd: ObserveQuadratic: g is %d×%d: must be %d×%d", r, c, p.Dim(), p.Dim())
	}
	of := func(s *scratch) float64 {
		s.image.MulVec(g, s.vector)
		return floats.Dot(s.nu, s.work) / 2
	}
	switch g := g.(type) {
	case spectra.Covariance:
		of = func(s *scratch) float64 { return spectra.Quadratic(g, s.nu, s.work) / 2 }
	case mat.Diagonal:
		of = func(s *scratch) float64 {
			sum := 0.0
			for i, v := range s.nu {
				sum += g.At(i, i) * v * v
			}
			return sum / 2
		}
	}
	return observeDisplacement(p, name, of)
}

// ObserveModes returns the observers of the risk's modes r_i = ½ λ_i (q_iᵀD^{1/2}ν)²,
// equation (13b) along the run, in the order of spectra.Modes. Their sum is R. In the
// Plain basis D stands for the identity. Problem.Covariance must be spectra.Structured,
// with eigenvectors that are formed. A dense covariance costs an eigendecomposition, and
// a record of one observer d multiplications.
func ObserveModes(p Problem, basis spectra.Basis) ([]ensemble.Observer, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	k, ok := p.Covariance.(spectra.Structured)
	if !ok {
		return nil, fmt.Errorf("signsgd: ObserveModes: Problem.Covariance of type %T has no modes: must be spectra.Structured", p.Covariance)
	}
	modes, err := k.Modes(basis, p.Displacement(nil, nil))
	if err != nil {
		return nil, err
	}
	transform, err := spectra.NewTransform(k, modes)
	if err != nil {
		return nil, fmt.Errorf("signsgd: ObserveModes: %w", err)
	}
	observers := make([]ensemble.Observer, k.Dim())
	for i, lambda := range modes.Lambda {
		observers[i], err = observeDisplacement(p, fmt.Sprintf("r_%d", i), func(s *scratch) float64 {
			y := transform.Coordinate(i, s.nu)
			return lambda * y * y / 2
		})
		if err != nil {
			return nil, err
		}
	}
	return observers, nil
}

// scratch is what an observer needs for one value.
type scratch struct {
	nu, work      []float64
	vector, image *mat.VecDense // of nu and work
}

// observeDisplacement returns the observer of a function of ν, which finds ν in its
// scratch space.
func observeDisplacement(p Problem, name string, of func(s *scratch) float64) (ensemble.Observer, error) {
	if err := p.Validate(); err != nil {
		return ensemble.Observer{}, err
	}
	d := p.Dim()
	pool := &sync.Pool{New: func() any {
		nu, work := make([]float64, d), make([]float64, d)
		return &scratch{nu, work, mat.NewVecDense(d, nu), mat.NewVecDense(d, work)}
	}}
	return ensemble.Observer{Name: name, Of: func(theta []float64) float64 {
		s := pool.Get().(*scratch)
		defer pool.Put(s)
		p.Displacement(s.nu, theta)
		return of(s)
	}}, nil
}
