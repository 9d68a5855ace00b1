package odes

import (
	"fmt"
	"math"
	"sort"

	"github.com/riskcurves/riskcurves/homogenized"
)

// Curve is a solved risk curve.
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
	pieces []segment

	coupling *homogenized.Coupling // names of the vectors and scalars; nil for a limit of one vector
	overlaps [][]float64           // by entry, at the times
	scalars  [][]float64
}

// String says where the curve begins and ends.
func (c *Curve) String() string {
	last := len(c.Times) - 1
	return fmt.Sprintf("risk %.4g at t = %g to %.4g at t = %g, at %d times", c.Risk[0], c.Times[0], c.Risk[last], c.Times[last], len(c.Times))
}

// segment is the risk over one step.
type segment struct {
	start, size, stop float64
	risk              series
}

// At returns the risk at any time t from 0 to the last of Times, to the tolerance of the
// solution, and NaN elsewhere.
func (c *Curve) At(t float64) float64 {
	if t == 0 {
		return c.first
	}
	i := sort.Search(len(c.pieces), func(i int) bool { return c.pieces[i].stop >= t })
	if i == len(c.pieces) || !(t >= 0) {
		return math.NaN()
	}
	p := &c.pieces[i]
	return max(p.risk.At((t-p.start)/p.size), 0)
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
	return fmt.Sprintf("odes: the risk diverges: it is %.3g at t = %.6g", e.Risk, e.Time)
}

// checkTimes returns an error unless the times increase from 0 or later.
func checkTimes(times []float64) error {
	if len(times) == 0 {
		return fmt.Errorf("odes: times is empty")
	}
	for i, t := range times {
		if !(t >= 0 && t <= maxTime) {
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
	if !(horizon > 0 && horizon <= maxTime) {
		return fmt.Errorf("odes: horizon is %v: must be positive and finite", horizon)
	}
	return nil
}
