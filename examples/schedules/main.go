// Schedules compares learning rates for signSGD and SGD on three covariances under three
// noises: constant, cosine, warm-up–stable–decay, greedy and optimal ones, each at its
// best. It draws their risk curves over simulations, and the rates, and tabulates the
// risks in which they end.
package main

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

var about = program.About{
	Name: "schedules",
	Text: "Schedules compares constant, cosine, warm-up–stable–decay, greedy and optimal learning rates.",
	Dim:  program.Default{Full: 150, Quick: 120},
	Runs: program.Default{Full: 32, Quick: 32},
}

const horizon = 15.0 // in t = k/d

var optimizers = []struct {
	name string
	rule signsgd.Optimizer
}{{"signSGD", signsgd.SignSGD{}}, {"SGD", signsgd.SGD{}}}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	laws := laws
	if r.Quick {
		laws = laws[:1]
	}
	ends := &program.Table{Head: "problem"}
	for _, cov := range covariances {
		k, err := cov.make(r.Dim)
		if err != nil {
			return err
		}
		for _, l := range laws {
			p, err := problem(k, l.law, r.Seed)
			if err != nil {
				return err
			}
			for _, o := range optimizers {
				title := fmt.Sprintf("%s, %s K, %s noise", o.name, cov.name, l.name)
				file := strings.ToLower(fmt.Sprintf("schedules-%s-%s-%s", cov.name, l.name, o.name))
				names, risks, err := compare(ctx, r, p, o.rule, title, file)
				if err != nil {
					return fmt.Errorf("%s: %w", title, err)
				}
				ends.Names = names
				ends.AddRow(title, risks...)
			}
		}
	}
	r.Print(fmt.Sprintf("risk at t = %g", horizon), ends, 1)
	return r.Save("schedules", nil, ends)
}

// named is a learning rate with its name.
type named struct {
	name string
	rate schedule.Schedule
}

// compare draws every schedule on the problem, and returns their names and the risks in
// which they end.
func compare(ctx context.Context, r *program.Run, p signsgd.Problem, o signsgd.Optimizer, title, file string) (names []string, ends []float64, err error) {
	system, err := odes.New(p, o, schedule.Constant(0))
	if err != nil {
		return nil, nil, err
	}
	schedules, err := bestOfEach(ctx, system)
	if err != nil {
		return nil, nil, err
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed, Times: ensemble.LinearTimes(horizon, 101)}
	times := settings.Times
	risk := &chart.Chart{Title: title, X: chart.Time, Y: chart.Risk, LogY: true}
	rate := &chart.Chart{Title: title, X: chart.Time, Y: "learning rate  η"}
	risks, rates := new(program.Table), new(program.Table)
	risks.Add("t", times)
	rates.Add("t", times)
	for i, s := range schedules {
		curve, err := system.WithRate(s.rate).Solve(ctx, times)
		if err != nil {
			return nil, nil, err
		}
		settings.Progress = r.Progress.Stage(title + ", " + s.name)
		band, err := signsgd.Ensemble(ctx, p, o, s.rate, settings)
		if err != nil {
			return nil, nil, err
		}
		runs := band.Risk.Summary(0.8)
		r.Claim(program.Follows(title+", "+s.name, times, curve.Risk, runs.Mean, runs.StdErr, r.Runs, r.Dim))

		colour := []color.NRGBA{chart.Black, chart.Orange, chart.Green, chart.Blue, chart.Vermillion}[i]
		risk.Band("", times, runs.Lo, runs.Hi, colour)
		risk.Line(s.name, times, curve.Risk, colour, chart.Solid)
		rate.Line(s.name, times, curve.Rate, colour, chart.Solid)
		risks.Add(s.name, curve.Risk)
		risks.Add(s.name+", mean of runs", runs.Mean)
		rates.Add(s.name, curve.Rate)
		names = append(names, s.name)
		ends = append(ends, curve.Risk[len(times)-1])
	}
	others := math.Inf(1)
	for _, end := range ends[:len(ends)-1] {
		others = min(others, end)
	}
	r.Claim(program.AtMost(title+": optimal over the best other", ends[len(ends)-1]/others, 1+1e-3))
	return names, ends, errors.Join(r.Save(file, risk, risks), r.Save(file+"-rates", rate, rates))
}

// bestOfEach returns the best schedule of each kind, the optimal one last.
func bestOfEach(ctx context.Context, system *odes.System) ([]named, error) {
	constant, _, err := system.BestConstant(ctx, horizon)
	if err != nil {
		return nil, err
	}
	optimal, _, err := system.Optimal(ctx, horizon)
	if err != nil {
		return nil, err
	}
	cosine, err := bestPeak(ctx, system, constant, func(peak float64) schedule.Schedule {
		return schedule.Cosine{Start: peak, Horizon: horizon}
	})
	if err != nil {
		return nil, err
	}
	trapezoid, err := bestPeak(ctx, system, constant, func(peak float64) schedule.Schedule {
		return schedule.WarmupStableDecay{Peak: peak, Warmup: 0.05 * horizon, Stable: 0.65 * horizon, Decay: 0.3 * horizon}
	})
	if err != nil {
		return nil, err
	}
	return []named{
		{"constant", schedule.Constant(constant)}, {"cosine", cosine}, {"warm-up–stable–decay", trapezoid},
		{"greedy", system.Greedy()}, {"optimal", optimal},
	}, nil
}

// bestPeak returns the schedule of the family that ends at the lowest risk, its peak
// being sought around the best constant rate.
func bestPeak(ctx context.Context, system *odes.System, constant float64, family func(peak float64) schedule.Schedule) (schedule.Schedule, error) {
	var best schedule.Schedule
	lowest := math.Inf(1)
	for e := -2.0; e <= 4; e += 0.125 {
		rate := family(constant * math.Exp2(e))
		curve, err := system.WithRate(rate).Solve(ctx, []float64{horizon})
		var diverged *odes.DivergedError
		switch {
		case errors.As(err, &diverged):
			return best, nil
		case err != nil:
			return nil, err
		case curve.Risk[0] < lowest:
			best, lowest = rate, curve.Risk[0]
		}
	}
	return best, nil
}
