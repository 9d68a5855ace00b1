package control

import (
	"math"
	"sort"
)

// Grid returns n + 1 times from 0 to the horizon which are dense where schedules change:
// a third of them evenly in log(t + first), a third evenly in log(T − t + last), and a
// third evenly in what passes, a function of time that does not decrease.
func Grid(n int, horizon, first, last float64, passes func(t float64) float64) []float64 {
	from, to := math.Log1p(horizon/first), math.Log1p(horizon/last)
	begun, all := passes(0), passes(horizon)-passes(0)
	part := func(t float64) float64 {
		sum := math.Log1p(t/first)/from + 1 - math.Log1p((horizon-t)/last)/to
		if all > 0 && all < math.MaxFloat64 {
			return (sum + (passes(t)-begun)/all) / 3
		}
		return sum / 2
	}
	time := []float64{0}
	for m := 1; m < n; m++ {
		want := float64(m) / float64(n)
		t := bisectTime(horizon, first, last, func(t float64) bool { return part(t) < want })
		if t > time[len(time)-1]*(1+1e-12) && t < horizon*(1-1e-14) {
			time = append(time, t)
		}
	}
	return append(time, horizon)
}

// bisectTime returns where before turns from true to false, to 1e-3 of the distance to the
// nearer end.
func bisectTime(horizon, first, last float64, before func(t float64) bool) float64 {
	lo, hi := 0.0, horizon
	for hi-lo > 1e-3*min(hi+first, horizon-lo+last) {
		if middle := lo + (hi-lo)/2; before(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return lo + (hi-lo)/2
}

// Resample returns the values at the times of a function that is linear between others.
func Resample(times, old, values []float64) []float64 {
	out := make([]float64, len(times))
	for k, t := range times {
		i := sort.SearchFloat64s(old, t)
		switch {
		case i == 0:
			out[k] = values[0]
		case i == len(old):
			out[k] = values[i-1]
		default:
			x := (t - old[i-1]) / (old[i] - old[i-1])
			out[k] = values[i-1] + x*(values[i]-values[i-1])
		}
	}
	return out
}
