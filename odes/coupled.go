package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// coupledEquation returns the coupled limit on its modes. Modes with λ = 0 have no part in any
// overlap.
func (s *System) coupledEquation() (*coupled.Equation, error) {
	if s.solved != nil {
		return s.solved, nil
	}
	c := s.Limit.Coupling
	starts, err := s.starts()
	if err != nil {
		return nil, err
	}
	pairs := coupled.Entries(len(c.Vectors))
	modes := coupled.NewModes(len(c.Vectors), len(s.Limit.Noise))
	entries, input := make([]float64, len(pairs)), make([]float64, len(s.Limit.Noise))
	scale := 1 / (2 * float64(s.Modes.Dim))
	for i, l := range s.Modes.Lambda {
		if l == 0 {
			continue
		}
		for n, w := range s.Modes.Weights {
			input[n] = w[i] * scale
		}
		for e, ab := range pairs {
			entries[e] = starts.entry(i, c.Vectors[ab[0]].Start, c.Vectors[ab[1]].Start)
		}
		modes.Append(l, entries, input)
	}
	if modes.Len() == 0 {
		return nil, fmt.Errorf("odes: System.Modes has no mode with λ > 0")
	}
	eq := s.equation()
	coefficients := func(gain []float64, t, risk, descent float64) (rate, drift float64, err error) {
		return coupledCoefficients(eq, gain, t, risk, descent)
	}
	return &coupled.Equation{Coupling: c, Coefficients: coefficients, Modes: modes}, nil
}

// coupledCoefficients returns η and h, and stores the g_n in gain. An η of 0 as t → ∞ is
// errNoRate.
func coupledCoefficients(eq *march.Equation, gain []float64, t, risk, descent float64) (rate, drift float64, err error) {
	at := eq.At(risk)
	at.Q = descent
	if rate, err = schedule.At(eq.Rate, t, &at); err != nil {
		return 0, 0, err
	}
	if rate == 0 && math.IsInf(t, 1) {
		return 0, 0, errNoRate
	}
	if drift, _, err = eq.Drift(risk, t); err != nil {
		return 0, 0, err
	}
	for n := range eq.Limit.Noise {
		if gain[n], _, err = eq.Gain(n, risk, t); err != nil {
			return 0, 0, err
		}
	}
	return rate, drift, nil
}

// walkCoupled is walk for a coupled limit.
func (s *System) walkCoupled(ctx context.Context, horizon float64, stats *Stats, visit func(p piece) (more bool)) error {
	eq, err := s.coupledEquation()
	if err != nil {
		return err
	}
	settings := coupled.Settings{Stops: s.stops(horizon), Tolerance: s.tolerance(), Floor: s.Floor}
	err = eq.Walk(ctx, settings, (*march.Stats)(stats), func(p *coupled.Piece) bool {
		return visit(piece{
			Piece: &march.Piece{
				Segment: march.Segment{Start: p.Start, Size: p.Size, Stop: p.Stop, Risk: p.Overlap[0]},
				Descent: p.Descent, Known: true, Preconditioned: s.Limit.Basis == spectra.Preconditioned,
			},
			coupled: p,
		})
	})
	return told(err)
}

// stops returns where pieces of the schedule and of the coupling end, up to the horizon.
func (s *System) stops(horizon float64) []float64 {
	all := march.Stops(s.Rate, horizon)
	for _, t := range s.Limit.Coupling.Breaks {
		if t < horizon {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// starts gives the entries of the modes at the start.
type starts struct {
	risk          []float64 // ½λ (Tν₀)²
	mixed, target []float64 // ½λ Tν₀·Tθ* and ½λ (Tθ*)²; nil for θ* = 0 or where no vector starts there
}

// entry returns ½λ_i y_i^a y_i^b at the start.
func (s *starts) entry(i int, a, b homogenized.Start) float64 {
	switch {
	case a == homogenized.Zero || b == homogenized.Zero:
		return 0
	case a == homogenized.Displacement && b == homogenized.Displacement:
		return s.risk[i]
	case s.target == nil:
		return 0
	case a == homogenized.Target && b == homogenized.Target:
		return s.target[i]
	}
	return s.mixed[i]
}

// starts returns the entries of the modes at the start of a coupled limit.
func (s *System) starts() (*starts, error) {
	out := &starts{risk: s.Modes.Risk}
	targets := slices.ContainsFunc(s.Limit.Coupling.Vectors, func(v homogenized.Vector) bool { return v.Start == homogenized.Target })
	if !targets {
		return out, nil
	}
	if s.covariance == nil || s.nu == nil {
		return nil, fmt.Errorf("odes: the limit has a vector that starts at θ*: the system must be made by New or NewFromLimit, and not be started by WithStart")
	}
	if s.target == nil {
		return out, nil
	}
	if opposite(s.nu, s.target) { // a start at θ = 0
		out.mixed, out.target = make([]float64, len(out.risk)), out.risk
		floats.AddScaled(out.mixed, -1, out.risk)
		return out, nil
	}
	k, modes, err := s.formedModes()
	if err != nil {
		return nil, err
	}
	t, err := spectra.NewTransform(k, modes)
	if err != nil {
		return nil, err
	}
	y, z := t.Apply(nil, s.nu), t.Apply(nil, s.target)
	out.mixed, out.target = make([]float64, len(y)), make([]float64, len(y))
	if len(y) != len(s.Modes.Lambda) {
		return nil, fmt.Errorf("odes: the modes are not those of the covariance")
	}
	for i, l := range s.Modes.Lambda {
		out.mixed[i], out.target[i] = l*y[i]*z[i]/2, l*z[i]*z[i]/2
	}
	return out, nil
}

// opposite reports whether x = −y.
func opposite(x, y []float64) bool {
	for i, v := range x {
		if v != -y[i] {
			return false
		}
	}
	return true
}

// limitRiskCoupled is limitRisk for a coupled limit. It also returns the limit at rest.
func (s *System) limitRiskCoupled(ctx context.Context) (float64, *coupled.Rest, error) {
	eq, err := s.coupledEquation()
	if err != nil {
		return 0, nil, err
	}
	r, err := eq.NewRest()
	if err != nil {
		return 0, nil, err
	}
	risk, err := findRest(ctx, s.Modes.InitialRisk(), r.Response)
	return risk, r, err
}

// localRateCoupled is LocalRate for a coupled limit.
func (s *System) localRateCoupled(ctx context.Context) (float64, error) {
	limit, r, err := s.limitRiskCoupled(ctx)
	if err != nil {
		return 0, err
	}
	if limit == 0 || math.IsInf(limit, 1) {
		return 0, fmt.Errorf("%w: the limit risk is %v", ErrNoStationary, limit)
	}
	rate, err := r.Slowest(limit)
	if errors.Is(err, coupled.ErrNoRest) {
		return 0, ErrNoStationary
	}
	return rate, err
}

// errCoupled returns the error of a method that has no answer for coupled limits.
func (s *System) errCoupled(method string) error {
	if s.Limit.Coupling == nil {
		return nil
	}
	return fmt.Errorf("odes: %s: the limit is coupled: %s is known for limits of one vector only", method, method)
}
