// Package schedules compares learning-rate schedules for signSGD and SGD: constant,
// cosine, warm-up–stable–decay, greedy and optimal ones, each at its best, with their
// risk curves and simulations of them.
package schedules

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Figure compares the schedules on three covariances under three noises.
var Figure = figure.Figure{
	Name:  "schedules",
	About: "constant, cosine, warm-up–stable–decay, greedy and optimal learning rates",
	Full:  figure.Size{Dim: 150, Runs: 32},
	Quick: figure.Size{Dim: 120, Runs: 32},
	Make:  makeFigure,
}

const (
	horizon     = 15.0 // in t = k/d
	initialRisk = 5.0
)

// entry is one schedule with its curve and its runs.
type entry struct {
	name  string
	curve *odes.Curve
	runs  signsgd.Paths
}

// end returns the risk of the curve at the horizon.
func (e entry) end() float64 { return e.curve.Risk[len(e.curve.Risk)-1] }

// optimizer is an optimizer with its limit.
type optimizer struct {
	name  string
	step  signsgd.Optimizer
	limit func(signsgd.Problem) homogenized.Limit
}

var optimizers = []optimizer{
	{"signSGD", signsgd.SignSGD{}, homogenized.SignSGD},
	{"SGD", signsgd.SGD{}, homogenized.SGD},
}

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	result := new(figure.Result)
	ends := &cli.Table{Head: "problem"}
	var names []string
	columns := map[string][]float64{}
	laws := laws
	if c.Quick {
		laws = laws[:1]
	}
	for _, cov := range covariances {
		k, err := cov.make(c.Dim)
		if err != nil {
			return nil, err
		}
		for _, l := range laws {
			p := problem(k, l.law, initialRisk, c.Seed)
			for _, o := range optimizers {
				title := fmt.Sprintf("%s, %s K, %s noise", o.name, cov.name, l.name)
				entries, err := compare(ctx, p, o, c, title)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", title, err)
				}
				file := strings.ToLower(fmt.Sprintf("schedules-%s-%s-%s", cov.name, l.name, o.name))
				result.Panels = append(result.Panels, riskPanel(file, title, entries), ratePanel(file+"-rates", title, entries))
				for _, e := range entries {
					columns[e.name] = append(columns[e.name], e.end())
					result.Claims = append(result.Claims, figure.Follows(title+", "+e.name, e.curve.Times, e.curve.Risk, e.runs, c.Dim))
				}
				names = append(names, title)
				result.Claims = append(result.Claims, best(title, entries))
			}
		}
	}
	for _, name := range order {
		ends.Add(name, columns[name])
	}
	ends.Labels = names
	result.Panels = append(result.Panels, figure.Panel{Name: "schedules", Title: fmt.Sprintf("risk at t = %g", horizon), Table: ends, Stride: 1})
	return result, nil
}

// order is that of the schedules in charts and tables.
var order = []string{"constant", "cosine", "warm-up–stable–decay", "greedy", "optimal"}

// compare solves and simulates every schedule on the problem.
func compare(ctx context.Context, p signsgd.Problem, o optimizer, c figure.Config, title string) ([]entry, error) {
	system, err := odes.New(p, o.limit(p), signsgd.Constant(0))
	if err != nil {
		return nil, err
	}
	constant, _, err := system.BestConstant(ctx, horizon)
	if err != nil {
		return nil, err
	}
	optimal, _, err := system.Optimal(ctx, horizon)
	if err != nil {
		return nil, err
	}
	cosine, err := bestPeak(ctx, system, constant, func(peak float64) signsgd.Schedule {
		return signsgd.Cosine{Start: peak, Horizon: horizon}
	})
	if err != nil {
		return nil, err
	}
	trapezoid, err := bestPeak(ctx, system, constant, func(peak float64) signsgd.Schedule {
		return signsgd.WarmupStableDecay{Peak: peak, Warmup: 0.05 * horizon, Stable: 0.65 * horizon, Decay: 0.3 * horizon}
	})
	if err != nil {
		return nil, err
	}
	settings := signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed, Progress: c.Progress.Stage(title)}
	settings.Times = signsgd.LinearTimes(horizon, 101)
	var entries []entry
	for i, schedule := range []signsgd.Schedule{signsgd.Constant(constant), cosine, trapezoid, system.Greedy(), optimal} {
		under := *system
		under.Rate = schedule
		curve, err := under.Solve(ctx, settings.Times)
		if err != nil {
			return nil, err
		}
		band, err := signsgd.Ensemble(ctx, p, o.step, schedule, settings)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{order[i], curve, band.Risk})
	}
	return entries, nil
}

// bestPeak returns the schedule of the family that ends at the lowest risk, its peak
// being sought around the best constant rate.
func bestPeak(ctx context.Context, system *odes.System, constant float64, family func(peak float64) signsgd.Schedule) (signsgd.Schedule, error) {
	var best signsgd.Schedule
	lowest := math.Inf(1)
	for e := -2.0; e <= 4; e += 0.125 {
		under := *system
		under.Rate = family(constant * math.Exp2(e))
		curve, err := under.Solve(ctx, []float64{horizon})
		if err != nil {
			if _, diverged := err.(*odes.DivergedError); diverged {
				break
			}
			return nil, err
		}
		if curve.Risk[0] < lowest {
			best, lowest = under.Rate, curve.Risk[0]
		}
	}
	return best, nil
}

// best claims that no schedule ends below the optimal one.
func best(title string, entries []entry) figure.Claim {
	optimal, others := entries[len(entries)-1].end(), math.Inf(1)
	for _, e := range entries[:len(entries)-1] {
		others = min(others, e.end())
	}
	return figure.Claim{What: title + ": optimal over the best other, at most 1", Predicted: 0.5, Measured: optimal / others, Allowed: 0.5 + 1e-3}
}
