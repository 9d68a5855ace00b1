package odes

import (
	"context"
	"fmt"
	"math"

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
	out := make([][]float64, len(forms))
	for f := range out {
		out[f] = make([]float64, len(times))
	}
	values := make([]float64, len(forms))
	next := 0
	record := func() {
		for f, v := range values {
			out[f][next] = v
		}
		next++
	}
	q.values(values)
	for next < len(times) && times[next] == 0 {
		record()
	}
	var stats Stats
	err = s.walk(ctx, times[len(times)-1], &stats, func(piece *piece) bool {
		for next < len(times) && times[next] < piece.stop {
			q.move(values, piece, (times[next]-piece.start)/piece.size, false)
			record()
		}
		q.move(values, piece, 1, true)
		for next < len(times) && times[next] == piece.stop {
			record()
		}
		return true
	})
	if err != nil {
		return nil, err
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
	rate   []float64   // λ_i + λ_j
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
			q.rate = append(q.rate, modes.Lambda[i]+modes.Lambda[j])
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

// values stores the forms of the state.
func (q *pairs) values(dst []float64) {
	for f, weight := range q.weight {
		dst[f] = 0
		for i, w := range weight {
			dst[f] += w * q.state[i]
		}
	}
}

// move stores the forms at the part x of the piece, 0 < x ≤ 1, and moves the state there
// if keep is set.
func (q *pairs) move(dst []float64, p *piece, x float64, keep bool) {
	if p.step == nil { // the first instant from zero, 1e-13 of all
		q.values(dst)
		return
	}
	clear(dst)
	part := p.part(x)
	var m [nodes]float64
	for i, rate := range q.rate {
		decay := math.Exp(-rate * part.clock)
		driven := rate*p.clock[nodes-1] >= slow
		if driven {
			decayMoments(&m, rate*part.clock, decay)
		}
		v := q.state[i] * decay
		for n := range q.noise {
			forced := 0.0
			if driven {
				for k, moment := range m {
					forced += part.driven[n][k] * moment
				}
			} else {
				for k, input := range part.slow[n] {
					forced += input * math.Exp(-rate*(part.clock-p.clock[k]))
				}
			}
			v += q.noise[n][i] * forced
		}
		for f, weight := range q.weight {
			dst[f] += weight[i] * v
		}
		if keep {
			q.state[i] = v
		}
	}
}

// part is what moves a mode over the first part of a piece: the clock there, and the
// forcing as inputs at the nodes and as a Legendre series over the clock.
type part struct {
	clock        float64
	slow, driven [][nodes]float64
}

func (p *piece) part(x float64) part {
	integral := newLagrange(&lobatto).Legendre(x)[0]
	to := part{slow: make([][nodes]float64, len(p.sys.Limit.Noise)), driven: make([][nodes]float64, len(p.sys.Limit.Noise))}
	for k, v := range integral {
		v *= x * p.size
		to.clock += v * p.coef[k].decay
		for n, input := range p.coef[k].input {
			to.slow[n][k] = v * input
		}
	}
	p.drive(to.driven, to.clock)
	return to
}
