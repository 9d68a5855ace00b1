// Package adjoint solves the adjoint equations of the risk at a horizon.
package adjoint

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// nodes is the number of collocation nodes.
const nodes = collocation.Nodes

// adjoint solves the adjoint equations of a recorded solution backward from
// p_i(T) = 1, p_i = ∂R(T)/∂r_i(t):
//
//	p_i' = 2aλ_i p_i − S − λ_i U.
//
// With M = Σ p_i λ_i r_i, W_n = Σ p_i c_i^{(n)} and the density of the sensitivity to
// the rate, D = −2hM + Σ_n η g_n W_n/d,
//
//	S = −2ηh'M + Σ_n η² g_n' W_n/(2d) + D ∂η/∂R,  U = D ∂η/∂(Σ λ_i r_i).
//
// U vanishes unless the schedule asks for the descent. In reversed time these are the
// equations of a step with the forcing S. It is represented in the same way, so the
// decay of each p_i is exact. S is linear in p, and its values at the nodes solve a
// linear system.
type adjoint struct {
	eq        *march.Equation
	tolerance float64
	p         []float64 // of the modes of eq
	lambda    []float64 // of modes that do not act back, such as the ones before compression
	passenger []float64 // their p
	sources   int       // 1, or 2 with U

	// Of one step, whose nodes run backward from its end.
	leg    *march.Leg
	size   float64
	clock  [nodes]float64 // the integral of a from the node to the end
	node   [nodes]coefficients
	modes  [nodes][]float64          // r_i at the nodes
	growth [][nodes]float64          // see march.Leg.Grow
	free   [][nodes]float64          // [q][j] the sums without sources; q = 0 for M, 1 + n for W_n
	bound  [][nodes]float64          // [q][j] the same with |p_i|
	moment [][][nodes][nodes]float64 // [source][q][j][p]
	kernel [][][nodes][nodes]float64 // [source][q][j][k]: the response of the sum to S/a
	sum    [][nodes]float64          // [q][j]
	source [][nodes]float64          // [source][k]: S/a and U/a
	matrix blas64.General
	right  blas64.General
	pivots []int
	pieces []Piece // from the last to the first
}

// coefficients are those at a node of the step.
type coefficients struct {
	risk, eta, decay    float64 // R, η and a
	h                   float64
	g                   []float64
	own                 [2][]float64 // S/a and U/a = Σ_q own[q] times the sums
	etaRisk, etaDescent float64
}

// Piece holds the sums over one step at its nodes, in the order of time.
type Piece struct {
	Start, Size, Stop float64
	Eta, Risk         [nodes]float64
	Density           [nodes]float64   // D
	Pull              [nodes]float64   // M
	Push              [][nodes]float64 // W_n
}

// ErrLong reports an adjoint that is too stiff, as it is where h'(R) is huge.
var ErrLong = errors.New("odes: the adjoint takes more")

// Solve goes back through the legs of a solution and returns the pieces of the adjoint in
// the order of time and p_i(0) = ∂R(T)/∂r_i(0). The modes of the equation may be compressed:
// then p is that of the modes λ which they stand for, unless lambda is nil. It tries no more
// steps than the budget; then the error is ErrLong.
func Solve(ctx context.Context, eq *march.Equation, legs []march.Leg, lambda []float64, budget int) (pieces []Piece, p []float64, err error) {
	a := newAdjoint(eq, lambda)
	if err := a.solve(ctx, legs, budget); err != nil {
		return nil, nil, err
	}
	slices.Reverse(a.pieces)
	if lambda != nil {
		return a.pieces, a.passenger, nil
	}
	return a.pieces, a.p, nil
}

// newAdjoint returns the adjoint at the end.
func newAdjoint(eq *march.Equation, lambda []float64) *adjoint {
	terms := len(eq.Limit.Noise)
	a := &adjoint{eq: eq, tolerance: max(10*eq.Tolerance, 1e-12), sources: 1, lambda: lambda,
		free: make([][nodes]float64, 1+terms), bound: make([][nodes]float64, 1+terms), sum: make([][nodes]float64, 1+terms)}
	ones := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = 1
		}
		return x
	}
	a.growth = make([][nodes]float64, len(eq.Modes.Lambda))
	a.p, a.passenger = ones(len(eq.Modes.Lambda)), ones(len(lambda))
	for k := range a.node {
		a.node[k].g = make([]float64, terms)
		a.modes[k] = make([]float64, len(eq.Modes.Lambda))
		a.node[k].own = [2][]float64{make([]float64, 1+terms), make([]float64, 1+terms)}
	}
	return a
}

