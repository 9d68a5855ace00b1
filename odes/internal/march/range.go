package march

import "fmt"

// The range of numbers in which equations of the risk are solved.
const (
	MinRisk   = 1e-200 // below this a risk counts as zero: R^{−3/2} would overflow
	MaxRisk   = 1e250  // a limit's coefficients may square it no more
	MaxTime   = 1e300
	Divergent = 1e100  // a step that fails at a risk above this is reported as divergence
	Shortest  = 1e-280 // a shorter way is no step: 1/size would overflow
)

// Next returns the size and the end of a step from start that should have the given size and
// must not go beyond stop. What is left then is no tiny step.
func Next(size, start, stop float64) (next, end float64) {
	switch remaining := stop - start; {
	case size > 0.99*remaining:
		return remaining, stop
	case size > 0.5*remaining:
		return remaining / 2, start + remaining/2
	}
	return size, start + size
}

// DivergedError reports a risk that left the range of numbers.
type DivergedError struct {
	Time float64 // the last time at which the risk was finite
	Risk float64 // the risk then
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("odes: the risk diverges: it is %.3g at t = %.6g", e.Risk, e.Time)
}
