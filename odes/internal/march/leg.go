package march

import (
	"context"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/spectra"
)

// Leg is one step of a solution, with all that gives the modes at every time in it.
type Leg struct {
	Segment
	End   float64        // the schedule's values from here on belong to a later piece
	Still bool           // the risk only leaves 0, or a way too short to be seen: the modes are taken to stay
	Decay [nodes]float64 // a at the nodes

	modes          []float64 // r_i at the start
	of             *spectra.Modes
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
			l.modes, l.of = append(l.modes, st.modes...), &e.Modes
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
	l.forcing(x).Move(dst, l.modes, l.of.Lambda, l.of.Weights, growth)
	for i, r := range dst {
		dst[i] = max(r, 0)
	}
}

// Grow stores e^{2λ_i A} at the nodes for the modes that hardly decay, which ModesAt takes.
func (l *Leg) Grow(growth [][nodes]float64) {
	for i, lambda := range l.of.Lambda {
		if 2*lambda*l.clock[nodes-1] < collocation.Slow {
			collocation.Grow(&growth[i], &l.clock, lambda)
		}
	}
}

// Follow stores in dst at the part x of the leg modes that do not act back,
// dv_i/dt = −2aλ_i v_i + Σ_n b_n f_i^{(n)}, given their values at the start of the leg, which
// dst may be.
func (l *Leg) Follow(dst, start, lambda []float64, force [][]float64, x float64) {
	if l.Still { // the first instant from zero, 1e-13 of all
		copy(dst, start)
		return
	}
	l.forcing(x).Move(dst, start, lambda, force, nil)
}

// evenly is the Lagrange basis of the nodes in time.
var evenly = collocation.NewLagrange(&collocation.Lobatto)

// forcing returns what drives the modes up to the part x of the leg.
func (l *Leg) forcing(x float64) *collocation.Forcing {
	f := &collocation.Forcing{Clock: l.clock, End: l.ClockAt(x), Inputs: make([][nodes]float64, len(l.input)), Drive: make([][nodes]float64, len(l.input))}
	for k, w := range evenly.Legendre(x)[0] {
		for n := range l.input {
			f.Inputs[n][k] = w * x * l.Size * l.input[n][k]
		}
	}
	collocation.Drive(f.Drive, &l.clock, f.End, l.ratio)
	return f
}
