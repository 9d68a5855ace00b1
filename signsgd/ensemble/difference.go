package ensemble

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ErrDifferentEnsemble reports bands that are not parts of one ensemble: their problems,
// optimizers, schedules or settings differ.
var ErrDifferentEnsemble = errors.New("the runs belong to another problem or other settings")

// ErrNoDescription reports an ensemble that has no description, or has none of one of its
// parts, so that its runs can be neither resumed nor merged.
var ErrNoDescription = errors.New("there is no description")

// DifferenceError says in which part two ensembles differ. It wraps
// ErrDifferentEnsemble.
type DifferenceError struct {
	Part          string // the name of the part
	First, Second string // what it is in either
}

// Error names the part and both values.
func (e *DifferenceError) Error() string {
	return fmt.Sprintf("%v: the part %q is %s in one and %s in the other", ErrDifferentEnsemble, e.Part, e.First, e.Second)
}

// Unwrap returns ErrDifferentEnsemble.
func (e *DifferenceError) Unwrap() error { return ErrDifferentEnsemble }

// same returns an error unless two valid bands belong to one ensemble.
func same(a, b *Band) error {
	if err := sameDescription(a.Description, b.Description); err != nil {
		return err
	}
	if !slices.Equal(a.Names, b.Names) {
		return &DifferenceError{"names", fmt.Sprintf("%q", a.Names), fmt.Sprintf("%q", b.Names)}
	}
	if !slices.EqualFunc(a.Times, b.Times, near) {
		return &DifferenceError{"times", brief(a.Times), brief(b.Times)}
	}
	return nil
}

// sameDescription returns an error unless two descriptions have the same parts in the same
// order, at least one, and every part has a description.
func sameDescription(a, b Description) error {
	if len(a) == 0 || len(b) == 0 {
		return ErrNoDescription
	}
	for i, p := range a {
		switch {
		case i >= len(b) || p.Name != b[i].Name && !b.has(p.Name):
			return &DifferenceError{p.Name, p.String(), "missing"}
		case p.Name != b[i].Name:
			return &DifferenceError{b[i].Name, "missing or in another place", b[i].String()}
		case p.Text == "" && b[i].Text == "":
			reason := cmp.Or(p.Reason, b[i].Reason, "its type must be a plain value or have the method Describe() string")
			return fmt.Errorf("%w of the part %q: %s", ErrNoDescription, p.Name, reason)
		case !p.same(b[i]):
			return &DifferenceError{p.Name, p.String(), b[i].String()}
		}
	}
	if len(b) > len(a) {
		return &DifferenceError{b[len(a)].Name, "missing", b[len(a)].String()}
	}
	return nil
}

// has reports whether a description has a part of the given name.
func (d Description) has(name string) bool {
	return slices.ContainsFunc(d, func(p Part) bool { return p.Name == name })
}

// same reports whether two parts of one name agree.
func (p Part) same(q Part) bool {
	floor := min(p.Floor, q.Floor)
	return p.Text == q.Text && slices.EqualFunc(p.Numbers, q.Numbers, func(x, y float64) bool {
		return near(x, y) || math.Abs(x-y) <= floor
	})
}

// near reports whether two numbers agree up to rounding.
func near(x, y float64) bool {
	return x == y || math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y)) && !math.IsInf(x-y, 0) || math.IsNaN(x) && math.IsNaN(y)
}

// String returns the text of the part with its numbers filled in.
func (p Part) String() string {
	switch {
	case p.Text == "":
		return "without description"
	case len(p.Numbers) == 0:
		return p.Text
	case strings.Count(p.Text, placeholder) != len(p.Numbers):
		return p.Text + " " + brief(p.Numbers)
	}
	var b strings.Builder
	rest := p.Text
	for _, x := range p.Numbers {
		before, after, _ := strings.Cut(rest, placeholder)
		b.WriteString(before)
		b.WriteString(strconv.FormatFloat(x, 'g', -1, 64))
		rest = after
	}
	return b.String() + rest
}

// brief writes numbers out, the first of many.
func brief(x []float64) string {
	if len(x) > 8 {
		return fmt.Sprintf("%v and %d more", x[:8], len(x)-8)
	}
	return fmt.Sprint(x)
}
