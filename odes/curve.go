package odes

import (
	"fmt"
	"sort"
)

// Curve is a solved risk curve.
type Curve struct {
	Times []float64 // in t = k/d
	Risk  []float64 // R at the times
	Rate  []float64 // η at the times
	Stats Stats
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
	}
	if !sort.Float64sAreSorted(times) {
		return fmt.Errorf("odes: times must increase")
	}
	return nil
}
