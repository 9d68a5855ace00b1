package ensemble

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrDifferentEnsemble reports bands that are not parts of one ensemble: their problems,
// optimizers, schedules or settings differ.
var ErrDifferentEnsemble = errors.New("the runs belong to another problem or other settings")

// ErrNoDescription reports a part of an ensemble that has no description, so that its
// runs can be neither resumed nor merged.
var ErrNoDescription = errors.New("its type must be a plain value or have the method Describe() string")

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
	for i := range max(len(a.Description), len(b.Description)) {
		if err := samePart(at(a.Description, i), at(b.Description, i)); err != nil {
			return err
		}
	}
	if !slices.Equal(a.Names, b.Names) {
		return &DifferenceError{"names", fmt.Sprintf("%q", a.Names), fmt.Sprintf("%q", b.Names)}
	}
	if !slices.EqualFunc(a.Times, b.Times, near) {
		return &DifferenceError{"times", brief(a.Times), brief(b.Times)}
	}
	return nil
}

// at returns part i of a description, or the part without a name.
func at(d Description, i int) Part {
	if i < len(d) {
		return d[i]
	}
	return Part{}
}

// samePart returns an error unless two parts agree.
func samePart(p, q Part) error {
	switch {
	case p.Name != q.Name && q.Name != "":
		return &DifferenceError{q.Name, missing(p), q.String()}
	case p.Name != q.Name:
		return &DifferenceError{p.Name, p.String(), "missing"}
	case p.Text == "" && q.Text == "":
		return fmt.Errorf("the part %q has no description: %w", p.Name, ErrNoDescription)
	case p.Text != q.Text || !slices.EqualFunc(p.Numbers, q.Numbers, near):
		return &DifferenceError{p.Name, p.String(), q.String()}
	}
	return nil
}

// missing says what is in the place of a part.
func missing(p Part) string {
	if p.Name == "" {
		return "missing"
	}
	return fmt.Sprintf("in the place of %q", p.Name)
}

// near reports whether two numbers agree up to rounding.
func near(x, y float64) bool {
	return x == y || math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y)) && !math.IsInf(x-y, 0) || math.IsNaN(x) && math.IsNaN(y)
}

// String returns the text of the part and its numbers.
func (p Part) String() string {
	switch {
	case p.Text == "":
		return "without description"
	case len(p.Numbers) == 0:
		return p.Text
	}
	return p.Text + " " + brief(p.Numbers)
}

// brief writes numbers out, the first of many.
func brief(x []float64) string {
	if len(x) > 8 {
		return fmt.Sprintf("%v and %d more", x[:8], len(x)-8)
	}
	return fmt.Sprint(x)
}
