package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Axis is a parameter of the points.
type Axis struct {
	Name  string
	Words []string  // its values
	Value []float64 // the same as numbers; nil if they are words
}

// axes are the names of all axes in their order, the slowest first, and their defaults.
var axes = []struct {
	name, word string
	kind       axisKind
}{
	{"covariance", "", words},
	{"dimension", "", counts},
	{"eigenvalues", "isotropic", words},
	{"basis", "diagonal", words},
	{"start_risk", "1", numbers},
	{"noise", "none", words},
	{"batch", "1", counts},
	{"optimizer", "signsgd", words},
	{"schedule", "constant", words},
	{"rate", "", numbers},
	{"horizon", "10", numbers},
	{"seed", "1", counts},
}

type axisKind int

const (
	words axisKind = iota
	numbers
	counts
)

// axis reads the values of an axis, and where they stand; nowhere if f is nil and the axis
// takes its default.
func (d *document) axis(name, word string, kind axisKind, f *field) (Axis, []int64, error) {
	axis := Axis{Name: name}
	if f == nil {
		axis.Words = []string{word}
		if kind != words {
			axis.Value = []float64{1}
			fmt.Sscan(word, &axis.Value[0])
		}
		return axis, nil, nil
	}
	items := []*node{f.node}
	if f.fields != nil && kind != words {
		return d.span(name, kind, f.node)
	}
	if f.list != nil {
		items = f.list
	}
	if len(items) == 0 {
		return axis, nil, d.fail(f.node.offset, "%s is an empty list", name)
	}
	var offsets []int64
	for _, item := range items {
		offsets = append(offsets, item.offset)
		if kind == words {
			text, ok := item.value.(string)
			if !ok {
				return axis, nil, d.fail(item.offset, "%s is %s: must be a text", name, item.kind())
			}
			axis.Words = append(axis.Words, text)
			continue
		}
		v, err := d.number(name, item, kind)
		if err != nil {
			return axis, nil, err
		}
		axis.add(v)
	}
	for i, w := range axis.Words {
		if j := slices.Index(axis.Words, w); j < i {
			return axis, nil, d.fail(offsets[i], "%s has the value %s twice", name, w)
		}
	}
	return axis, offsets, nil
}

// span reads an object such as {"from": 0.1, "to": 2, "points": 20, "log": true}.
func (d *document) span(name string, kind axisKind, n *node) (Axis, []int64, error) {
	axis := Axis{Name: name}
	for _, key := range slices.Sorted(maps.Keys(n.fields)) {
		if !slices.Contains([]string{"from", "to", "points", "log"}, key) {
			return axis, nil, d.fail(n.fields[key].offset, "unknown field %q of %s: must be from, to, points or log", key, name)
		}
	}
	var v [3]float64
	for i, key := range []string{"from", "to", "points"} {
		f := n.fields[key]
		if f == nil {
			return axis, nil, d.fail(n.offset, "%s has no field %q", name, key)
		}
		of := kind
		if key == "points" {
			of = counts
		}
		var err error
		if v[i], err = d.number(name+"."+key, f.node, of); err != nil {
			return axis, nil, err
		}
	}
	log := false
	if f := n.fields["log"]; f != nil {
		var ok bool
		if log, ok = f.value.(bool); !ok {
			return axis, nil, d.fail(f.node.offset, "%s.log is %s: must be true or false", name, f.kind())
		}
	}
	lo, hi, points := v[0], v[1], v[2]
	switch {
	case !(lo < hi):
		return axis, nil, d.fail(n.fields["to"].node.offset, "%s.to is %v: must exceed %s.from, %v", name, hi, name, lo)
	case points < 2 || points > maxValues:
		return axis, nil, d.fail(n.fields["points"].node.offset, "%s.points is %v: must lie between 2 and %d", name, points, maxValues)
	case log && lo <= 0:
		return axis, nil, d.fail(n.fields["from"].node.offset, "%s.from is %v: must be positive if log is true", name, lo)
	}
	var offsets []int64
	for i := range int(points) {
		share := float64(i) / (points - 1)
		x := lo + share*(hi-lo)
		if log {
			x = lo * math.Pow(hi/lo, share)
		}
		if i == int(points)-1 {
			x = hi
		}
		if kind == counts {
			x = math.Round(x)
		}
		axis.add(x)
		offsets = append(offsets, n.offset)
	}
	for i, w := range axis.Words[1:] {
		if w == axis.Words[i] {
			return axis, nil, d.fail(n.fields["points"].node.offset, "%s.points is %v: there are not so many values from %v to %v", name, points, lo, hi)
		}
	}
	return axis, offsets, nil
}

// add appends a number to the axis.
func (a *Axis) add(v float64) {
	a.Value = append(a.Value, v)
	a.Words = append(a.Words, formatNumber(v))
}

// number reads a number.
func (d *document) number(name string, n *node, kind axisKind) (float64, error) {
	text, ok := n.value.(json.Number)
	if !ok {
		return 0, d.fail(n.offset, "%s is %s: must be a number", name, n.kind())
	}
	v, err := text.Float64()
	switch {
	case err != nil:
		return 0, d.fail(n.offset, "%s is %s: out of the range of numbers", name, text)
	case kind == counts && (v != math.Trunc(v) || v < 0 || v > 1<<53):
		return 0, d.fail(n.offset, "%s is %s: must be a whole number that is not negative", name, text)
	}
	return v, nil
}
