package signsgd

import (
	"errors"
	"fmt"
	"math"
)

// Optimizer is an update rule. It is a plain value and safe for concurrent use. What a
// run remembers is in the State that Start makes.
//
// An optimizer may have the method Validate(dim int) error, which names its first bad
// parameter in dimension dim; see ValidateOptimizer. An optimizer that uses several
// gradients in each step is a MultiGradient, and one that takes numbers from the problem
// is a Binder. Runs of an optimizer whose fields are not plain values can be resumed and
// merged only if it has the method Describe() string; see ensemble.Describe.
type Optimizer interface {
	// Start returns the state of a fresh run in dimension dim. It is not nil.
	Start(dim int) State
}

// State is an optimizer at work. It knows only gradients, so it serves any objective and
// not just a Problem.
type State interface {
	// Step updates theta in place by one step of size rate along the gradient grad. It
	// does not change grad, which has the length of theta, or that of all gradients of
	// a MultiGradient. The rate is the raw one, η'_k = η/d for a Problem. Step does not
	// allocate.
	Step(theta, grad []float64, rate float64)
}

// MultiGradient is an Optimizer that uses several gradients at the same θ in each step.
// Each of them is the mean over its own batch of samples. MajorityVote is an example.
type MultiGradient interface {
	Optimizer

	// Gradients returns their number n. States are given the gradients in a slice of
	// length n·dim, one after the other.
	Gradients() int
}

// Binder is an Optimizer that takes numbers from the problem, such as its standard
// deviations. NewRun binds it, so that the optimizer itself carries no numbers that
// could belong to another problem.
type Binder interface {
	Optimizer

	// Bind returns the optimizer for the problem.
	Bind(p Problem) (Optimizer, error)
}

// gradients returns how many gradients a step of the optimizer uses.
func gradients(o Optimizer) int {
	if m, ok := o.(MultiGradient); ok {
		return m.Gradients()
	}
	return 1
}

// ValidateOptimizer returns an error that names the first bad parameter of the optimizer
// in dimension dim. It returns nil if there is none, or if the optimizer has no method
// Validate. A nil optimizer is an error. A Binder is validated after it is bound.
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
		if err := checkPositive(fmt.Sprintf("%s[%d]", field, i), s); err != nil {
			return err
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
