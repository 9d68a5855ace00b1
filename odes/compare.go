package odes

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Contender is an optimizer at its best constant learning rate.
type Contender struct {
	Optimizer signsgd.Optimizer
	Rate      float64 // the best η; 0 where Err is not nil
	Risk      float64 // the risk that it ends at; +Inf where Err is not nil

	// Validity says how far the curve at this rate tells of runs. Where a condition is
	// broken, such as stability in mean square, runs may differ from Risk, or diverge.
	// It is the zero value where Err is not nil.
	Validity Validity

	// Err says why the optimizer cannot take part, such as that it has no limit under
	// noise of infinite variance.
	Err error
}

// Compare answers the question "which optimizer and which learning rate here?". It gives
// every optimizer its best constant learning rate for the horizon and returns them in
// the order of the risks that they end at, the least first. An optimizer without a
// limit on the problem comes last, with its error. Compare itself fails if the problem
// is bad or ctx ends.
func Compare(ctx context.Context, p signsgd.Problem, horizon float64, optimizers ...signsgd.Optimizer) ([]Contender, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := checkHorizon(horizon); err != nil {
		return nil, err
	}
	if len(optimizers) == 0 {
		return nil, errors.New("odes: Compare: there are no optimizers")
	}
	contenders := make([]Contender, len(optimizers))
	var systems Shared
	for i, o := range optimizers {
		c := Contender{Optimizer: o, Risk: math.Inf(1)}
		s, err := systems.System(p, o, schedule.Constant(0)) // at a rate that plays no part
		if err == nil {
			c.Rate, c.Risk, err = s.BestConstant(ctx, horizon)
		}
		if err == nil {
			c.Validity, err = s.WithRate(schedule.Constant(c.Rate)).Validity(ctx, horizon)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			c.Rate, c.Risk, c.Validity, c.Err = 0, math.Inf(1), Validity{}, err
		}
		contenders[i] = c
	}
	slices.SortStableFunc(contenders, func(a, b Contender) int {
		switch {
		case a.Risk < b.Risk:
			return -1
		case a.Risk > b.Risk:
			return 1
		}
		return 0
	})
	return contenders, nil
}
