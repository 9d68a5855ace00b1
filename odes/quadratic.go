package odes

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// maxQuadratic is the largest dimension of Quadratic, which holds d² pairs of modes.
const maxQuadratic = 4096

// Quadratic returns q(θ) = ½ νᵀGν along the solved curve of the limit l on the
// problem, at the given times: Theorem 5. G = K gives the risk, G = 2I the squared
// distance ‖ν‖², G = 2D the form ‖D^{1/2}ν‖².
//
// With P_ij = (q_iᵀHν)(q_jᵀHν), H = D^{1/2} (in the Plain basis I),
//
//	dP_ij/dt = −ηh (λ_i+λ_j) P_ij + (η²/d) Σ_n g_n q_iᵀ M_n q_j,
//	q = ½ Σ_ij P_ij q_iᵀ H⁻¹GH⁻¹ q_j,
//
// solved exactly for the η, h and g_n of the curve. It needs G of size d×d with d ≤
// 4096 and takes O(d³) operations, and O(d²) for each time unless H⁻¹GH⁻¹ is diagonal
// in the modes.
func Quadratic(ctx context.Context, p signsgd.Problem, l homogenized.Limit, eta signsgd.Schedule, g mat.Symmetric, times []float64) ([]float64, error) {
	s, err := New(p, l, eta)
	if err != nil {
		return nil, err
	}
	if s.Modes.Unformed { // the structure of K knows the eigenvectors without forming them
		dense, err := spectra.ToDense(p.Covariance)
		if err != nil {
			return nil, err
		}
		p.Covariance = dense
		if s, err = New(p, l, eta); err != nil {
			return nil, err
		}
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	d := p.Dim()
	switch {
	case g == nil || g.SymmetricDim() != d:
		return nil, fmt.Errorf("odes: g must be a symmetric %d×%d matrix", d, d)
	case d > maxQuadratic:
		return nil, fmt.Errorf("odes: Quadratic: the dimension is %d: must be at most %d", d, maxQuadratic)
	case l.Centred:
		return nil, fmt.Errorf("odes: Quadratic: Limit.Centred is not supported")
	}
	for i := range d {
		for j := i; j < d; j++ {
			if v := g.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("odes: g[%d,%d] is %v: must be finite", i, j, v)
			}
		}
	}
	q, err := newPairs(s, p, l, g)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(times))
	next := 0
	for ; next < len(times) && times[next] == 0; next++ {
		out[next] = q.value()
	}
	var stats Stats
	err = s.walk(ctx, times[len(times)-1], &stats, func(piece *piece) bool {
		for ; next < len(times) && times[next] < piece.stop; next++ {
			out[next] = q.move(piece, (times[next]-piece.start)/piece.size, false)
		}
		value := q.move(piece, 1, true)
		for ; next < len(times) && times[next] == piece.stop; next++ {
			out[next] = value
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// pairs holds the pairs of modes that a quadratic sees, those with i ≤ j.
type pairs struct {
	rate   []float64   // λ_i + λ_j
	weight []float64   // of P_ij in q
	state  []float64   // P_ij
	noise  [][]float64 // [n] 2 q_iᵀ M_n q_j
}

func newPairs(s *System, p signsgd.Problem, l homogenized.Limit, g mat.Symmetric) (*pairs, error) {
	d := p.Dim()
	k := p.Covariance.(spectra.Structured)
	sd := spectra.StandardDeviations(k)
	// The modes in the coordinates of G, of ν and of the noise: H⁻¹Q, HQ, WQ.
	vectors := s.Modes.Vectors
	if vectors == nil {
		vectors = mat.DenseCopyOf(mat.NewDiagDense(d, ones(d)))
	}
	inverse, forward, outer := mat.NewDense(d, d, nil), mat.NewDense(d, d, nil), mat.NewDense(d, d, nil)
	for i, v := range sd {
		h, w := 1.0, v
		if l.Basis == spectra.Preconditioned {
			h, w = math.Sqrt(v), math.Sqrt(v)
		}
		for j := range d {
			x := vectors.At(i, j)
			inverse.Set(i, j, x/h)
			forward.Set(i, j, x*h)
			outer.Set(i, j, x*w)
		}
	}
	var form, half mat.Dense
	half.Mul(g, inverse)
	form.Mul(inverse.T(), &half)
	var start mat.VecDense
	start.MulVec(forward.T(), mat.NewVecDense(d, p.Displacement(nil, p.Init)))

	q := &pairs{noise: make([][]float64, len(l.Noise))}
	noises := make([]*mat.Dense, len(l.Noise))
	for n, odd := range l.Odds() {
		noise, err := noiseForm(k, odd, outer)
		if err != nil {
			return nil, err
		}
		noises[n] = noise
	}
	scale := mat.Max(&form) - mat.Min(&form)
	for i := range d {
		for j := i; j < d; j++ {
			w := form.At(i, j)
			if i < j {
				if math.Abs(w) <= 1e-15*scale {
					continue
				}
				w *= 2
			}
			q.rate = append(q.rate, s.Modes.Lambda[i]+s.Modes.Lambda[j])
			q.weight = append(q.weight, w/2)
			q.state = append(q.state, start.AtVec(i)*start.AtVec(j))
			for n := range noises {
				q.noise[n] = append(q.noise[n], 2*noises[n].At(i, j))
			}
		}
	}
	return q, nil
}

// noiseForm returns WQᵀ f(C) WQ.
func noiseForm(k spectra.Structured, f spectra.Odd, wq *mat.Dense) (*mat.Dense, error) {
	correlation, err := k.Entrywise(f)
	if err != nil {
		return nil, err
	}
	d := k.Dim()
	product := mat.NewDense(d, d, nil)
	in, out := make([]float64, d), make([]float64, d)
	for j := range d {
		mat.Col(in, j, wq)
		correlation.MulVecTo(out, in)
		product.SetCol(j, out)
	}
	var form mat.Dense
	form.Mul(wq.T(), product)
	return &form, nil
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// value returns the quadratic of the state.
func (q *pairs) value() float64 {
	sum := 0.0
	for i, w := range q.weight {
		sum += w * q.state[i]
	}
	return sum
}

// move returns the quadratic at the part x of the piece, 0 < x ≤ 1, and moves the
// state there if keep is set.
func (q *pairs) move(p *piece, x float64, keep bool) float64 {
	if p.step == nil { // the first instant from zero, 1e-13 of all
		return q.value()
	}
	part := p.part(x)
	sum := 0.0
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
		sum += q.weight[i] * v
		if keep {
			q.state[i] = v
		}
	}
	return sum
}

// part is what moves a mode over the first part of a piece: the clock there, and the
// forcing as inputs at the nodes and as a Legendre series over the clock.
type part struct {
	clock        float64
	slow, driven [][nodes]float64
}

func (p *piece) part(x float64) part {
	integral := newLagrange(&lobatto).legendre(x)[0]
	to := part{slow: make([][nodes]float64, len(p.sys.Gains)), driven: make([][nodes]float64, len(p.sys.Gains))}
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
