package odes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ErrNoStationary reports that the risk does not come to rest at a positive, finite
// value, so that there is nothing to linearize about.
var ErrNoStationary = errors.New("odes: no stationary risk")

// Linearization is the system near its stationary point under a learning rate that no
// longer depends on time. With r_i = r_i∞ + δr_i,
//
//	δr_i' = −s_i δr_i + β_i Σ_j δr_j.
//
// With a = ηh and b_n = η²g_n/(2d) as functions of R, s_i = 2aλ_i and
// β_i = −2a'λ_i r_i∞ + Σ_n b_n' c_i^{(n)}, in the order of System.Modes. A mode with
// λ_i = 0 takes no part: its s_i and β_i are 0.
type Linearization struct {
	Risk      float64   // R∞
	Modes     []float64 // r_i∞
	Rates     []float64 // s_i
	Couplings []float64 // β_i

	excited []bool // whether the mode starts away from rest
}

// Linearize returns the linearization at the limit risk: Theorem 4 and Appendix C.
// Where the limit risk is 0 or +Inf it is ErrNoStationary.
func (s *System) Linearize(ctx context.Context) (*Linearization, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := s.errCoupled("Linearize"); err != nil {
		return nil, err
	}
	limit, err := s.limitRisk(ctx)
	if err != nil {
		return nil, err
	}
	if limit == 0 || math.IsInf(limit, 1) {
		return nil, fmt.Errorf("%w: the limit risk is %v", ErrNoStationary, limit)
	}
	return s.linearizeAt(limit)
}

// linearizeAt is Linearize at a limit risk that is positive and finite.
func (s *System) linearizeAt(limit float64) (*Linearization, error) {
	c := newCoefficients(len(s.Limit.Noise))
	if err := s.evaluate(&c, math.Inf(1), &position{risk: limit, preconditioned: s.preconditioned()}); err != nil {
		return nil, err
	}
	n := len(s.Modes.Lambda)
	lin := &Linearization{
		Risk: limit, Modes: make([]float64, n), Rates: make([]float64, n), Couplings: make([]float64, n),
		excited: make([]bool, n),
	}
	s.rest(&c, lin.Modes)
	if floats.Max(s.Modes.Lambda) == 0 {
		return nil, fmt.Errorf("%w: no mode decays, as all eigenvalues are 0", ErrNoStationary)
	}
	for i, l := range s.Modes.Lambda {
		if l == 0 {
			continue
		}
		rate, coupling := 2*c.decay*l, -2*c.decaySlope*l*lin.Modes[i]
		if s.Limit.Centred {
			own := c.decay * l / (2 * float64(s.Modes.Dim))
			rate *= 1 + own
			coupling *= 1 + 2*own
		}
		for n, w := range s.Modes.Weights {
			coupling += c.inputSlope[n] * w[i]
		}
		lin.Rates[i], lin.Couplings[i] = rate, coupling
		lin.excited[i] = s.Modes.Risk[i] != lin.Modes[i]
	}
	return lin, nil
}

// LocalRate returns the rate s at which the risk settles in the end,
// R − R∞ ~ e^{−st}, under a schedule that no longer depends on time: the slowest rate of
// the linearization at the limit risk. It is negative if the point is unstable. Modes
// that the noise does not reach and that start at rest do not count.
//
// For a coupled limit it is the smallest real part of the eigenvalues of the dense
// linearization, of at most 2,000 unknowns, in O(n³). Those some minutes do not heed ctx.
func (s *System) LocalRate(ctx context.Context) (float64, error) {
	if s.Limit.Coupling != nil {
		if err := s.Validate(); err != nil {
			return 0, err
		}
		return s.localRateCoupled(ctx)
	}
	lin, err := s.Linearize(ctx)
	if err != nil {
		return 0, err
	}
	return lin.Slowest(), nil
}

