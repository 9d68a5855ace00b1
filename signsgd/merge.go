package signsgd

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrDifferentEnsemble reports bands that are not parts of one ensemble: their
// problems, optimizers, schedules or settings differ.
var ErrDifferentEnsemble = errors.New("the runs belong to another problem or other settings")

// Merge puts the shards of an ensemble together, in any order: the Band is, bit for
// bit, the one that Ensemble returns for all of their runs, given the same binary and
// processor. The paths are not copied.
//
// It is an error if the shards are of different ensembles, ErrDifferentEnsemble, if a
// run is in two of them, or if one is missing between the first and the last.
func Merge(parts ...*Band) (*Band, error) {
	if len(parts) == 0 {
		return nil, errors.New("signsgd: Merge: there are no parts")
	}
	type place struct{ run, part, index int }
	var places []place
	for i, b := range parts {
		if b == nil {
			return nil, fmt.Errorf("signsgd: Merge: part %d is nil", i)
		}
		if err := b.validate(); err != nil {
			return nil, fmt.Errorf("signsgd: Merge: part %d: %w", i, err)
		}
		if b.Fingerprint != parts[0].Fingerprint || len(b.Observed) != len(parts[0].Observed) || !slices.Equal(b.Times, parts[0].Times) {
			return nil, fmt.Errorf("signsgd: Merge: parts 0 and %d: %w", i, ErrDifferentEnsemble)
		}
		for index, run := range b.Runs {
			places = append(places, place{run, i, index})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.run, b.run) })
	whole := &Band{
		Times: slices.Clone(parts[0].Times), Observed: make([]Paths, len(parts[0].Observed)), Fingerprint: parts[0].Fingerprint,
	}
	for n, p := range places {
		if n > 0 {
			switch last := places[n-1]; {
			case p.run == last.run:
				return nil, fmt.Errorf("signsgd: Merge: run %d is in parts %d and %d", p.run, last.part, p.part)
			case p.run > last.run+1:
				return nil, fmt.Errorf("signsgd: Merge: no part has run %d", last.run+1)
			}
		}
		b := parts[p.part]
		whole.Runs = append(whole.Runs, p.run)
		whole.Risk = append(whole.Risk, b.Risk[p.index])
		for j, o := range b.Observed {
			whole.Observed[j] = append(whole.Observed[j], o[p.index])
		}
	}
	return whole, nil
}
