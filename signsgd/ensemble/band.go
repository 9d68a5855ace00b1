package ensemble

import (
	"errors"
	"fmt"
	"math"
)

// Band is what an ensemble recorded. It keeps every value, so that means, quantiles and
// errors can be computed from it in the order of the runs.
type Band struct {
	Times    []float64 `json:"times"`    // the times t = k/d of the records
	Runs     []int     `json:"runs"`     // the index of each run, in increasing order
	Risk     Paths     `json:"risk"`     // R of each run
	Names    []string  `json:"names"`    // the names of the observers
	Observed []Paths   `json:"observed"` // the values of each observer

	// Description identifies the ensemble by its problem and settings, except Runs,
	// First, Workers and Progress. Bands with equal descriptions can be merged.
	Description Description `json:"description"`
}

// validate returns an error unless the band is what Gather makes: its times and runs
// increase, and every quantity has one path for each run, with one value for each time.
func (b *Band) validate() error {
	if len(b.Times) == 0 {
		return errors.New("ensemble: Band.Times is empty")
	}
	for i, t := range b.Times {
		if !(t >= 0) || math.IsInf(t, 1) || i > 0 && t <= b.Times[i-1] {
			return fmt.Errorf("ensemble: Band.Times[%d] is %v: times must be nonnegative, finite and increase", i, t)
		}
	}
	for i, run := range b.Runs {
		if run < 0 || i > 0 && run <= b.Runs[i-1] {
			return fmt.Errorf("ensemble: Band.Runs[%d] is %d: must be nonnegative and increase", i, run)
		}
	}
	if err := b.Risk.validate("Band.Risk", len(b.Runs), len(b.Times)); err != nil {
		return err
	}
	for i, path := range b.Risk {
		for j, r := range path {
			if !(r >= 0) || j > 0 && math.IsInf(path[j-1], 1) && !math.IsInf(r, 1) {
				return fmt.Errorf("ensemble: Band.Risk[%d][%d] is %v: must be nonnegative, and +Inf after +Inf", i, j, r)
			}
		}
	}
	if len(b.Names) != len(b.Observed) {
		return fmt.Errorf("ensemble: Band.Names has %d names: must have one for each of the %d in Observed", len(b.Names), len(b.Observed))
	}
	for j, o := range b.Observed {
		if err := o.validate(fmt.Sprintf("Band.Observed[%d]", j), len(b.Runs), len(b.Times)); err != nil {
			return err
		}
	}
	return nil
}
