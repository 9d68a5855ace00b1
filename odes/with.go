package odes

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// WithRate returns the system under another learning rate. It shares the modes with s,
// and their compression.
func (s *System) WithRate(eta schedule.Schedule) *System {
	other := *s
	other.Rate = eta
	return &other
}

// WithStart returns the system started at other risks r_i(0) of its modes, which are
// copied. There must be one for each mode, nonnegative and finite.
func (s *System) WithStart(risks []float64) (*System, error) {
	other := *s
	other.Modes.Risk = slices.Clone(risks)
	other.compressed = new(compression)
	other.problem = nil // whose start it is no longer
	return &other, other.validateModes()
}

// WithInitialRisk returns the system with ν₀ scaled so that R(0) = risk, which must be
// nonnegative and finite. It is an error if the system starts at θ*.
func (s *System) WithInitialRisk(risk float64) (*System, error) {
	if !(risk >= 0 && risk <= maxRisk) {
		return nil, fmt.Errorf("odes: WithInitialRisk: risk is %v: must be nonnegative and at most %v", risk, maxRisk)
	}
	now := s.Modes.InitialRisk()
	if now == 0 {
		return nil, fmt.Errorf("odes: WithInitialRisk: the system starts at risk 0, which no scale changes")
	}
	risks := slices.Clone(s.Modes.Risk)
	floats.Scale(risk/now, risks)
	other, err := s.WithStart(risks)
	if err != nil || s.problem == nil {
		return other, err
	}
	p := *s.problem
	p.Init = p.Displacement(nil, p.Init)
	floats.Scale(math.Sqrt(risk/now), p.Init)
	if p.Target != nil {
		floats.Add(p.Init, p.Target)
	}
	other.problem = &p
	return other, nil
}
