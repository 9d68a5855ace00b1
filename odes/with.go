package odes

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// WithRate returns the system under another learning rate. It shares the modes with s,
// and their compression.
func (s *System) WithRate(eta schedule.Schedule) *System {
	other := *s
	other.Rate = eta
	return &other
}

// WithLimit returns the system of another limit on the same data from the same start: of
// the same optimizer under another noise, for example. The modes must be those of the
// limit, as NewFromModes demands. They are shared with s, and so is their compression.
func (s *System) WithLimit(l homogenized.Limit) (*System, error) {
	other := *s
	other.Limit = l
	other.optimizer = nil
	other.problem = nil // whose noise and batch may be others
	if err := other.Validate(); err != nil {
		return nil, err
	}
	return &other, nil
}

// WithStart returns the system started at other risks r_i(0) of its modes, which are
// copied. There must be one for each mode, nonnegative and finite. Quadratic needs a
// start θ_0 and is an error of the system that is returned.
func (s *System) WithStart(risks []float64) (*System, error) {
	if len(risks) != len(s.Modes.Lambda) {
		return nil, fmt.Errorf("odes: WithStart: risks has length %d: must be the number of modes, %d", len(risks), len(s.Modes.Lambda))
	}
	for i, r := range risks {
		if !(r >= 0 && r <= march.MaxRisk) {
			return nil, fmt.Errorf("odes: WithStart: risks[%d] is %v: must be nonnegative and at most %v", i, r, march.MaxRisk)
		}
	}
	other := *s
	other.Modes.Risk = slices.Clone(risks)
	other.compressed = new(compression)
	other.nu = nil
	if err := other.validateModes(); err != nil {
		return nil, err
	}
	return &other, nil
}

// WithInitialRisk returns the system with ν₀ scaled so that R(0) = risk, which must be
// nonnegative and finite. It is an error if the system starts at θ*, from which
// signsgd.Problem.WithInitialRisk leads away.
func (s *System) WithInitialRisk(risk float64) (*System, error) {
	if !(risk >= 0 && risk <= march.MaxRisk) {
		return nil, fmt.Errorf("odes: WithInitialRisk: risk is %v: must be nonnegative and at most %v", risk, march.MaxRisk)
	}
	now := s.Modes.InitialRisk()
	if now == 0 {
		return nil, fmt.Errorf("odes: WithInitialRisk: the system starts at risk 0, which no scale changes: start the problem elsewhere, as by its WithInitialRisk")
	}
	risks := slices.Clone(s.Modes.Risk)
	floats.Scale(risk/now, risks)
	other, err := s.WithStart(risks)
	if err != nil || s.nu == nil {
		return other, err
	}
	other.nu = slices.Clone(s.nu)
	floats.Scale(math.Sqrt(risk/now), other.nu)
	return other, nil
}
