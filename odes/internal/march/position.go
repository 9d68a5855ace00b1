package march

import (
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Position is a schedule.Position given by its numbers.
type Position struct {
	R, Q           float64 // the risk Σ r_i and the descent Σ λ_i r_i
	Preconditioned bool    // the basis in which Q is known
	Asked          bool    // whether Q was asked for
}

var _ schedule.Position = (*Position)(nil)

// Risk returns R.
func (p *Position) Risk() float64 { return p.R }

// Descent returns Q, and NaN in the other basis.
func (p *Position) Descent(preconditioned bool) float64 {
	if preconditioned != p.Preconditioned {
		return math.NaN()
	}
	p.Asked = true
	return p.Q
}
