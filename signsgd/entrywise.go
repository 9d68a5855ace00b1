package signsgd

import (
	"errors"
	"strconv"
)

// Entrywise is the optimizer that a function of one number makes,
//
//	θ_i ← θ_i − η' u(g_i),
//
// such as u(g) = tanh g. It remembers nothing. Its limit, where there is one, is that of
// homogenized.Entrywise.
type Entrywise struct {
	// Name identifies U in ensembles, for a function says nothing of itself. Ensembles
	// of an optimizer without a name can be neither resumed nor merged.
	Name string

	U func(g float64) float64 // u; required. It is called from several goroutines at once
}

// Describe returns the name, and nothing if it is empty.
func (o Entrywise) Describe() string {
	if o.Name == "" {
		return ""
	}
	return "signsgd.Entrywise{" + strconv.Quote(o.Name) + "}"
}

// Validate returns an error unless U is there.
func (o Entrywise) Validate(int) error {
	if o.U == nil {
		return errors.New("signsgd: Entrywise.U is nil: must be a function")
	}
	return nil
}

// Start returns the state, which is empty.
func (o Entrywise) Start(int) State { return entrywiseState(o.U) }

var _ Optimizer = Entrywise{}

type entrywiseState func(g float64) float64

func (u entrywiseState) Step(theta, grad []float64, rate float64) {
	for i, g := range grad {
		theta[i] -= rate * u(g)
	}
}
