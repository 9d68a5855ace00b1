package odes

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ErrNoStationary reports that the risk does not come to rest at a positive, finite
// value, so that there is nothing to linearize about.
var ErrNoStationary = errors.New("odes: no stationary risk")

// LocalRate returns the rate s at which the risk settles in the end,
// R − R∞ ~ e^{−st}, under a schedule that no longer depends on time: the slowest
// of the rates at which the system linearized at its stationary point decays,
// Theorem 4 and Appendix C. It is negative if the point is unstable. Modes that
// the noise does not reach and that start at rest do not count.
//
// The linearization is δr_i' = −s_i δr_i + β_i Σ_j δr_j, so the rates solve
// Σ_i β_i/(s_i − s) = 1: where all β_i have one sign, between poles that are known.
// Otherwise they are found as the eigenvalues of a dense matrix, in O(d³).
func (s *System) LocalRate() (float64, error) {
	limit, err := s.LimitRisk()
	if err != nil {
		return 0, err
	}
	if limit == 0 || math.IsInf(limit, 1) {
		return 0, fmt.Errorf("%w: the limit risk is %v", ErrNoStationary, limit)
	}
	poles, err := s.linearize(limit)
	if err != nil {
		return 0, err
	}
	return slowest(poles), nil
}

// pole is one rate s_i of the linearization with its coupling β_i, and whether the
// mode starts away from rest.
type pole struct {
	rate, coupling float64
	excited        bool
}

// linearize returns the poles at the stationary risk, in the order of their rates,
// those of equal rate merged. With a = ηh and r_i = Σ_n b_n c_i^{(n)}/s_i,
// s_i = 2aλ_i and β_i = −2a'λ_i r_i + Σ_n b_n' c_i^{(n)}.
func (s *System) linearize(limit float64) ([]pole, error) {
	c := newCoefficients(len(s.Gains))
	if err := s.evaluate(&c, math.Inf(1), &position{risk: limit, basis: s.Basis}); err != nil {
		return nil, err
	}
	modes := make([]float64, len(s.Modes.Lambda))
	s.rest(&c, modes)
	var poles []pole
	for i, l := range s.Modes.Lambda {
		if l == 0 {
			continue
		}
		p := pole{rate: 2 * c.decay * l, coupling: -2 * c.decaySlope * l * modes[i]}
		if s.Centred {
			own := c.decay * l / (2 * float64(s.Dim))
			p.rate *= 1 + own
			p.coupling *= 1 + 2*own
		}
		for n, w := range s.Modes.Weights {
			p.coupling += c.inputSlope[n] * w[i]
		}
		p.excited = s.Modes.Risk[i] != modes[i]
		poles = append(poles, p)
	}
	slices.SortStableFunc(poles, func(p, q pole) int {
		switch {
		case p.rate < q.rate:
			return -1
		case p.rate > q.rate:
			return 1
		}
		return 0
	})
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
	return merged, nil
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

// bisect returns where over turns from true to false between lo and hi.
func bisect(lo, hi float64, over func(x float64) bool) float64 {
	for {
		middle := lo + (hi-lo)/2
		if middle <= lo || middle >= hi {
			return middle
		}
		if over(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
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
