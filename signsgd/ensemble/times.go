package ensemble

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// LinearTimes returns n times from 0 to the horizon in equal steps, both ends exact. It
// panics if n < 2 or unless the horizon is positive and finite.
func LinearTimes(horizon float64, n int) []float64 {
	if n < 2 || !(horizon > 0) || math.IsInf(horizon, 1) {
		panic("ensemble: LinearTimes: n < 2, or the horizon is not positive and finite")
	}
	return floats.Span(make([]float64, n), 0, horizon)
}

// LogTimes returns n times from first to the horizon in equal ratios, both ends exact.
// It panics if n < 2 or unless 0 < first < horizon < ∞.
func LogTimes(first, horizon float64, n int) []float64 {
	if n < 2 || !(0 < first && first < horizon) || math.IsInf(horizon, 1) {
		panic("ensemble: LogTimes: n < 2, or first does not lie between 0 and a finite horizon")
	}
	times := floats.LogSpan(make([]float64, n), first, horizon)
	times[0], times[n-1] = first, horizon
	return times
}
