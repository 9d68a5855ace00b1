package ensemble

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Paths holds one quantity along an ensemble: Paths[i][j] is that of the i-th run
// at the j-th time, +Inf from the divergence of the run on. All paths have one length;
// methods that go through the runs at a time panic if they do not.
type Paths [][]float64

// validate returns an error unless there is one path for each run, with one value for
// each time.
func (p Paths) validate(field string, runs, times int) error {
	if len(p) != runs {
		return fmt.Errorf("ensemble: %s has %d paths: must have one for each of the %d runs", field, len(p), runs)
	}
	for i, path := range p {
		if len(path) != times {
			return fmt.Errorf("ensemble: %s[%d] has %d values: must have one for each of the %d times", field, i, len(path), times)
		}
	}
	return nil
}

// Mean returns the mean over the runs at every time.
func (p Paths) Mean() []float64 {
	return p.reduce(func(column []float64) float64 { return stat.Mean(column, nil) })
}

// StdErr returns the standard error of the mean at every time: NaN for a single
// run, +Inf once a run has diverged.
func (p Paths) StdErr() []float64 {
	return p.reduce(func(column []float64) float64 {
		if slices.Contains(column, math.Inf(1)) {
			return math.Inf(1)
		}
		return stat.StdErr(stat.StdDev(column, nil), float64(len(column)))
	})
}

// Quantile returns the q-quantile over the runs at every time, 0 ≤ q ≤ 1,
// interpolating linearly between order statistics (Hyndman and Fan's type 7).
func (p Paths) Quantile(q float64) []float64 {
	if !(q >= 0 && q <= 1) {
		panic(fmt.Sprintf("ensemble: Paths.Quantile: %v is outside [0, 1]", q))
	}
	return p.reduce(func(column []float64) float64 {
		slices.Sort(column)
		position := q * float64(len(column)-1)
		below := int(position)
		fraction := position - float64(below)
		if fraction == 0 || column[below] == column[below+1] {
			return column[below]
		}
		return column[below] + fraction*(column[below+1]-column[below])
	})
}

// Central returns the bounds of the band that holds the central share of the
// runs: 0.8 gives the 10% and the 90% quantile.
func (p Paths) Central(share float64) (lo, hi []float64) {
	if !(share >= 0 && share <= 1) {
		panic(fmt.Sprintf("ensemble: Paths.Central: share %v is outside [0, 1]", share))
	}
	return p.Quantile((1 - share) / 2), p.Quantile((1 + share) / 2)
}

// Summary is what a figure draws of an ensemble: at every time the mean over the runs, its
// standard error, and the bounds of a band.
type Summary struct {
	Mean, StdErr []float64
	Lo, Hi       []float64
}

// Summary returns the mean, its standard error, and the bounds of the band that holds
// the central share of the runs; see Mean, StdErr and Central.
func (p Paths) Summary(share float64) Summary {
	lo, hi := p.Central(share)
	return Summary{Mean: p.Mean(), StdErr: p.StdErr(), Lo: lo, Hi: hi}
}

// Diverged returns the number of runs that have diverged by the last time.
func (p Paths) Diverged() int {
	n := 0
	for _, path := range p {
		if len(path) > 0 && math.IsInf(path[len(path)-1], 1) {
			n++
		}
	}
	return n
}

// reduce returns f of the values over the runs at every time. f may reorder them. It panics
// if the paths differ in length.
func (p Paths) reduce(f func(column []float64) float64) []float64 {
	if len(p) == 0 {
		return nil
	}
	for i, path := range p {
		if len(path) != len(p[0]) {
			panic(fmt.Sprintf("ensemble: Paths: path %d has %d values: must have %d, as path 0", i, len(path), len(p[0])))
		}
	}
	out := make([]float64, len(p[0]))
	column := make([]float64, len(p))
	for j := range out {
		for i, path := range p {
			column[i] = path[j]
		}
		out[j] = f(column)
	}
	return out
}
