package odes

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/coupled"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// encodedCurve is a Curve in JSON. Rows of numbers are ensemble.Paths, which keep what is not
// finite.
type encodedCurve struct {
	Names    []string        `json:"names"`   // of the columns: t, risk, eta, variance, bias
	Columns  ensemble.Paths  `json:"columns"` // a row each
	Stats    Stats           `json:"stats"`
	Start    float64         `json:"start"`    // R(0)
	Segments ensemble.Paths  `json:"segments"` // start, size and stop of each step, and the coefficients of the risk
	Coupled  *encodedCoupled `json:"coupled,omitempty"`
}

// encodedCoupled is what a curve has of a coupled limit.
type encodedCoupled struct {
	Vectors  []string            `json:"vectors"`
	Starts   []homogenized.Start `json:"starts"` // of the vectors
	Overlaps ensemble.Paths      `json:"overlaps"`
	Scalars  []string            `json:"scalars"`
	Values   ensemble.Paths      `json:"values"` // of the scalars
}

// MarshalJSON encodes the whole curve, At, Overlap and Scalar included. Numbers are read back
// bit for bit; what is not finite is written as in ensemble.Paths.
func (c Curve) MarshalJSON() ([]byte, error) {
	e := encodedCurve{Names: []string{"t", "risk", "eta"}, Columns: ensemble.Paths{c.Times, c.Risk, c.Rate}, Stats: c.Stats, Start: c.first, Segments: ensemble.Paths{}}
	if c.Variance != nil {
		e.Names, e.Columns = append(e.Names, "variance"), append(e.Columns, c.Variance)
	}
	if c.Bias != nil {
		e.Names, e.Columns = append(e.Names, "bias"), append(e.Columns, c.Bias)
	}
	for _, s := range c.pieces {
		e.Segments = append(e.Segments, append([]float64{s.Start, s.Size, s.Stop}, s.Risk[:]...))
	}
	if c.coupling != nil {
		e.Coupled = &encodedCoupled{Overlaps: c.overlaps, Values: c.scalars}
		for _, v := range c.coupling.Vectors {
			e.Coupled.Vectors, e.Coupled.Starts = append(e.Coupled.Vectors, v.Name), append(e.Coupled.Starts, v.Start)
		}
		for _, z := range c.coupling.Scalars {
			e.Coupled.Scalars = append(e.Coupled.Scalars, z.Name)
		}
	}
	return json.Marshal(e)
}

// UnmarshalJSON decodes what MarshalJSON writes. It returns an error if the curve is not
// whole.
func (c *Curve) UnmarshalJSON(b []byte) error {
	var e encodedCurve
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	read := Curve{Stats: e.Stats, first: e.Start}
	fields := map[string]*[]float64{"t": &read.Times, "risk": &read.Risk, "eta": &read.Rate, "variance": &read.Variance, "bias": &read.Bias}
	if len(e.Names) != len(e.Columns) {
		return fmt.Errorf("odes: Curve: %d names of %d columns", len(e.Names), len(e.Columns))
	}
	for i, name := range e.Names {
		field := fields[name]
		if field == nil || *field != nil {
			return fmt.Errorf("odes: Curve: the column %q is unknown or there twice", name)
		}
		*field = e.Columns[i]
		if len(e.Columns[i]) != len(e.Columns[0]) {
			return fmt.Errorf("odes: Curve: the columns %q and %q differ in length", e.Names[0], name)
		}
	}
	if read.Risk == nil || read.Rate == nil {
		return errors.New("odes: Curve: the columns t, risk and eta must be there")
	}
	if err := checkTimes(read.Times); err != nil {
		return err
	}
	if err := read.decodeSegments(e.Segments); err != nil {
		return err
	}
	if e.Coupled != nil {
		if err := read.decodeCoupled(e.Coupled); err != nil {
			return err
		}
	}
	*c = read
	return nil
}

// decodeSegments stores the steps, which follow each other from 0 to the last time.
func (c *Curve) decodeSegments(rows ensemble.Paths) error {
	stop := 0.0
	for i, row := range rows {
		var s march.Segment
		if len(row) != 3+len(s.Risk) || slices.ContainsFunc(row, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
			return fmt.Errorf("odes: Curve: segment %d is %v: must be %d finite numbers", i, row, 3+len(s.Risk))
		}
		s.Start, s.Size, s.Stop, s.Risk = row[0], row[1], row[2], collocation.Series(row[3:])
		// The last step of a solution may end behind the last time.
		if round := 1e-9 * stop; !(s.Size > 0) || math.Abs(s.Start-stop) > round || !(s.Stop > s.Start && s.Stop <= s.Start+s.Size+1e-9*s.Stop) {
			return fmt.Errorf("odes: Curve: segment %d from %v to %v of the size %v: must go on from %v, within its size", i, s.Start, s.Stop, s.Size, stop)
		}
		stop = s.Stop
		c.pieces = append(c.pieces, s)
	}
	if last := c.Times[len(c.Times)-1]; stop < last {
		return fmt.Errorf("odes: Curve: the segments end at %v, before the last time %v", stop, last)
	}
	return nil
}

// decodeCoupled stores the overlaps and scalars.
func (c *Curve) decodeCoupled(e *encodedCoupled) error {
	if len(e.Vectors) == 0 || len(e.Starts) != len(e.Vectors) || len(e.Overlaps) != len(coupled.Entries(len(e.Vectors))) || len(e.Values) != len(e.Scalars) {
		return errors.New("odes: Curve: the vectors and scalars do not have a start, overlaps and values each")
	}
	for _, row := range slices.Concat(e.Overlaps, e.Values) {
		if len(row) != len(c.Times) {
			return fmt.Errorf("odes: Curve: %d values of an overlap or a scalar at %d times", len(row), len(c.Times))
		}
	}
	names := slices.Concat(e.Vectors, e.Scalars)
	for i, name := range names {
		if name == "" || slices.Contains(names[:i], name) {
			return fmt.Errorf("odes: Curve: the name %q of a vector or a scalar is empty or there twice", name)
		}
	}
	c.coupling, c.overlaps, c.scalars = &homogenized.Coupling{}, e.Overlaps, e.Values
	for i, name := range e.Vectors {
		c.coupling.Vectors = append(c.coupling.Vectors, homogenized.Vector{Name: name, Start: e.Starts[i]})
	}
	for _, name := range e.Scalars {
		c.coupling.Scalars = append(c.coupling.Scalars, homogenized.Scalar{Name: name})
	}
	return nil
}
