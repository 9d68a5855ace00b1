package ensemble

import (
	"fmt"
	"math"
)

// Observer is a function of the iterate that is recorded beside the risk.
type Observer struct {
	Name string

	// Of returns the value at theta. It is called from many goroutines at once, and
	// must neither keep nor change theta. To describe the ensemble it is also called
	// at two fixed points before any run.
	Of func(theta []float64) float64
}

// Settings says how an ensemble is run. Horizon and Runs are required.
type Settings struct {
	Horizon float64 // end of the runs, in t = k/d
	Runs    int     // number of runs
	Seed    uint64  // of the random numbers; the default is the seed 0

	// First is the index of the first run. A shard of a larger ensemble makes its runs
	// First, …, First+Runs−1, and Merge puts the shards together. The default is 0.
	First int

	// Resume holds runs of this ensemble that were made before, for example by one that
	// was cancelled. They are copied, and only the others are made. A Band of another
	// problem or of other settings is an error. The default, nil, makes all runs.
	Resume *Band

	// Times are when the risk is recorded. They must increase and lie in [0, Horizon].
	// Nil stands for 201 times from 0 to Horizon in equal steps. An empty slice is an
	// error. LinearTimes and LogTimes make usual ones.
	Times []float64

	// Observers are recorded at the same times. The default is none.
	Observers []Observer

	// Workers is the number of runs that are made at the same time. The default, 0,
	// stands for GOMAXPROCS. The result does not depend on it.
	Workers int

	// Stream names the random numbers, see NewRand. The default, "", stands for the
	// name that the maker of the walks gives: simulations and SDEs with the same seed
	// are then independent. Ensembles of one kind with the same seed and stream draw
	// the same random numbers.
	Stream string

	// Progress, if it is not nil, is called after every record with the number of
	// records made so far and to be made in all, resumed runs not included. Calls do
	// not overlap.
	Progress func(done, total int)
}

// maxValues is the largest number of values in a Band: 128 gigabytes.
const maxValues = 1 << 34

// Validate returns an error that names the first bad field, and nil if there is none.
func (s Settings) Validate() error {
	if !(s.Horizon > 0) || math.IsInf(s.Horizon, 1) {
		return fmt.Errorf("ensemble: Settings.Horizon is %v: must be positive and finite", s.Horizon)
	}
	if s.Runs < 1 {
		return fmt.Errorf("ensemble: Settings.Runs is %d: must be at least 1", s.Runs)
	}
	if s.First < 0 || s.First > math.MaxInt-s.Runs {
		return fmt.Errorf("ensemble: Settings.First is %d: must be nonnegative, and First + Runs an int", s.First)
	}
	if s.Times != nil && len(s.Times) == 0 {
		return fmt.Errorf("ensemble: Settings.Times is empty: must have at least one time, or be nil for 201 of them")
	}
	for i, t := range s.Times {
		if !(t >= 0 && t <= s.Horizon) {
			return fmt.Errorf("ensemble: Settings.Times[%d] is %v: must lie in [0, Horizon] = [0, %v]", i, t, s.Horizon)
		}
		if i > 0 && t <= s.Times[i-1] {
			return fmt.Errorf("ensemble: Settings.Times[%d] is %v after %v: must increase", i, t, s.Times[i-1])
		}
	}
	for i, o := range s.Observers {
		if o.Of == nil {
			return fmt.Errorf("ensemble: Settings.Observers[%d].Of is nil", i)
		}
	}
	if s.Workers < 0 {
		return fmt.Errorf("ensemble: Settings.Workers is %d: must be positive, or 0 for GOMAXPROCS", s.Workers)
	}
	if most := maxValues / int64(s.recordTimes()) / int64(1+len(s.Observers)); int64(s.Runs) > most {
		return fmt.Errorf("ensemble: Settings.Runs is %d: must be at most %d with %d times and %d observers", s.Runs, most, s.recordTimes(), len(s.Observers))
	}
	if s.Resume != nil {
		for _, run := range s.Resume.Runs {
			if run < s.First || run >= s.First+s.Runs {
				return fmt.Errorf("ensemble: Settings.Resume holds run %d: must lie in [%d, %d)", run, s.First, s.First+s.Runs)
			}
		}
	}
	return nil
}

// defaultTimes is how many times Settings.Times has by default.
const defaultTimes = 201

// recordTimes returns the number of record times.
func (s Settings) recordTimes() int {
	if s.Times != nil {
		return len(s.Times)
	}
	return defaultTimes
}

// RecordTimes returns a copy of Times, or the times that nil stands for.
func (s Settings) RecordTimes() []float64 {
	if s.Times != nil {
		return append([]float64{}, s.Times...)
	}
	return LinearTimes(s.Horizon, defaultTimes)
}
