package schedule

import "errors"

// Constant is the schedule η(t) = Constant.
type Constant float64

var _ Schedule = Constant(0)

// Validate returns an error unless the constant is nonnegative and finite.
func (c Constant) Validate() error { return checkNonnegative("Constant", float64(c)) }

// Rate returns the constant.
func (c Constant) Rate(float64, Position) float64 { return float64(c) }

// Func is a schedule that depends on time alone. The function should be smooth. A
// function with jumps or kinks belongs to a type that is Piecewise.
//
// Two functions cannot be compared. An ensemble under a Func can therefore not be
// resumed or merged. A type with its parameters as fields can, and so can any type with
// the method Describe() string.
type Func func(t float64) float64

var _ Schedule = Func(nil)

// Validate returns an error if the function is nil.
func (f Func) Validate() error {
	if f == nil {
		return errors.New("schedule: the Func is nil")
	}
	return nil
}

// Rate returns f(t). It panics if f is nil.
func (f Func) Rate(t float64, _ Position) float64 {
	if f == nil {
		panic("schedule: the Func is nil")
	}
	return f(t)
}
