package schedule

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Interpolated is the schedule that is linear between given rates. It is constant before
// the first time and after the last.
type Interpolated struct {
	Times []float64 // in t = k/d, nonnegative, finite and increasing; retained
	Rates []float64 // η at the times, nonnegative and finite; retained
}

var _ Piecewise = Interpolated{}

// Validate returns an error unless there are as many rates as times, at least one, the
// times are finite and increase, and the rates are nonnegative and finite.
func (s Interpolated) Validate() error {
	if len(s.Times) == 0 || len(s.Rates) != len(s.Times) {
		return fmt.Errorf("schedule: Interpolated has %d times and %d rates: must have as many of both, at least one", len(s.Times), len(s.Rates))
	}
	for i, t := range s.Times {
		if !(t >= 0) || math.IsInf(t, 1) || i > 0 && t <= s.Times[i-1] {
			return fmt.Errorf("schedule: Interpolated.Times[%d] is %v: times must be nonnegative, finite and increase", i, t)
		}
		if err := checkNonnegative(fmt.Sprintf("Interpolated.Rates[%d]", i), s.Rates[i]); err != nil {
			return err
		}
	}
	return nil
}

// Rate returns the rate interpolated at t. It panics unless there are as many rates as
// times, at least one.
func (s Interpolated) Rate(t float64, _ Position) float64 {
	if len(s.Times) == 0 || len(s.Rates) != len(s.Times) {
		panic(s.Validate().Error())
	}
	i := sort.SearchFloat64s(s.Times, t)
	switch {
	case i == 0:
		return s.Rates[0]
	case i == len(s.Times):
		return s.Rates[i-1]
	}
	x := (t - s.Times[i-1]) / (s.Times[i] - s.Times[i-1])
	return s.Rates[i-1] + x*(s.Rates[i]-s.Rates[i-1])
}

// Breaks returns the times after 0.
func (s Interpolated) Breaks() []float64 {
	if len(s.Times) > 0 && s.Times[0] == 0 {
		return slices.Clone(s.Times[1:])
	}
	return slices.Clone(s.Times)
}
