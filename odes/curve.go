package odes

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// Curve is a solved risk curve. In JSON it is kept whole.
type Curve struct {
	Times []float64 // in t = k/d
	Risk  []float64 // R at the times
	Rate  []float64 // η at the times; NaN where the schedule is undefined, as some are at R = 0

	// Variance is that of the risk of a run at the times, of order 1/d; nil unless
	// System.Variance made the curve.
	Variance []float64

	// Bias is the correction of the mean at finite d: the mean risk of runs is Risk + Bias up
	// to O(1/d²). nil unless System.Variance made the curve.
	Bias []float64

	Stats Stats

	first  float64 // R(0)
	pieces []march.Segment

	coupling *homogenized.Coupling // names of the vectors and scalars; nil for a limit of one vector
	overlaps [][]float64           // by entry, at the times
	scalars  [][]float64
}

// String says where the curve begins and ends.
func (c *Curve) String() string {
	last := len(c.Times) - 1
	return fmt.Sprintf("risk %.4g at t = %g to %.4g at t = %g, at %d times", c.Risk[0], c.Times[0], c.Risk[last], c.Times[last], len(c.Times))
}

// At returns the risk at any time t from 0 to the last of Times, to the tolerance of the
// solution, and NaN elsewhere.
func (c *Curve) At(t float64) float64 {
	if t == 0 {
		return c.first
	}
	i := sort.Search(len(c.pieces), func(i int) bool { return c.pieces[i].Stop >= t })
	if i == len(c.pieces) || !(t >= 0) {
		return math.NaN()
	}
	return c.pieces[i].At(t)
}

// Table returns the curve as a table of numbers with a name for each column: "t", "risk"
// and "eta". A curve of System.Variance adds "variance" and "bias", if they are known. A
// coupled limit adds R_aa of its further vectors and the scalars, under the names that
// ensembles of its paths use. There is a row for each time. The values are the rows one
// after the other. A rate that is undefined is NaN. data.Save writes the table to a file:
//
//	err := data.Save("curve.csv", curve)
func (c *Curve) Table() (names []string, values []float64) {
	names = []string{"t", "risk", "eta"}
	columns := [][]float64{c.Times, c.Risk, c.Rate}
	add := func(name string, column []float64) {
		names, columns = append(names, name), append(columns, column)
	}
	if c.Variance != nil {
		add("variance", c.Variance)
	}
	if c.Bias != nil {
		add("bias", c.Bias)
	}
	if c.coupling != nil {
		for _, v := range c.coupling.Vectors[1:] {
			if v.Start != homogenized.Target {
				add(v.Name, c.Overlap(v.Name, v.Name))
			}
		}
		for _, z := range c.coupling.Scalars {
			add(z.Name, c.Scalar(z.Name))
		}
	}
	values = make([]float64, 0, len(columns)*len(c.Times))
	for i := range c.Times {
		for _, column := range columns {
			values = append(values, column[i])
		}
	}
	return names, values
}

// Len returns the number of Times. With XY it makes a curve a plotter.XYer of gonum/plot,
// so that plotter.NewLine draws it.
func (c *Curve) Len() int { return len(c.Times) }

// XY returns the time and the risk at the index i of Times.
func (c *Curve) XY(i int) (t, risk float64) { return c.Times[i], c.Risk[i] }

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
	eq, err := s.coupledEquation()
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
func (c *Curve) recordCoupled(i int, p *coupled.Piece) {
	if p == nil {
		return
	}
	x := (c.Times[i] - p.Start) / p.Size
	for e := range c.overlaps {
		c.overlaps[e][i] = p.Overlap[e].At(x)
	}
	for q := range c.scalars {
		c.scalars[q][i] = p.Scalar[q].At(x)
	}
}

// Stats says what a solution took.
type Stats struct {
	Steps    int // steps accepted
	Rejected int // steps tried again with a smaller size
	Passes   int // passes over the modes
}

// DivergedError reports a risk that left the range of numbers, as that of SGD
// does under too large a learning rate.
type DivergedError struct {
	Time float64 // the last time at which the risk was finite
	Risk float64 // the risk then
}

func (e *DivergedError) Error() string {
	return (*march.DivergedError)(e).Error()
}

// checkTimes returns an error unless the times increase from 0 or later.
func checkTimes(times []float64) error {
	if len(times) == 0 {
		return fmt.Errorf("odes: times is empty")
	}
	for i, t := range times {
		if !(t >= 0 && t <= march.MaxTime) {
			return fmt.Errorf("odes: times[%d] is %v: must be nonnegative and finite", i, t)
		}
		if i > 0 && t < times[i-1] {
			return fmt.Errorf("odes: times[%d] is %v after %v: times must not decrease", i, t, times[i-1])
		}
	}
	return nil
}

// checkHorizon returns an error unless the horizon is positive and finite.
func checkHorizon(horizon float64) error {
	if !(horizon > 0 && horizon <= march.MaxTime) {
		return fmt.Errorf("odes: horizon is %v: must be positive and finite", horizon)
	}
	return nil
}
