// Package fluctuation solves for what runs in dimension d have beside the curve of their
// risk: the covariance Γ of the risks of the modes, and the correction δ of their means.
package fluctuation

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// Equation is that of Γ at the nodes of a skeleton, z_k, of the modes' rates λ_i:
//
//	dΓ/dt = AΓ + ΓAᵀ + N,  A = −2a diag(z) + β1ᵀ,  β = −2a'zr + Σ_n b_n' c^{(n)},
//	N = 2 Σ_n b_n zz'PM^{(n)} + a (X uuᵀ + Y (ucᵀ + cuᵀ) + W ccᵀ),  u = zr,
//
// entry by entry in zz'PM, where P decays by a(z + z') and grows by 2 Σ_n b_n M^{(n)}.
// The sum of the entries of Γ is Var R.
type Equation struct {
	Nodes  []float64     // z_k
	Risk   []float64     // r at the start
	Weight [][]float64   // c^{(n)}
	First  [][]float64   // zz'P M^{(n)} at the start, row by row
	Second [][][]float64 // zz'M^{(n)} M^{(m)}
	Gamma  []float64     // Γ at the start
	Own    int           // the term whose c stands beside X, Y and W; −1 if these are 0

	// Fourth, if it is not nil, holds what the means of r² need. The mean risk of a mode then
	// loses 2az Curl E r² in unit time, otherwise 2az Curl r.
	Fourth *Fourth

	Rates []float64 // the measure of λ itself, if Level is not 0

	Step      float64 // 1/d, the length of a step in t; 0 for an SDE
	Lag       float64 // the length in t by which the iterate follows what makes the steps
	Smooth    float64 // E w² of the distance w between the two, over that of a step, times 1/d
	Tolerance float64 // relative, of Var R
}

// Fourth holds measures at the nodes: r², r c^{(n)} and c^{(n)} c^{(m)} at the start.
type Fourth struct {
	Square []float64
	First  [][]float64
	Second [][][]float64
}

// Coefficients are those of an Equation at one time, at the risk R that the curve has
// there. Primes are derivatives in R.
type Coefficients struct {
	Decay      float64    // a = ηh
	Slope      float64    // a'/a, with its limit where η = 0
	Input      []float64  // b_n = η²g_n/(2d)
	Ratio      []float64  // b_n/a, finite where η = 0
	InputSlope []float64  // b_n'
	Extra      [3]float64 // X, Y and W

	// Of the mean alone.
	Bend      float64   // a''/a
	InputBend []float64 // b_n''/a
	Along     float64   // L
	Curl      float64   // see Equation.Fourth
	Level     float64   // what is taken from aL for each mode, as a multiple of aλ
}

// NewCoefficients returns coefficients for n noise terms.
func NewCoefficients(n int) Coefficients {
	return Coefficients{Input: make([]float64, n), Ratio: make([]float64, n), InputSlope: make([]float64, n), InputBend: make([]float64, n)}
}

// Solve returns Var R and the correction Σδ of the mean of R at the times, which do not
// decrease. at stores the coefficients at a time. stops are where these may jump, in order,
// the last of them the last time.
func (e *Equation) Solve(ctx context.Context, times, stops []float64, at func(t float64, c *Coefficients) error) (out, bias []float64, err error) {
	s := newStep(e, at)
	out, bias = make([]float64, len(times)), make([]float64, len(times))
	next := 0
	for next < len(times) && times[next] == 0 {
		out[next] = s.variance(0)
		next++
	}
	for _, stop := range stops {
		s.end = math.Nextafter(stop, 0)
		size, err := s.firstStep(stop)
		if err != nil {
			return nil, nil, err
		}
		if s.start == 0 && next < len(times) { // Var R may grow from 0 by a high power of t
			size = min(size, times[next])
		}
		for s.start < stop {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			to := s.start + size
			if size > 0.99*(stop-s.start) {
				size, to = stop-s.start, stop
			}
			if to == s.start {
				return nil, nil, fmt.Errorf("the step size vanishes at t = %v: the tolerance %v cannot be met", s.start, s.Tolerance)
			}
			s.size = size
			factor, values, err := s.try()
			if err != nil {
				return nil, nil, err
			}
			if factor < 1 && values == nil {
				size *= factor
				continue
			}
			total, ok := s.mean()
			if !ok {
				size /= 4
				continue
			}
			corrections := collocation.Interpolate(&total)
			for next < len(times) && times[next] <= to {
				x := (times[next] - s.start) / s.size
				out[next], bias[next] = max(values.At(x), 0), corrections.At(x)
				next++
			}
			s.commit()
			s.start = to
			size *= factor
		}
	}
	return out, bias, nil
}
