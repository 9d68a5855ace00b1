// Package coupled solves the moments of limits of several vectors and scalars
// (homogenized.Coupling) in the modes of the risk. Every mode is a linear system of its own,
// given the overlaps of the vectors and the scalars, through which alone the modes meet.
package coupled

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// Equation is a coupled limit on its modes. It is not changed by its methods.
type Equation struct {
	*homogenized.Coupling

	// Coefficients returns η and h and stores the g_n in gain, at the time t, the risk R
	// and the descent Σ λ_i r_i, which is NaN where it is not known.
	Coefficients func(gain []float64, t, risk, descent float64) (rate, drift float64, err error)

	// Modes holds the modes with λ > 0 at the start. There must be at least one.
	Modes *Modes
}

// point is what the coefficients see at one time.
type point struct {
	overlap []float64 // by entry
	scalar  []float64
	descent float64
}

func newPoint(entries, scalars int) point {
	b := make([]float64, entries+scalars)
	return point{overlap: b[:entries:entries], scalar: b[entries:]}
}

func (p *point) set(other *point) {
	copy(p.overlap, other.overlap)
	copy(p.scalar, other.scalar)
	p.descent = other.descent
}

// start returns the point at t = 0.
func (eq *Equation) start() (point, error) {
	p := newPoint(eq.Modes.entries, len(eq.Scalars))
	eq.Modes.sum(&p)
	for j, z := range eq.Scalars {
		if z.Start == nil {
			continue
		}
		v := z.Start(p.overlap[0])
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return point{}, fmt.Errorf("odes: Coupling.Scalars[%d].Start gives %v: must be finite", j, v)
		}
		p.scalar[j] = v
	}
	return p, nil
}

// Start returns the overlaps, by entry, and the scalars at t = 0.
func (eq *Equation) Start() (overlap, scalar []float64, err error) {
	p, err := eq.start()
	return p.overlap, p.scalar, err
}

// The risks at which limits are asked for coefficients.
const (
	MinRisk   = march.MinRisk
	MaxRisk   = march.MaxRisk
	Divergent = march.Divergent
)
