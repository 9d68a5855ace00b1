package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/adjoint"
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// Sensitivity says how the risk at a horizon T answers to small changes of the learning
// rate, of the start and of the limit. It holds the adjoint p_i(t) = ∂R(T)/∂r_i(t) of
// one solution, through the sums
//
//	M(t) = Σ_i p_i λ_i r_i,  W_n(t) = Σ_i p_i c_i^{(n)}.
//
// A schedule that reads the risk keeps doing so: all derivatives are those of the closed
// loop, in which the changed risk changes the rate.
type Sensitivity struct {
	Horizon float64 // T
	Risk    float64 // R(T)

	// Start holds ∂R(T)/∂r_i(0) for every mode of the system.
	Start []float64

	pieces []adjoint.Piece // in the order of time
	dim    float64
}

// Sensitivity solves the system to the horizon and its adjoint back from there. The
// adjoint equations (with D of Rate below)
//
//	p_i' = 2ηhλ_i p_i + 2ηh'M − Σ_n η² g_n' W_n/(2d) − D ∂η/∂r_i,  p_i(T) = 1
//
// are solved like the system itself: by collocation, exact in the decay of every mode,
// with a relative error of the sums M and W_n of ten times the Tolerance in each step.
// The derivatives agree with differences of Solve to 1e-7 or better. The cost is that of
// about four solutions. A Centred or coupled limit is an error.
func (s *System) Sensitivity(ctx context.Context, horizon float64) (*Sensitivity, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := checkHorizon(horizon); err != nil {
		return nil, err
	}
	if err := s.uncoupled("Sensitivity"); err != nil {
		return nil, err
	}
	return s.sensitivity(ctx, horizon, march.MaxPasses(len(s.Modes.Lambda)))
}

// uncoupled returns an error for a limit whose modes are not those of one vector, each
// with its own λ_i for its decay.
func (s *System) uncoupled(method string) error {
	if s.Limit.Centred {
		return fmt.Errorf("odes: %s: Limit.Centred is not supported", method)
	}
	return s.errCoupled(method)
}

// sensitivity is Sensitivity without checks.
func (s *System) sensitivity(ctx context.Context, horizon float64, budget int) (*Sensitivity, error) {
	small, err := s.compact()
	if err != nil {
		return nil, err
	}
	var stats Stats
	legs, err := small.record(ctx, horizon, &stats)
	if err != nil {
		return nil, err
	}
	var lambda []float64 // of the modes themselves, if these are others
	if len(small.Modes.Lambda) != len(s.Modes.Lambda) {
		lambda = s.Modes.Lambda
	}
	v := &Sensitivity{Horizon: horizon, Risk: max(legs[len(legs)-1].Risk.At(1), 0), dim: float64(s.Modes.Dim)}
	if v.pieces, v.Start, err = adjoint.Solve(ctx, small.equation(), legs, lambda, budget); err != nil {
		return nil, err
	}
	return v, nil
}

// Rate returns the functional derivative δR(T)/δη(t),
//
//	D(t) = −2h(R) M(t) + η(t) Σ_n g_n(R) W_n(t)/d:
//
// the change η + ε f of the schedule changes R(T) by ε ∫ D f dt. At a jump of η it is the
// limit from the left. It is NaN outside of [0, T].
func (v *Sensitivity) Rate(t float64) float64 {
	if !(t >= 0 && t <= v.Horizon) {
		return math.NaN()
	}
	i := sort.Search(len(v.pieces), func(i int) bool { return v.pieces[i].Stop >= t })
	if i == len(v.pieces) || t < v.pieces[i].Start*(1-1e-12) {
		return 0 // the risk is 0 there
	}
	p := &v.pieces[i]
	c := collocation.Interpolate(&p.Density)
	return c.At((t - p.Start) / p.Size)
}

// Along returns the derivative of R(T) as the schedule changes in the direction f(t):
// ∫ D f dt. It takes f at ten points of each step of the solution, so f should be as
// smooth as the schedule is.
func (v *Sensitivity) Along(f func(t float64) float64) float64 {
	return v.integral(func(p *adjoint.Piece, k int) float64 {
		return p.Density[k] * f(min(p.Start+collocation.Lobatto[k]*p.Size, v.Horizon))
	})
}

// Scale returns ∂R(T)/∂log s for the schedule s η(t), at s = 1.
func (v *Sensitivity) Scale() float64 {
	return v.integral(func(p *adjoint.Piece, k int) float64 { return p.Density[k] * p.Eta[k] })
}

