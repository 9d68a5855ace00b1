package signsgd

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Band is what an ensemble recorded: every value, from which means, quantiles
// and errors are computed in the order of the runs.
type Band struct {
	Times    []float64 `json:"times"`    // when, in t = k/d
	Runs     []int     `json:"runs"`     // the index of each run, in increasing order
	Risk     Paths     `json:"risk"`     // R of each run
	Observed []Paths   `json:"observed"` // the values of each of Settings.Observers

	// Fingerprint is that of the ensemble: it tells it from ensembles of other
	// problems and settings, but for Settings.Runs and First.
	Fingerprint string `json:"fingerprint"`
}

// validate returns an error, which says where the band was met, unless every quantity
// has one path for each run, with one value for each time, and the runs increase.
func (b *Band) validate(where string) error {
	for i, run := range b.Runs {
		if run < 0 || i > 0 && run <= b.Runs[i-1] {
			return fmt.Errorf("signsgd: %sBand.Runs[%d] is %d: must be nonnegative and increase", where, i, run)
		}
	}
	if err := b.Risk.validate(where+"Band.Risk", len(b.Runs), len(b.Times)); err != nil {
		return err
	}
	for j, o := range b.Observed {
		if err := o.validate(fmt.Sprintf("%sBand.Observed[%d]", where, j), len(b.Runs), len(b.Times)); err != nil {
			return err
		}
	}
	return nil
}

// Paths holds one quantity along an ensemble: Paths[i][j] is that of the i-th run
// at the j-th time, +Inf from the divergence of the run on.
type Paths [][]float64

// validate returns an error unless there is one path for each run, with one value for
// each time.
func (p Paths) validate(field string, runs, times int) error {
	if len(p) != runs {
		return fmt.Errorf("signsgd: %s has %d paths: must have one for each of the %d runs", field, len(p), runs)
	}
	for i, path := range p {
		if len(path) != times {
			return fmt.Errorf("signsgd: %s[%d] has %d values: must have one for each of the %d times", field, i, len(path), times)
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
		panic(fmt.Sprintf("signsgd: Paths.Quantile: %v is outside [0, 1]", q))
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
		panic(fmt.Sprintf("signsgd: Paths.Central: share %v is outside [0, 1]", share))
	}
	return p.Quantile((1 - share) / 2), p.Quantile((1 + share) / 2)
}

// Diverged returns the number of runs that have diverged by the last time.
func (p Paths) Diverged() int {
	n := 0
	for _, path := range p {
		if math.IsInf(path[len(path)-1], 1) {
			n++
		}
	}
	return n
}

// reduce returns f of the values over the runs at every time. f may reorder them.
func (p Paths) reduce(f func(column []float64) float64) []float64 {
	if len(p) == 0 {
		return nil
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