// resize makes room for the number of sources.
func (a *adjoint) resize() {
	n := a.sources * nodes
	a.matrix = blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)}
	a.right = blas64.General{Rows: n, Cols: 1, Stride: 1, Data: make([]float64, n)}
	a.pivots = make([]int, n)
	a.moment, a.kernel = make([][][nodes][nodes]float64, a.sources), make([][][nodes][nodes]float64, a.sources)
	a.source = make([][nodes]float64, a.sources)
	for s := range a.moment {
		a.moment[s], a.kernel[s] = make([][nodes][nodes]float64, len(a.sum)), make([][nodes][nodes]float64, len(a.sum))
	}
}

// solve goes back through the legs, from the last to the first.
func (a *adjoint) solve(ctx context.Context, legs []march.Leg, budget int) error {
	a.resize()
	size := math.Inf(1)
	tries := 0
	for i := len(legs) - 1; i >= 0; i-- {
		a.leg = &legs[i]
		if a.leg.Still {
			continue // the noise acts alone: p does not move
		}
		a.leg.Grow(a.growth)
		if i == len(legs)-1 {
			size = 1 / (2 * floats.Max(a.eq.Modes.Lambda) * a.leg.Decay[nodes-1])
		}
		for to := 1.0; to > 0; {
			if err := ctx.Err(); err != nil {
				return err
			}
			part := min(size/a.leg.Size, to)
			if part > 0.99*to {
				part = to
			} else if part > 0.5*to {
				part = to / 2
			}
			if part < 1e-14 {
				return fmt.Errorf("odes: the step of the adjoint vanishes at t = %v, risk %v", a.leg.Time(to), a.leg.Risk.At(to))
			}
			if tries++; tries > budget {
				return fmt.Errorf("%w than %d steps, and is at t = %v, risk %v", ErrLong, budget, a.leg.Time(to), a.leg.Risk.At(to))
			}
			factor, accepted, err := a.try(to, part)
			if err != nil {
				return err
			}
			if accepted {
				a.accept(to, part)
				to -= part
				size = max(size, part*a.leg.Size)
				if part == to+part {
					to = 0
				}
				size *= min(factor, 10)
				size = min(size, 10*part*a.leg.Size)
			} else {
				size = part * a.leg.Size * factor
			}
		}
	}
	return nil
}

// try solves the step from the part to of the leg down by part.
func (a *adjoint) try(to, part float64) (factor float64, accepted bool, err error) {
	a.size = part * a.leg.Size
	end := a.leg.ClockAt(to)
	sources := a.sources
	for k, u := range collocation.Lobatto {
		x := to - u*part
		if k == nodes-1 {
			x = max(to-part, 0)
		}
		a.clock[k] = max(end-a.leg.ClockAt(x), 0)
		a.leg.ModesAt(a.modes[k], a.growth, x)
		at := a.leg.Position(x)
		if err := a.evaluate(&a.node[k], a.leg.Time(x), &at); err != nil {
			return 0, false, err
		}
	}
	a.clock[0] = 0
	if sources != a.sources {
		a.resize()
	}
	a.collect()
	if !a.sumUp() {
		return 0.2, false, nil
	}
	worst := 0.0
	for q := range a.sum {
		scale := 0.0
		for j := range nodes {
			scale = max(scale, math.Abs(a.sum[q][j]), a.bound[q][j])
			if math.IsNaN(a.sum[q][j]) || math.IsInf(a.sum[q][j], 0) {
				return 0.2, false, nil
			}
		}
		if scale > 0 {
			c := collocation.Interpolate(&a.sum[q])
			worst = max(worst, max(math.Abs(c[nodes-1]), math.Abs(c[nodes-2])/8)/scale)
		}
	}
	ratio := worst / a.tolerance
	factor = 0.9 * math.Pow(max(ratio, 1e-12), -1./nodes)
	return max(factor, 0.2), ratio <= 1, nil
}

// accept keeps the sums of the step and moves p to its start.
func (a *adjoint) accept(to, part float64) {
	start := a.leg.Start + max(to-part, 0)*a.leg.Size
	piece := Piece{Start: start, Size: a.size, Stop: a.leg.Start + to*a.leg.Size, Push: make([][nodes]float64, len(a.sum)-1)}
	if to == 1 {
		piece.Stop = a.leg.Stop
	}
	dim := float64(a.eq.Modes.Dim)
	for k := range nodes {
		c, at := &a.node[nodes-1-k], nodes-1-k
		piece.Eta[k], piece.Risk[k] = c.eta, c.risk
		piece.Pull[k] = a.sum[0][at]
		piece.Density[k] = -2 * c.h * a.sum[0][at]
		for n := range piece.Push {
			piece.Push[n][k] = a.sum[1+n][at]
			piece.Density[k] += c.eta * c.g[n] * a.sum[1+n][at] / dim
		}
	}
	a.pieces = append(a.pieces, piece)
	a.move(a.p, a.eq.Modes.Lambda)
	a.move(a.passenger, a.lambda)
}
