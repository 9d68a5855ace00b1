package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// spot is a pair of β and η at which there are runs.
type spot struct {
	beta, eta       float64
	predicted, mean float64 // final risk by the limit, and mean of the runs
}

// plane draws the final risk of Signum over memory and rate, with the best rate of each
// memory, where the runs are and how far they are off.
func plane(ctx context.Context, r *program.Run, p signsgd.Problem, spots []spot) error {
	columns, rows := 25, 29
	if r.Quick {
		columns, rows = 7, 9
	}
	memories := make([]float64, columns)
	for i := range memories {
		memories[i] = math.Pow(20, float64(i)/float64(columns-1))
	}
	rates := make([]float64, rows)
	for j := range rates {
		rates[j] = 0.02 * math.Pow(50, float64(j)/float64(rows-1))
	}
	stage := r.Progress.Stage("map")
	risk := make([][]float64, columns)
	var best, least []float64
	ratio := 0.0
	for i, m := range memories {
		system, err := odes.New(p, signsgd.Signum{Beta: 1 - 1/m}, schedule.Constant(0.1))
		if err != nil {
			return err
		}
		for _, eta := range rates {
			curve, err := system.WithRate(schedule.Constant(eta)).Solve(ctx, []float64{horizon})
			if err != nil {
				return err
			}
			risk[i] = append(risk[i], curve.Risk[0])
		}
		eta, end, err := system.BestConstant(ctx, horizon)
		if err != nil {
			return err
		}
		best, least = append(best, eta), append(least, end)
		ratio = max(ratio, end/slices.Min(risk[i]))
		stage(i+1, columns)
	}
	r.Claim(program.AtMost("risk of the best rate, over the least risk of the map at a memory", ratio, 1+1e-6))
	c := &chart.Chart{
		Title: fmt.Sprintf("Signum: risk at t = %v, d = %d", horizon, r.Dim),
		X:     "memory 1/(1−β) in steps", Y: "η", LogX: true, LogY: true,
	}
	c.HeatMap("risk", memories, rates, risk, true)
	c.Line("best η", memories, best, chart.Vermillion, chart.Solid)
	var x, y []float64
	worst := 0.0
	for _, s := range spots {
		x, y = append(x, 1/(1-s.beta)), append(y, s.eta)
		worst = max(worst, math.Abs(s.mean/s.predicted-1))
	}
	c.Dots(fmt.Sprintf("%d runs, at most %.2g%% off", r.Runs, 100*worst), x, y, chart.Black)
	table := new(program.Table)
	table.Add("memory", memories)
	table.Add("best η", best)
	table.Add("risk there", least)
	for j, eta := range rates {
		column := make([]float64, columns)
		for i := range column {
			column[i] = risk[i][j]
		}
		table.Add(fmt.Sprintf("η = %.4g", eta), column)
	}
	return r.Save("memory-map", c, table)
}
