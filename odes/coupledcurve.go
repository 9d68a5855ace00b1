package odes

import (
	"slices"

	"github.com/riskcurves/riskcurves/odes/internal/coupled"
)

// Overlap returns R_ab = ½ (u^a)ᵀ K u^b of two vectors of a coupled limit at Times, given
// their names; see homogenized.Coupling. With a = b the vector of an average, it is the
// risk of the averaged iterate. It is nil if the limit has no vectors of these names.
func (c *Curve) Overlap(a, b string) []float64 {
	if c.coupling == nil {
		return nil
	}
	i, j := c.coupling.Vector(a), c.coupling.Vector(b)
	if i < 0 || j < 0 {
		return nil
	}
	return c.overlaps[slices.Index(coupled.Entries(len(c.coupling.Vectors)), [2]int{min(i, j), max(i, j)})]
}

// Scalar returns the scalar of a coupled limit at Times, given its name: "v" is Adam's
// second moment. It is nil if the limit has no scalar of this name.
func (c *Curve) Scalar(name string) []float64 {
	if c.coupling == nil {
		return nil
	}
	i := c.coupling.Scalar(name)
	if i < 0 {
		return nil
	}
	return c.scalars[i]
}

// startCoupled makes room for the overlaps and scalars of a coupled limit, and stores
// their starts at the first time. It returns the system with its equation, which is made
// once.
func (c *Curve) startCoupled(s *System) (*System, error) {
	if s.Limit.Coupling == nil {
		return s, nil
	}
	eq, err := s.equation()
	if err != nil {
		return nil, err
	}
	overlaps, scalars, err := eq.Start()
	if err != nil {
		return nil, err
	}
	c.coupling = s.Limit.Coupling
	room := func(starts []float64) (rows [][]float64) {
		for _, v := range starts {
			row := make([]float64, len(c.Times))
			for i := range row {
				row[i] = v
			}
			rows = append(rows, row)
		}
		return rows
	}
	c.overlaps, c.scalars = room(overlaps), room(scalars)
	other := *s
	other.solved = eq
	return &other, nil
}

// recordCoupled stores the overlaps and scalars at the time i, which lies in the piece,
// or at the start if that is nil.
func (c *Curve) recordCoupled(i int, p *piece) {
	if p == nil || p.more == nil {
		return
	}
	x := (c.Times[i] - p.start) / p.size
	for e := range c.overlaps {
		c.overlaps[e][i] = p.more.Overlap[e].At(x)
	}
	for q := range c.scalars {
		c.scalars[q][i] = p.more.Scalar[q].At(x)
	}
}
