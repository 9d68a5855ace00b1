package schedule

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Cosine is the schedule that falls from Start to End along half a cosine (Loshchilov
// and Hutter, ICLR 2017) and stays there,
//
//	η(t) = End + (Start − End) (1 + cos(πt/Horizon))/2,  t ≤ Horizon.
type Cosine struct {
	Start, End float64 // rates, nonnegative
	Horizon    float64 // where the fall ends, in t = k/d
}

var _ Piecewise = Cosine{}

// Validate returns an error unless the rates are nonnegative, Horizon is positive, and
// all are finite.
func (c Cosine) Validate() error {
	return errors.Join(checkNonnegative("Cosine.Start", c.Start), checkNonnegative("Cosine.End", c.End),
		checkPositive("Cosine.Horizon", c.Horizon))
}

// Rate returns η(t).
func (c Cosine) Rate(t float64, _ Position) float64 {
	if t >= c.Horizon {
		return c.End
	}
	s := math.Sin(math.Pi / 2 * t / c.Horizon)
	return c.Start + (c.End-c.Start)*s*s
}

// Breaks returns Horizon, where the second derivative jumps.
func (c Cosine) Breaks() []float64 { return []float64{c.Horizon} }

// Exponential is the schedule η(t) = Start exp(−Decay t).
type Exponential struct {
	Start float64 // η(0), nonnegative
	Decay float64 // nonnegative, per unit of t = k/d
}

var _ Schedule = Exponential{}

// Validate returns an error unless both parameters are nonnegative and finite.
func (e Exponential) Validate() error {
	return errors.Join(checkNonnegative("Exponential.Start", e.Start), checkNonnegative("Exponential.Decay", e.Decay))
}

// Rate returns η(t). Without decay it is Start, at t = +Inf too.
func (e Exponential) Rate(t float64, _ Position) float64 {
	if e.Decay == 0 {
		return e.Start
	}
	return e.Start * math.Exp(-e.Decay*t)
}

// Power is the schedule η(t) = Start (1 + t/Scale)^{−Exponent} of Robbins and Monro.
type Power struct {
	Start    float64 // η(0), nonnegative
	Scale    float64 // in t = k/d, positive
	Exponent float64 // nonnegative
}

var _ Schedule = Power{}

// Validate returns an error unless Start and Exponent are nonnegative, Scale is
// positive, and all are finite.
func (p Power) Validate() error {
	return errors.Join(checkNonnegative("Power.Start", p.Start), checkPositive("Power.Scale", p.Scale),
		checkNonnegative("Power.Exponent", p.Exponent))
}

// Rate returns η(t).
func (p Power) Rate(t float64, _ Position) float64 {
	return p.Start * math.Pow(1+t/p.Scale, -p.Exponent)
}

// StepDecay is the schedule that multiplies the rate by Factor at each of the times. The
// new rate holds from that time on.
type StepDecay struct {
	Start  float64   // η(0), nonnegative
	Factor float64   // nonnegative
	Times  []float64 // in t = k/d, positive and increasing; retained
}

var _ Piecewise = StepDecay{}

// Validate returns an error unless Start and Factor are nonnegative and finite and the
// times positive, finite and increasing.
func (s StepDecay) Validate() error {
	for i, t := range s.Times {
		if err := checkPositive(fmt.Sprintf("StepDecay.Times[%d]", i), t); err != nil {
			return err
		}
		if i > 0 && t <= s.Times[i-1] {
			return fmt.Errorf("schedule: StepDecay.Times[%d] is %v after %v: must increase", i, t, s.Times[i-1])
		}
	}
	return errors.Join(checkNonnegative("StepDecay.Start", s.Start), checkNonnegative("StepDecay.Factor", s.Factor))
}

// Rate returns η(t).
func (s StepDecay) Rate(t float64, _ Position) float64 {
	rate := s.Start
	for _, at := range s.Times {
		if t < at {
			break
		}
		rate *= s.Factor
	}
	return rate
}

// Breaks returns a copy of Times.
func (s StepDecay) Breaks() []float64 { return slices.Clone(s.Times) }
