package odes

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/odes/internal/roots"
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
	eq := s.equation()
	c := march.NewCoefficients(len(s.Limit.Noise))
	at := eq.At(limit)
	if err := eq.Evaluate(&c, math.Inf(1), &at); err != nil {
		return nil, err
	}
	n := len(s.Modes.Lambda)
	lin := &Linearization{
		Risk: limit, Modes: make([]float64, n), Rates: make([]float64, n), Couplings: make([]float64, n),
		excited: make([]bool, n),
	}
	eq.AtRest(&c, lin.Modes)
	if floats.Max(s.Modes.Lambda) == 0 {
		return nil, fmt.Errorf("%w: no mode decays, as all eigenvalues are 0", ErrNoStationary)
	}
	for i, l := range s.Modes.Lambda {
		if l == 0 {
			continue
		}
		rate, coupling := 2*c.Decay*l, -2*c.DecaySlope*l*lin.Modes[i]
		if s.Limit.Centred {
			own := c.Decay * l / (2 * float64(s.Modes.Dim))
			rate *= 1 + own
			coupling *= 1 + 2*own
		}
		for n, w := range s.Modes.Weights {
			coupling += c.InputSlope[n] * w[i]
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
	var poles []roots.Pole
	for i, rate := range l.Rates {
		if rate > 0 {
			poles = append(poles, roots.Pole{Rate: rate, Coupling: l.Couplings[i], Excited: l.excited[i]})
		}
	}
	return roots.Slowest(poles)
}
