package signsgd

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Observer is a function of the iterate to be recorded beside the risk.
type Observer struct {
	Name string
	Of   func(theta []float64) float64 // called from many goroutines at once; must not keep or change theta
}

// Settings says how an ensemble is run. Horizon and Runs are required.
type Settings struct {
	Horizon float64 // end of the runs in t = k/d
	Runs    int     // number of runs
	Seed    uint64  // run i draws from a stream of its own, keyed by (Seed, i)

	// First is the index of the first run. A shard of a larger ensemble makes the
	// runs First, …, First+Runs−1 of it; Merge puts the shards together.
	First int

	// Resume holds runs of this ensemble made before, by one that was cancelled for
	// example: they are copied, and only the others are made.
	Resume *Band

	// Times are when the risk is recorded: increasing, within [0, Horizon]. Nil
	// means 201 times from 0 to Horizon in equal steps; see LinearTimes and
	// LogTimes. A discrete run records at step ⌊t·d⌋.
	Times []float64

	// Observers are recorded at the same times.
	Observers []Observer

	// Progress, if not nil, is called after every record with the number of
	// records made and to be made in all, not counting resumed runs. Calls do not
	// overlap.
	Progress func(done, total int)
}

// Validate returns an error that names the first bad field, and nil if there is
// none.
func (s Settings) Validate() error {
	if !(s.Horizon > 0) || math.IsInf(s.Horizon, 1) {
		return fmt.Errorf("signsgd: Settings.Horizon is %v: must be positive and finite", s.Horizon)
	}
	if s.Runs < 1 {
		return fmt.Errorf("signsgd: Settings.Runs is %d: must be at least 1", s.Runs)
	}
	if s.First < 0 || s.First > math.MaxInt-s.Runs {
		return fmt.Errorf("signsgd: Settings.First is %d: must be nonnegative, and First + Runs an int", s.First)
	}
	for i, t := range s.Times {
		if !(t >= 0 && t <= s.Horizon) {
			return fmt.Errorf("signsgd: Settings.Times[%d] is %v: must lie in [0, Horizon] = [0, %v]", i, t, s.Horizon)
		}
		if i > 0 && t <= s.Times[i-1] {
			return fmt.Errorf("signsgd: Settings.Times[%d] is %v after %v: must increase", i, t, s.Times[i-1])
		}
	}
	for i, o := range s.Observers {
		if o.Of == nil {
			return fmt.Errorf("signsgd: Settings.Observers[%d].Of is nil", i)
		}
	}
	if s.Resume != nil {
		for _, run := range s.Resume.Runs {
			if run < s.First || run >= s.First+s.Runs {
				return fmt.Errorf("signsgd: Settings.Resume holds run %d: must lie in [%d, %d)", run, s.First, s.First+s.Runs)
			}
		}
	}
	return nil
}

// RecordTimes returns a copy of Times, or what nil stands for.
func (s Settings) RecordTimes() []float64 {
	if s.Times != nil {
		return append([]float64{}, s.Times...)
	}
	return LinearTimes(s.Horizon, 201)
}

// LinearTimes returns n times from 0 to the horizon in equal steps. It panics if n < 2.
func LinearTimes(horizon float64, n int) []float64 {
	if n < 2 {
		panic("signsgd: LinearTimes: n < 2")
	}
	return floats.Span(make([]float64, n), 0, horizon)
}

// LogTimes returns n times from first to the horizon in equal ratios. It panics if
// n < 2 or unless 0 < first < horizon.
func LogTimes(first, horizon float64, n int) []float64 {
	if n < 2 || !(0 < first && first < horizon) {
		panic("signsgd: LogTimes: n < 2, or first is not in (0, horizon)")
	}
	times := floats.LogSpan(make([]float64, n), first, horizon)
	times[0], times[n-1] = first, horizon // exactly
	return times
}
