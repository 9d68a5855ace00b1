package homogenized

import "fmt"

// PathError reports what stopped a path, and when. It wraps the reason: a
// *CoefficientError, ensemble.ErrDiverged, or what the schedule's rate was. Ensembles
// add the index of the run, and count a divergence as +Inf instead of stopping.
type PathError struct {
	Time float64 // t = k/d at the start of the step
	Err  error
}

func (e *PathError) Error() string { return fmt.Sprintf("homogenized: t = %v: %v", e.Time, e.Err) }

// Unwrap returns the reason.
func (e *PathError) Unwrap() error { return e.Err }

// CoefficientError reports a coefficient of a Limit that is negative, infinite or not
// a number.
type CoefficientError struct {
	Name  string  // of the coefficient in Limit: Drift, or Noise[n].Gain
	Risk  float64 // where it was evaluated
	Value float64
}

func (e *CoefficientError) Error() string {
	return fmt.Sprintf("Limit.%s is %v at risk %v: must be nonnegative and finite", e.Name, e.Value, e.Risk)
}

// StepError reports a Step of a Scheme that is negative or not finite, that is not stable
// in mean square, or so small that a path would need too many steps.
type StepError struct {
	Scheme  string
	Step    float64
	Largest float64 // the largest step that is stable, if Step is not; else 0
	Reason  string  // what it must be
}

func (e *StepError) Error() string {
	return fmt.Sprintf("homogenized: %s.Step is %v: must be %s", e.Scheme, e.Step, e.Reason)
}
