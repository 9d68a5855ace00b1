// Optimizers runs every optimizer of the library on one least squares problem, at rates
// that give each the drift of signSGD, and draws the bands of their risks with the
// deterministic curves of those whose limit is known.
package main

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

var about = program.About{
	Name: "optimizers",
	Text: "Optimizers runs every optimizer on one problem at the pace of signSGD, on its curve where that is known.",
	Dim:  program.Default{Full: 300, Quick: 100},
	Runs: program.Default{Full: 16, Quick: 16},
}

const (
	eta     = 0.3
	horizon = 15 // in t = k/d
)

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	p, err := problem(r.Dim, r.Seed)
	if err != nil {
		return err
	}
	families, err := families(p)
	if err != nil {
		return err
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	for _, f := range families {
		c := &chart.Chart{Title: fmt.Sprintf("Optimizers: %s, d = %d", f.title, r.Dim), X: chart.Time, Y: chart.Risk, LogY: true}
		table := new(program.Table)
		table.Add("t", times)
		legend := "deterministic limits"
		for i, e := range f.entries {
			settings.Progress = r.Progress.Stage(e.name)
			band, err := signsgd.Ensemble(ctx, p, e.optimizer, e.rate, settings)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			runs := band.Risk.Summary(0.8)
			colour := []color.NRGBA{chart.Blue, chart.Orange, chart.Green, chart.Purple}[i]
			c.Band("", times, runs.Lo, runs.Hi, colour)
			c.Line(e.name, times, runs.Mean, colour, chart.Solid)
			table.Add(e.name, runs.Mean)
			system, err := odes.New(p, e.optimizer, e.rate)
			if unknown := new(homogenized.NoLimitError); errors.As(err, &unknown) {
				continue
			} else if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			curve, err := system.Solve(ctx, times)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			c.Line(legend, times, curve.Risk, chart.Black, chart.Dashed)
			legend = ""
			table.Add(e.name+", ODE", curve.Risk)
			// What the curve falls in its delay.
			slack := make([]float64, len(times))
			earlier := make([]float64, len(times))
			for k, delay := range delays(p, e, times) {
				earlier[k] = max(times[k]-delay, 0)
			}
			if e.memory > 0 {
				before, err := system.Solve(ctx, earlier)
				if err != nil {
					return fmt.Errorf("%s: %w", e.name, err)
				}
				for k := range slack {
					slack[k] = math.Abs(before.Risk[k] - curve.Risk[k])
				}
			}
			r.Claim(program.FollowsWithin(e.name, times, curve.Risk, runs.Mean, runs.StdErr, r.Runs, r.Dim, slack))
		}
		r.Print(c.Title, table, len(times)/8)
		if err := r.Save(f.name, c, table); err != nil {
			return err
		}
	}
	return nil
}