// Knots returns the derivatives of R(T) by the Rates of a schedule.Interpolated with the
// given times. They are exact for the system under such a schedule, whose steps end at
// the times; under another the steps should be short against their distances.
func (v *Sensitivity) Knots(times []float64) ([]float64, error) {
	if len(times) == 0 || !sort.Float64sAreSorted(times) {
		return nil, errors.New("odes: Sensitivity.Knots: times must increase, and be at least one")
	}
	slope := make([]float64, len(times))
	weight := &collocation.Integrate[collocation.Nodes-1]
	for i := range v.pieces {
		p := &v.pieces[i]
		m := sort.SearchFloat64s(times, p.Start+p.Size/2)
		for k := range collocation.Nodes {
			d := weight[k] * p.Size * p.Density[k]
			switch {
			case m == 0:
				slope[0] += d
			case m == len(times):
				slope[m-1] += d
			default:
				x := (p.Start + collocation.Lobatto[k]*p.Size - times[m-1]) / (times[m] - times[m-1])
				slope[m-1] += d * (1 - x)
				slope[m] += d * x
			}
		}
	}
	return slope, nil
}

// Limit returns the derivative of R(T) as the limit changes in a direction: the drift h
// by ε ∂h(R) and the gains g_n by ε ∂g_n(R),
//
//	∫ (−2η ∂h M + Σ_n η² ∂g_n W_n/(2d)) dt.
//
// The slopes of the coefficients are not used. A nil coefficient is 0, and so are gains
// that are not given.
func (v *Sensitivity) Limit(drift homogenized.Coefficient, gains ...homogenized.Coefficient) (float64, error) {
	if len(v.pieces) > 0 && len(gains) > len(v.pieces[0].Push) {
		return 0, fmt.Errorf("odes: Sensitivity.Limit: %d gains: the limit has %d terms of noise", len(gains), len(v.pieces[0].Push))
	}
	return v.integral(func(p *adjoint.Piece, k int) float64 {
		sum := 0.0
		if drift != nil {
			dh, _ := drift(p.Risk[k])
			sum -= 2 * p.Eta[k] * dh * p.Pull[k]
		}
		for n, gain := range gains {
			if gain == nil {
				continue
			}
			dg, _ := gain(p.Risk[k])
			sum += p.Eta[k] * p.Eta[k] * dg * p.Push[n][k] / (2 * v.dim)
		}
		return sum
	}), nil
}

// Between returns the derivative of R(T) by a parameter of the limit, such as the level of
// the noise or the batch: the direction is the difference of the two limits, at values
// of the parameter gap apart, on either side of the one that the system has. Its error is
// that of a central difference of their coefficients, O(gap²).
func (v *Sensitivity) Between(below, above homogenized.Limit, gap float64) (float64, error) {
	if err := errors.Join(below.Validate(), above.Validate()); err != nil {
		return 0, err
	}
	if len(below.Noise) != len(above.Noise) || below.Basis != above.Basis {
		return 0, errors.New("odes: Sensitivity.Between: the limits differ in their basis or in their terms of noise")
	}
	if gap == 0 || math.IsNaN(gap) || math.IsInf(gap, 0) {
		return 0, fmt.Errorf("odes: Sensitivity.Between: gap is %v: must be finite and not 0", gap)
	}
	difference := func(f, g homogenized.Coefficient) homogenized.Coefficient {
		return func(risk float64) (value, slope float64) {
			x, dx := f(risk)
			y, dy := g(risk)
			return (y - x) / gap, (dy - dx) / gap
		}
	}
	gains := make([]homogenized.Coefficient, len(below.Noise))
	for n := range gains {
		if !below.Noise[n].Shape.Same(above.Noise[n].Shape) {
			return 0, fmt.Errorf("odes: Sensitivity.Between: the limits differ in the shape of Noise[%d]", n)
		}
		gains[n] = difference(below.Noise[n].Gain, above.Noise[n].Gain)
	}
	return v.Limit(difference(below.Drift, above.Drift), gains...)
}

// Initial returns the derivative of R(T) as all r_i(0) grow in proportion, by
// log R(0): Σ p_i(0) r_i(0) for the r_i(0) given, those of System.Modes.Risk.
func (v *Sensitivity) Initial(risks []float64) float64 { return floats.Dot(v.Start, risks) }

// integral returns the integral of f, given at the nodes of the pieces.
func (v *Sensitivity) integral(f func(p *adjoint.Piece, k int) float64) float64 {
	total := 0.0
	for i := range v.pieces {
		p := &v.pieces[i]
		for k, w := range collocation.Integrate[collocation.Nodes-1] {
			total += w * p.Size * f(p, k)
		}
	}
	return total
}