// Direction returns the displacement δr of the modes that decays at the given rate, with
// Σ δr_i = 1. The rate must be a real one of the linearization, such as Slowest where all
// β_i have one sign. Then δr_i = β_i/(s_i − rate), or a mode alone if it is uncoupled and
// has that rate.
func (l *Linearization) Direction(rate float64) []float64 {
	direction := make([]float64, len(l.Rates))
	for i, s := range l.Rates {
		if l.Couplings[i] == 0 && s == rate {
			clear(direction)
			direction[i] = 1
			return direction
		}
		direction[i] = l.Couplings[i] / (s - rate)
	}
	floats.Scale(1/floats.Sum(direction), direction)
	return direction
}

// Slowest returns the smallest rate among those that appear in the risk, or the smallest
// real part if rates are complex. The rates solve Σ_i β_i/(s_i − s) = 1. Where all β_i
// have one sign the slowest lies between two s_i that are known; otherwise it is an
// eigenvalue of a dense matrix, found in O(d³).
func (l *Linearization) Slowest() float64 {
	var poles []pole
	for i, rate := range l.Rates {
		if rate > 0 {
			poles = append(poles, pole{rate, l.Couplings[i], l.excited[i]})
		}
	}
	return slowest(merge(poles))
}

// pole is one rate s_i of the linearization with its coupling β_i, and whether the
// mode starts away from rest.
type pole struct {
	rate, coupling float64
	excited        bool
}

// merge sorts the poles by their rates and puts those of equal rate together.
func merge(poles []pole) []pole {
	if len(poles) == 0 {
		return nil
	}
	slices.SortStableFunc(poles, func(p, q pole) int { return cmp.Compare(p.rate, q.rate) })
	merged := poles[:1]
	for _, p := range poles[1:] {
		// Equal eigenvalues differ by rounding.
		if last := &merged[len(merged)-1]; p.rate-last.rate <= 1e-13*float64(len(poles))*p.rate {
			last.coupling += p.coupling
			last.excited = last.excited || p.excited
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

// slowest returns the slowest rate of the linearization that shows in the risk.
func slowest(poles []pole) float64 {
	alone := math.Inf(1) // the slowest mode that decays by itself
	var coupled []pole
	least, most := math.Inf(1), math.Inf(-1)
	for _, p := range poles {
		if p.coupling == 0 {
			if p.excited {
				alone = min(alone, p.rate)
			}
			continue
		}
		coupled = append(coupled, p)
		least, most = min(least, p.coupling), max(most, p.coupling)
	}
	switch {
	case len(coupled) == 0:
		return alone
	case least > 0:
		return min(alone, below(coupled))
	case most < 0:
		return min(alone, above(coupled))
	}
	return min(alone, dense(coupled))
}

// below returns the root of Σ β_i/(s_i − s) = 1 below s_1, for positive couplings.
// The sum increases with s; its distance δ to s_1 lies between β_1 and Σβ_i.
func below(poles []pole) float64 {
	total := 0.0
	for _, p := range poles {
		total += p.coupling
	}
	first := poles[0].rate
	return first - bisect(poles[0].coupling, total, func(delta float64) bool {
		sum := 0.0
		for _, p := range poles {
			sum += p.coupling / (p.rate - first + delta)
		}
		return sum > 1
	})
}

// above returns the root of Σ β_i/(s_i − s) = 1 between s_1 and s_2, or above s_1 if
// that is the only pole, for negative couplings.
func above(poles []pole) float64 {
	first := poles[0].rate
	if len(poles) == 1 {
		return first - poles[0].coupling
	}
	return first + bisect(0, poles[1].rate-first, func(delta float64) bool {
		sum := 0.0
		for _, p := range poles {
			sum += p.coupling / (p.rate - first - delta)
		}
		return sum > 1
	})
}

// dense returns the smallest real part of the eigenvalues of diag(s) − β 1ᵀ.
func dense(poles []pole) float64 {
	n := len(poles)
	m := mat.NewDense(n, n, nil)
	for i, p := range poles {
		for j := range n {
			m.Set(i, j, -p.coupling)
		}
		m.Set(i, i, p.rate-p.coupling)
	}
	var e mat.Eigen
	if !e.Factorize(m, mat.EigenNone) {
		return math.NaN()
	}
	slow := cmplx.Inf()
	for _, v := range e.Values(nil) {
		if cmplx.IsInf(slow) || real(v) < real(slow) {
			slow = v
		}
	}
	return real(slow)
}
