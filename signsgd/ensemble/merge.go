package ensemble

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Merge puts the shards of an ensemble together, in any order. The Band is, bit for bit,
// the one that the ensemble returns for all of their runs at once, given the same binary
// and processor. The paths are not copied.
//
// Merge returns an error if the shards belong to different ensembles (a
// *DifferenceError, which names the part), if a part of them has no description
// (ErrNoDescription), if a run is in two of them, or if a run is missing between the
// first and the last.
func Merge(parts ...*Band) (*Band, error) {
	if len(parts) == 0 {
		return nil, errors.New("ensemble: Merge: there are no parts")
	}
	type place struct{ run, part, index int }
	var places []place
	for i, b := range parts {
		if b == nil {
			return nil, fmt.Errorf("ensemble: Merge: part %d is nil", i)
		}
		if err := b.validate(); err != nil {
			return nil, fmt.Errorf("ensemble: Merge: part %d: %s", i, inner(err))
		}
		if i > 0 {
			if err := same(parts[0], b); err != nil {
				return nil, fmt.Errorf("ensemble: Merge: parts 0 and %d: %w", i, err)
			}
		}
		for index, run := range b.Runs {
			places = append(places, place{run, i, index})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.run, b.run) })
	whole := &Band{
		Times: slices.Clone(parts[0].Times), Names: slices.Clone(parts[0].Names),
		Observed: make([]Paths, len(parts[0].Observed)), Description: slices.Clone(parts[0].Description),
	}
	for n, p := range places {
		if n > 0 {
			switch last := places[n-1]; {
			case p.run == last.run:
				return nil, fmt.Errorf("ensemble: Merge: run %d is in parts %d and %d", p.run, last.part, p.part)
			case p.run > last.run+1:
				return nil, fmt.Errorf("ensemble: Merge: no part has run %d", last.run+1)
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
