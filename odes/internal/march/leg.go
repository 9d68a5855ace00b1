package march

import (
	"context"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// Leg is one step of a solution, with all that gives the modes at every time in it.
type Leg struct {
	Segment
	End   float64        // the schedule's values from here on belong to a later piece
	Still bool           // the risk is 0 at its start, and it only leaves that
	Decay [nodes]float64 // a at the nodes

	modes          []float64 // r_i at the start
	rates          []float64 // 2λ_i
	weights        [][]float64
	clock          [nodes]float64
	rising         collocation.Series // a
	input, ratio   [][nodes]float64   // b_n and b_n/a
	descent        collocation.Series
	preconditioned bool
}

// Record solves the equation and returns its steps. Centred limits have no legs.
func (e *Equation) Record(ctx context.Context, horizon float64, stats *Stats) ([]Leg, error) {
	var legs []Leg
	err := e.Walk(ctx, horizon, stats, func(p *Piece) bool {
		l := Leg{Segment: p.Segment, Still: p.step == nil, descent: p.Descent, preconditioned: p.Preconditioned}
		if !l.Still {
			st := p.step
			l.End = st.end
			l.modes, l.rates, l.weights = append(l.modes, st.modes...), st.rates, e.Modes.Weights
			l.clock = st.clock
			l.input, l.ratio = make([][nodes]float64, len(e.Limit.Noise)), make([][nodes]float64, len(e.Limit.Noise))
			for k := range st.coef {
				l.Decay[k] = st.coef[k].Decay
				for n := range l.input {
					l.input[n][k], l.ratio[n][k] = st.coef[k].Input[n], st.coef[k].Ratio[n]
				}
			}
			l.rising = collocation.Interpolate(&l.Decay)
		}
		legs = append(legs, l)
		return true
	})
	return legs, err
}

// Position returns the risk and the descent at the part x of the leg.
func (l *Leg) Position(x float64) Position {
	return Position{R: max(l.Risk.At(x), MinRisk), Q: max(l.descent.At(x), 0), Preconditioned: l.preconditioned}
}

// Time returns the time at the part x of the leg, before the schedule's next piece.
func (l *Leg) Time(x float64) float64 { return min(l.Start+x*l.Size, l.End) }

// ClockAt returns the integral of a from the start to the part x of the leg.
func (l *Leg) ClockAt(x float64) float64 {
	sum := 0.0
	for g, u := range collocation.Gauss.Point {
		sum += collocation.Gauss.Project[g][0] * l.rising.At(x*u)
	}
	return max(sum*x*l.Size, 0)
}

// ModesAt stores the modes at the part x of the leg in dst. growth is that of Grow.
func (l *Leg) ModesAt(dst []float64, growth [][nodes]float64, x float64) {
	l.follow(dst, l.modes, l.rates, l.weights, growth, x)
	for i, r := range dst {
		dst[i] = max(r, 0)
	}
}

// Grow stores e^{2λ_i A} at the nodes for the modes that hardly decay, which ModesAt takes.
func (l *Leg) Grow(growth [][nodes]float64) {
	total := l.clock[nodes-1]
	for i, rate := range l.rates {
		if rate*total < collocation.Slow {
			l.grow(&growth[i], rate)
		}
	}
}

func (l *Leg) grow(growth *[nodes]float64, rate float64) {
	for k, a := range l.clock {
		growth[k] = 1 / collocation.ExpNegative(rate*max(a, 0))
	}
}

// Follow stores in dst at the part x of the leg what moves under its coefficients and does
// not act back, dv_i/dt = −a ρ_i v_i + Σ_n b_n f_i^{(n)}, given its values at the start of the
// leg, which dst may be.
func (l *Leg) Follow(dst, start, rates []float64, force [][]float64, x float64) {
	if l.Still { // the first instant from zero, 1e-13 of all
		copy(dst, start)
		return
	}
	l.follow(dst, start, rates, force, nil, x)
}

// evenly is the Lagrange basis of the nodes in time.
var evenly = collocation.NewLagrange(&collocation.Lobatto)

// follow is Follow of a leg that moves, with the growth of Grow if that is not nil. It does
// for every part what step.commit does for the end of the step.
func (l *Leg) follow(dst, start, rates []float64, force [][]float64, growth [][nodes]float64, x float64) {
	total, now := l.clock[nodes-1], l.ClockAt(x)
	// The forcing as a Legendre series over the clock, and as inputs at the nodes.
	drive, inputs := make([][nodes]float64, len(force)), make([][nodes]float64, len(force))
	if total > 0 {
		sigma := l.clock
		for k := range sigma {
			sigma[k] /= total
		}
		projected := collocation.NewLagrange(&sigma).Legendre(now / total)
		for n := range drive {
			for p := range nodes {
				for k := range nodes {
					drive[n][p] += now * projected[p][k] * l.ratio[n][k]
				}
			}
		}
	}
	for k, w := range evenly.Legendre(x)[0] {
		for n := range inputs {
			inputs[n][k] = w * x * l.Size * l.input[n][k]
		}
	}
	var m, own [nodes]float64
	for i, rate := range rates {
		left := collocation.ExpNegative(rate * now)
		v := start[i] * left
		driven := rate*total >= collocation.Slow
		grown := &own
		switch {
		case driven:
			collocation.DecayMoments(&m, rate*now, left)
		case growth != nil:
			grown = &growth[i]
		default:
			l.grow(grown, rate)
		}
		for n, f := range force {
			if f[i] == 0 {
				continue
			}
			forced := 0.0
			if driven {
				for p, u := range m {
					forced += drive[n][p] * u
				}
			} else {
				for k, u := range inputs[n] {
					forced += u * grown[k]
				}
				forced *= left
			}
			v += f[i] * forced
		}
		dst[i] = v
	}
}
