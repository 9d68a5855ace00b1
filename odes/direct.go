package odes

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// SignODE returns the system (12), (13a) of signSGD given K̄ = D⁻¹K, K and the
// noise compression φ with its derivative, for ν₀ = θ_0 − θ*. A nil kbar is
// computed; another is checked against k. For batches phi is c_B φ_B. New makes the
// same system from a Problem.
func SignODE(kbar mat.Matrix, k mat.Symmetric, phi homogenized.Coefficient, nu []float64, eta schedule.Schedule) (*System, error) {
	cov, err := spectra.NewDense(k)
	if err != nil {
		return nil, err
	}
	if kbar != nil {
		if err := checkKbar(kbar, cov); err != nil {
			return nil, err
		}
	}
	l, err := homogenized.SignSGDWith(phi)
	if err != nil {
		return nil, err
	}
	return fromMatrix(cov, l, nu, eta)
}

// VanillaODE returns the system (240) of SGD given K and v² = E ε², for
// ν₀ = θ_0 − θ* and batches of one. New makes the same system from a Problem, and those
// of batches.
func VanillaODE(k mat.Symmetric, secondMoment float64, nu []float64, eta schedule.Schedule) (*System, error) {
	cov, err := spectra.NewDense(k)
	if err != nil {
		return nil, err
	}
	l, err := homogenized.SGDWith(secondMoment, 1)
	if err != nil {
		return nil, err
	}
	return fromMatrix(cov, l, nu, eta)
}

// fromMatrix returns the system of the limit l on N(0, K) data started at ν = nu.
func fromMatrix(k *spectra.Dense, l homogenized.Limit, nu []float64, eta schedule.Schedule) (*System, error) {
	if len(nu) != k.Dim() {
		return nil, fmt.Errorf("odes: nu has length %d: must be the dimension %d", len(nu), k.Dim())
	}
	for i, v := range nu {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("odes: nu[%d] is %v: must be finite", i, v)
		}
	}
	return NewFromLimit(signsgd.Problem{Covariance: k, Init: nu}, l, eta)
}

// checkKbar returns an error unless kbar is D⁻¹K.
func checkKbar(kbar mat.Matrix, k *spectra.Dense) error {
	want, err := spectra.Kbar(k)
	if err != nil {
		return err
	}
	if r, c := kbar.Dims(); r != k.Dim() || c != k.Dim() {
		return fmt.Errorf("odes: kbar is %d×%d: must be %d×%d like k", r, c, k.Dim(), k.Dim())
	}
	for i := range k.Dim() {
		scale := math.Sqrt(k.At(i, i))
		for j := range k.Dim() {
			if got := kbar.At(i, j); !(math.Abs(got-want.At(i, j)) <= 1e-9*max(scale, math.Sqrt(k.At(j, j)))) {
				return fmt.Errorf("odes: kbar[%d,%d] is %v: D⁻¹K has %v there", i, j, got, want.At(i, j))
			}
		}
	}
	return nil
}
