package ensemble

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestMerge checks that shards in any order are the whole.
func TestMerge(t *testing.T) {
	t.Parallel()
	settings := func(first, runs int) Settings {
		return Settings{Horizon: 2, First: first, Runs: runs, Seed: 3, Observers: []Observer{observer("a"), observer("b")}}
	}
	whole := gather(t, settings(0, 7), subject())
	merged, err := Merge(gather(t, settings(4, 3), subject()), gather(t, settings(0, 1), subject()), gather(t, settings(1, 3), subject()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(merged, whole) {
		t.Errorf("merged %v, whole %v", merged, whole)
	}
	if later, err := Merge(gather(t, settings(6, 2), subject()), gather(t, settings(4, 2), subject())); err != nil || !slices.Equal(later.Runs, []int{4, 5, 6, 7}) {
		t.Errorf("runs %v, %v", later.Runs, err)
	}
}

// TestBadParts checks that shards which do not fit together are refused.
func TestBadParts(t *testing.T) {
	t.Parallel()
	band := func(what string, runs ...int) *Band {
		b := &Band{Times: []float64{0, 1}, Runs: runs, Description: Description{{Name: "subject", Text: what}}}
		for range runs {
			b.Risk = append(b.Risk, []float64{1, 2})
		}
		return b
	}
	times, observed, short := band("x", 1), band("x", 1), band("x", 1)
	times.Times[1] = 2
	observed.Observed, observed.Names = []Paths{{{1, 2}}}, []string{"o"}
	short.Risk[0] = short.Risk[0][:1]
	for _, c := range []struct {
		parts []*Band
		says  string
	}{
		{nil, "no parts"},
		{[]*Band{nil}, "part 0 is nil"},
		{[]*Band{{}}, "part 0: Band.Times is empty"},
		{[]*Band{band("x", 0, 1), band("x", 1)}, "run 1 is in parts 0 and 1"},
		{[]*Band{band("x", 0, 1), band("x", 4, 3)}, "part 1: Band.Runs[1] is 3"},
		{[]*Band{band("x", 0, 3), band("x", 1)}, "no part has run 2"},
		{[]*Band{band("x", 0), band("y", 1)}, `another problem or other settings: the part "subject" is x in one and y in the other`},
		{[]*Band{band("x", 0), times}, `another problem or other settings: the part "times"`},
		{[]*Band{band("x", 0), observed}, `another problem or other settings: the part "names"`},
		{[]*Band{band("x", 0), short}, "Band.Risk[0] has 1 values"},
		{[]*Band{band("", 0), band("", 1)}, `parts 0 and 1: there is no description of the part "subject": its type must be a plain value or have the method Describe() string`},
	} {
		_, err := Merge(c.parts...)
		requireError(t, err, c.says)
		if strings.HasPrefix(c.says, "another") {
			requireIs(t, err, ErrDifferentEnsemble)
		}
		if err != nil && strings.Count(err.Error(), "ensemble: ") != 1 {
			t.Errorf("%q says where it comes from more than once", err)
		}
	}
	if b, err := Merge(band("", 0)); err != nil || len(b.Runs) != 1 { // there is nothing to compare
		t.Errorf("one part without description: %v", err)
	}
}

// TestDifferences checks that the error names the first part which differs, and that
// numbers may differ by rounding alone.
func TestDifferences(t *testing.T) {
	t.Parallel()
	base := Description{{Name: "a", Text: "1", Numbers: nil}, {Name: "b", Text: "vector", Numbers: []float64{1, 2, math.Inf(1), math.NaN(), 0}}}
	with := func(parts ...Part) Description { return parts }
	for _, c := range []struct {
		d    Description
		part string // "" if they agree
	}{
		{with(base...), ""},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1 + 1e-10, 2 - 1e-10, math.Inf(1), math.NaN(), 0}}), ""},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1 + 1e-8, 2, math.Inf(1), math.NaN(), 0}}), "b"},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1, 2, math.Inf(-1), math.NaN(), 0}}), "b"},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1, 2, 1e300, math.NaN(), 0}}), "b"},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1, 2, math.Inf(1), 1, 0}}), "b"},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1, 2, math.Inf(1), math.NaN(), 1e-300}}), "b"},
		{with(base[0], Part{Name: "b", Text: "vector", Numbers: []float64{1, 2, math.Inf(1), math.NaN()}}), "b"},
		{with(base[0], Part{Name: "b", Text: "", Numbers: base[1].Numbers}), "b"},
		{with(Part{Name: "a", Text: "2", Numbers: nil}, Part{Name: "b", Text: "other", Numbers: nil}), "a"},
		{with(base[0]), "b"},
		{with(base[0], base[1], Part{Name: "c", Text: "1", Numbers: nil}), "c"},
		{with(base[1], base[0]), "a"},
		{with(base[1]), "a"},
	} {
		a, b := &Band{Times: []float64{1}, Description: c.d}, &Band{Times: []float64{1}, Description: base}
		err := same(a, b)
		var difference *DifferenceError
		switch {
		case c.part == "" && err != nil:
			t.Errorf("%v: %v", c.d, err)
		case c.part != "" && (!errors.As(err, &difference) || difference.Part != c.part || !errors.Is(err, ErrDifferentEnsemble)):
			t.Errorf("%v: error %v, want one of the part %q", c.d, err, c.part)
		}
	}
}

// TestDivergedShard checks that divergence is reported per run and survives merging.
func TestDivergedShard(t *testing.T) {
	t.Parallel()
	of := Subject{Stream: "test", Description: Description{Describe("chance", 1./6)}, Start: func(rng *rand.Rand) (Walk, error) { return &coin{rng: rng}, nil }}
	var parts []*Band
	for first := range 8 {
		parts = append(parts, gather(t, Settings{Horizon: 4, Runs: 1, First: first, Times: LinearTimes(4, 5)}, of))
	}
	whole, err := Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range whole.Risk {
		at := slices.Index(path, math.Inf(1))
		if at < 0 {
			continue
		}
		n++
		for _, v := range path[at:] {
			if !math.IsInf(v, 1) {
				t.Errorf("a run that has diverged goes on: %v", path)
			}
		}
	}
	if n == 0 || n == 8 || whole.Risk.Diverged() != n {
		t.Errorf("%d of 8 runs diverged, reported are %d", n, whole.Risk.Diverged())
	}
}

// coin is a walk that diverges at each time with a chance of 1/6.
type coin struct{ rng *rand.Rand }

func (c *coin) Advance(_ context.Context, t float64) error {
	if t > 0 && c.rng.IntN(6) == 0 {
		return errors.Join(ErrDiverged)
	}
	return nil
}

func (c *coin) Observe(dst []float64) { dst[0] = c.rng.Float64() }
