package signsgd

import (
	"context"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Ensemble runs the optimizer on the problem s.Runs times with independent samples, and
// returns what the runs recorded; see ensemble.Gather. It is an error if a Sized source
// has too few samples for the last of the recorded times.
func Ensemble(ctx context.Context, p Problem, o Optimizer, eta schedule.Schedule, s ensemble.Settings) (*ensemble.Band, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	m, err := newMaker(p, o, eta)
	if err != nil {
		return nil, err
	}
	m.observers = s.Observers
	times := s.RecordTimes()
	if err := m.enough(times[len(times)-1]); err != nil {
		return nil, err
	}
	description := append(p.Description(), ensemble.Describe("optimizer", o), ensemble.Describe("schedule", eta),
		DescribeObservers(p.Dim(), s.Observers))
	return ensemble.Gather(ctx, withAverages(s, o), ensemble.Subject{
		Stream: "simulation", Description: description,
		Start: func(rng *rand.Rand) (ensemble.Walk, error) { return m.run(rng) },
	})
}

// enough returns an error unless a Sized source has the samples of all steps up to time t.
func (m *maker) enough(t float64) error {
	d := len(m.deviations)
	need, err := stepsUntil(t, d)
	if err != nil {
		return err
	}
	sized, ok := m.problem.Samples.(Sized)
	if !ok {
		return nil
	}
	samples, _ := sized.Size()
	if have := samples / m.problem.BatchSize() / gradients(m.optimizer); samples >= 0 && have < need {
		return ranOut(have, d)
	}
	return nil
}
