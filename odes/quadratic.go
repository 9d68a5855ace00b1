package odes

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
)

// maxQuadratic is the largest dimension of Quadratic, which holds d² pairs of modes.
const maxQuadratic = 4096

// Quadratic returns q(θ) = ½ νᵀGν of every form G along the curve, at the given times:
// Theorem 5. Row f of the result belongs to forms[f]. G = K gives the risk, G = 2I the
// squared distance ‖ν‖², G = 2D the form ‖D^{1/2}ν‖².
//
// With P_ij = (q_iᵀHν)(q_jᵀHν), H = D^{1/2} (the identity in the Plain basis),
//
//	dP_ij/dt = −ηh (λ_i+λ_j) P_ij + (η²/d) Σ_n g_n q_iᵀ M_n q_j,
//	q = ½ Σ_ij P_ij q_iᵀ H⁻¹GH⁻¹ q_j,
//
// solved exactly for the η, h and g_n of the curve, in one pass for all forms. It needs
// a system made by New or NewFromLimit (and WithRate, WithLimit or WithInitialRisk),
// forms of size d×d and d ≤ 4096. It costs O(d³) once, and O(d²) for each step of the
// solution and each time unless every H⁻¹GH⁻¹ is diagonal in the modes.
func (s *System) Quadratic(ctx context.Context, times []float64, forms ...mat.Symmetric) ([][]float64, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := s.errCoupled("Quadratic"); err != nil {
		return nil, err
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	if err := s.checkForms(forms); err != nil {
		return nil, err
	}
	q, err := s.newPairs(forms)
	if err != nil {
		return nil, err
	}
	small, err := s.compact()
	if err != nil {
		return nil, err
	}
	legs, err := small.record(ctx, times[len(times)-1], new(Stats))
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(forms))
	for f := range out {
		out[f] = make([]float64, len(times))
	}
	next := 0
	record := func(state []float64) {
		for f, weight := range q.weight {
			out[f][next] = floats.Dot(weight, state)
		}
		next++
	}
	for next < len(times) && times[next] == 0 {
		record(q.state)
	}
	between := make([]float64, len(q.state))
	for i := range legs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		leg := &legs[i]
		for next < len(times) && times[next] < leg.Stop {
			leg.Follow(between, q.state, q.lambda, q.noise, (times[next]-leg.Start)/leg.Size)
			record(between)
		}
		leg.Follow(q.state, q.state, q.lambda, q.noise, 1)
		for next < len(times) && times[next] == leg.Stop {
			record(q.state)
		}
	}
	return out, nil
}

// checkForms returns an error unless the system can follow the forms.
func (s *System) checkForms(forms []mat.Symmetric) error {
	d := s.Modes.Dim
	switch {
	case s.covariance == nil:
		return fmt.Errorf("odes: Quadratic: the system was made of modes, without the covariance: use New or NewFromLimit")
	case s.nu == nil:
		return fmt.Errorf("odes: Quadratic: WithStart gives the risks of the modes, not a start θ_0: use WithInitialRisk, or New with another Problem.Init")
	case d > maxQuadratic:
		return fmt.Errorf("odes: Quadratic: the dimension is %d: must be at most %d", d, maxQuadratic)
	case s.Limit.Centred:
		return fmt.Errorf("odes: Quadratic: Limit.Centred is not supported")
	}
	for f, g := range forms {
		if g == nil || g.SymmetricDim() != d {
			return fmt.Errorf("odes: Quadratic: forms[%d] must be a symmetric %d×%d matrix", f, d, d)
		}
		for i := range d {
			for j := i; j < d; j++ {
				if v := g.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("odes: Quadratic: forms[%d] is %v at (%d, %d): must be finite", f, v, i, j)
				}
			}
		}
	}
	return nil
}

// pairs holds the pairs of modes that some form sees, those with i ≤ j.
type pairs struct {
	lambda []float64   // (λ_i + λ_j)/2
	state  []float64   // P_ij
	noise  [][]float64 // [n] 2 q_iᵀ M_n q_j
	weight [][]float64 // [form] of P_ij in q
}

func (s *System) newPairs(forms []mat.Symmetric) (*pairs, error) {
	k, modes, err := s.formedModes()
	if err != nil {
		return nil, err
	}
	t, err := spectra.NewTransform(k, modes)
	if err != nil {
		return nil, err
	}
	d := k.Dim()
	start := t.Apply(nil, s.nu)
	noises := make([]*mat.SymDense, len(modes.Noise))
	for n, shape := range modes.Noise {
		q, err := spectra.NoiseCovariance(k, shape)
		if err != nil {
			return nil, err
		}
		if noises[n], err = t.Covariance(q); err != nil {
			return nil, err
		}
	}
	inModes := make([]*mat.SymDense, len(forms))
	negligible := make([]float64, len(forms))
	for f, g := range forms {
		inModes[f] = t.Form(g)
		negligible[f] = 1e-15 * (mat.Max(inModes[f]) - mat.Min(inModes[f]))
	}
	q := &pairs{noise: make([][]float64, len(noises)), weight: make([][]float64, len(forms))}
	for i := range d {
		for j := i; j < d; j++ {
			seen := i == j
			for f, g := range inModes {
				seen = seen || math.Abs(g.At(i, j)) > negligible[f]
			}
			if !seen {
				continue
			}
			q.lambda = append(q.lambda, (modes.Lambda[i]+modes.Lambda[j])/2)
			q.state = append(q.state, start[i]*start[j])
			for n := range noises {
				q.noise[n] = append(q.noise[n], 2*noises[n].At(i, j))
			}
			for f, g := range inModes {
				w := g.At(i, j)
				if i == j {
					w /= 2
				}
				q.weight[f] = append(q.weight[f], w)
			}
		}
	}
	return q, nil
}

// formedModes returns the covariance and modes with eigenvectors. Where the structure of
// K has eigenvectors that it does not form, both are made dense.
func (s *System) formedModes() (spectra.Structured, spectra.Modes, error) {
	if s.Modes.Kind != spectra.Unformed {
		return s.covariance, s.Modes, nil
	}
	dense, err := spectra.ToDense(s.covariance)
	if err != nil {
		return nil, spectra.Modes{}, err
	}
	modes, err := dense.Modes(s.Limit.Basis, s.nu, s.Limit.Shapes()...)
	return dense, modes, err
}
