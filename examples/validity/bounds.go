package main

import (
	"math"

	"github.com/riskcurves/riskcurves/odes"
)

// quantity is something by which one may judge whether d is large enough.
type quantity struct {
	name  string
	of    func(o *outcome) float64
	grid  []float64
	bound func(v odes.Validity) float64 // of the library
}

// quantities are those of the library that need no theory of finite d. Gap is apart, as it
// alone would do where it is known.
var quantities = []quantity{
	{"Step", func(o *outcome) float64 { return o.validity.Step.Value }, []float64{0.05, 0.1, 0.2, 0.3, 0.5, 1}, func(v odes.Validity) float64 { return v.Step.Bound }},
	{"Batch", func(o *outcome) float64 { return o.validity.Batch.Value }, []float64{0.05, 0.1, 0.2, 0.3, 0.5, 1, 3}, func(v odes.Validity) float64 { return v.Batch.Bound }},
	{"Memory", func(o *outcome) float64 { return o.validity.Memory.Value }, []float64{0.05, 0.1, 0.2, 0.3, 0.5, 1, 3}, func(v odes.Validity) float64 { return v.Memory.Bound }},
	{"Lag", func(o *outcome) float64 { return o.validity.Lag.Value }, []float64{0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1}, func(v odes.Validity) float64 { return v.Lag.Bound }},
}

// least is the share of accepted problems that bounds must keep below the tolerated gap.
const least, tolerated = 0.95, 0.1

// good reports whether the mean of the runs is close enough to the curve.
func (o *outcome) good() bool { return math.Abs(o.gap) <= tolerated }

// choose returns the bounds on the grids that accept the most outcomes while at least the
// share of the accepted is good. Of bounds that accept as many, the strictest are taken.
func choose(outcomes []*outcome) []float64 {
	values := make([][]float64, len(outcomes))
	for i, o := range outcomes {
		for _, q := range quantities {
			values[i] = append(values[i], q.of(o))
		}
	}
	best, bounds := 0, make([]float64, len(quantities))
	at := make([]float64, len(quantities))
	var try func(k int)
	try = func(k int) {
		if k < len(quantities) {
			for _, v := range quantities[k].grid {
				at[k] = v
				try(k + 1)
			}
			return
		}
		accepted, good := 0, 0
		for i, o := range outcomes {
			if within(values[i], at) {
				accepted++
				if o.good() {
					good++
				}
			}
		}
		if accepted > best && float64(good) >= least*float64(accepted) {
			best = accepted
			copy(bounds, at)
		}
	}
	try(0)
	return bounds
}

func within(values, bounds []float64) bool {
	for k, v := range values {
		if v > bounds[k] {
			return false
		}
	}
	return true
}

// score counts what a verdict gets right.
type score struct{ accepted, acceptedGood, good, all int }

func judge(outcomes []*outcome, accepts func(o *outcome) bool) (s score) {
	for _, o := range outcomes {
		s.all++
		if o.good() {
			s.good++
		}
		if accepts(o) {
			s.accepted++
			if o.good() {
				s.acceptedGood++
			}
		}
	}
	return s
}

// precision is the part of the rejected that is bad, and recall the part of the bad that is
// rejected.
func (s score) precision() float64 {
	return float64(s.bad()-s.missed()) / float64(s.all-s.accepted)
}
func (s score) recall() float64 { return float64(s.bad()-s.missed()) / float64(s.bad()) }
func (s score) bad() int        { return s.all - s.good }
func (s score) missed() int     { return s.accepted - s.acceptedGood }
