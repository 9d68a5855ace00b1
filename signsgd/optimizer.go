package signsgd

import (
	"errors"
	"fmt"
	"math"
)

// Optimizer is an update rule. It is a plain value, safe for concurrent use; what a
// run remembers is in the State that Start makes.
//
// An optimizer may have the method Validate(dim int) error, which returns an error
// that names the first bad parameter for a problem of dimension dim; see
// ValidateOptimizer. One that uses several gradients in each step is a Multiple.
type Optimizer interface {
	// Start returns the state of a fresh run in dimension dim.
	Start(dim int) State
}

// State is an optimizer at work. It knows only gradients, so it serves any
// objective, not just a Problem.
type State interface {
	// Step updates theta in place by one step of size rate along the gradient
	// grad, which has the same length, but for a Multiple, and is left as it is.
	// The rate is the raw one, η'_k = η/d for a Problem. Step does not allocate.
	Step(theta, grad []float64, rate float64)

	// Clone returns an independent copy of the state.
	Clone() State
}

// Multiple is an Optimizer that uses several gradients at the same θ in each step,
// each the mean over a batch of samples of its own: MajorityVote is one.
type Multiple interface {
	Optimizer

	// Gradients returns their number n. States are given them in a slice of length
	// n·dim, one after the other.
	Gradients() int
}

// gradients returns how many gradients a step of the optimizer uses.
func gradients(o Optimizer) int {
	if m, ok := o.(Multiple); ok {
		return m.Gradients()
	}
	return 1
}

// ValidateOptimizer returns an error that names the first bad parameter of the
// optimizer in dimension dim, and nil if there is none or it has no Validate
// method. A nil optimizer is an error. Runs call it before they start.
func ValidateOptimizer(o Optimizer, dim int) error {
	if o == nil {
		return errors.New("signsgd: the optimizer is nil")
	}
	if v, ok := o.(interface{ Validate(dim int) error }); ok {
		return v.Validate(dim)
	}
	return nil
}

// checkDecay returns an error unless 0 ≤ β < 1.
func checkDecay(field string, beta float64) error {
	if !(beta >= 0 && beta < 1) {
		return fmt.Errorf("signsgd: %s is %v: must lie in [0, 1)", field, beta)
	}
	return nil
}

// checkScale returns an error unless scale is a vector of dim positive numbers.
func checkScale(field string, scale []float64, dim int) error {
	if len(scale) != dim {
		return fmt.Errorf("signsgd: %s has length %d: must be the dimension %d", field, len(scale), dim)
	}
	for i, s := range scale {
		if !(s > 0) || math.IsInf(s, 1) {
			return fmt.Errorf("signsgd: %s[%d] is %v: must be positive and finite", field, i, s)
		}
	}
	return nil
}

// checkPositive returns an error unless 0 < x < ∞.
func checkPositive(field string, x float64) error {
	if !(x > 0) || math.IsInf(x, 1) {
		return fmt.Errorf("signsgd: %s is %v: must be positive and finite", field, x)
	}
	return nil
}

// checkNonnegative returns an error unless 0 ≤ x < ∞.
func checkNonnegative(field string, x float64) error {
	if !(x >= 0) || math.IsInf(x, 1) {
		return fmt.Errorf("signsgd: %s is %v: must be nonnegative and finite", field, x)
	}
	return nil
}
