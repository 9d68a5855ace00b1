package main

import (
	"fmt"
	"image/color"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
)

// colours of the players.
var colours = []color.NRGBA{chart.Blue, chart.Vermillion}

// curves draws Figure 8: the risk over time at the lowest and at the highest power.
func curves(r *program.Run, rounds []*round, times []float64) error {
	picture := &chart.Chart{
		Title: "signSGD and SGD at their best rates, eigenvalues gridᵝ",
		X:     chart.Time, Y: chart.Risk, LogY: true,
	}
	table := new(program.Table)
	table.Add("t", times)
	shown := []*round{rounds[len(rounds)/3], rounds[len(rounds)-1]}
	pale := []color.NRGBA{chart.SkyBlue, chart.Orange}
	for i, q := range shown {
		for j, o := range q.outcomes {
			picture.Band("", times, o.runs.Lo, o.runs.Hi, [][]color.NRGBA{pale, colours}[i][j])
			name := fmt.Sprintf("%s, β = %g", players[j].name, q.power)
			table.Add(name+", ODE", o.curve)
			table.Add(name+", mean", o.runs.Mean)
		}
	}
	for i, q := range shown {
		for j, o := range q.outcomes {
			name := fmt.Sprintf("%s, β = %g", players[j].name, q.power)
			if i == 0 {
				picture.Line(name, times, o.curve, pale[j], chart.Dashed)
			} else {
				picture.Line(name, times, o.curve, colours[j], chart.Solid)
			}
		}
	}
	return r.Save("conditioning-curves", picture, table)
}

// finals draws Figure 9: the risk at the horizon against the power.
func finals(r *program.Run, rounds []*round, crossing float64) error {
	picture := &chart.Chart{
		Title: fmt.Sprintf("Risk at t = %g at the best rates: ODE (lines), runs (dots)", horizon),
		X:     "power β of the eigenvalues gridᵝ", Y: "final risk R", LogY: true,
	}
	table := new(program.Table)
	powers := column(rounds, func(q *round) float64 { return q.power })
	table.Add("power", powers)
	table.Add("κ(K)", column(rounds, conditionNumber))
	low, high := rounds[0].outcomes[0].final, 0.0
	for j, p := range players {
		final := column(rounds, func(q *round) float64 { return q.outcomes[j].final })
		mean := column(rounds, func(q *round) float64 { m, _ := q.outcomes[j].end(); return m })
		se := column(rounds, func(q *round) float64 { _, e := q.outcomes[j].end(); return e })
		picture.Line(p.name, powers, final, colours[j], chart.Solid)
		picture.Points("", powers, mean, se, colours[j])
		table.Add(p.name+": condition", column(rounds, func(q *round) float64 { return q.outcomes[j].condition }))
		table.Add("best c", column(rounds, func(q *round) float64 { return q.outcomes[j].c }))
		table.Add("final R", final)
		table.Add("mean", mean)
		table.Add("± s.e.", se)
		for _, risk := range final {
			low, high = min(low, risk), max(high, risk)
		}
	}
	picture.Line(fmt.Sprintf("signSGD wins from β = %.2f on", crossing), []float64{crossing, crossing}, []float64{low, high}, chart.Black, chart.Dotted)
	r.Print(picture.Title, table, 1)
	return r.Save("conditioning-final", picture, table)
}

// rates draws the rates of convergence against the average condition numbers.
func rates(r *program.Run, rounds []*round) error {
	picture := &chart.Chart{
		Title: fmt.Sprintf("Convergence at c = %g: Theorem 4 (lines), ODE (dots)", small),
		X:     "average condition number", Y: "rate of R − R∞ per unit of t",
		LogX: true, LogY: true,
	}
	table := new(program.Table)
	table.Add("power", column(rounds, func(q *round) float64 { return q.power }))
	for j, p := range players {
		condition := column(rounds, func(q *round) float64 { return q.outcomes[j].condition })
		theory := column(rounds, func(q *round) float64 { return q.outcomes[j].theoretical })
		decay := column(rounds, func(q *round) float64 { return q.outcomes[j].decay })
		picture.Line(fmt.Sprintf("%s, Theorem 4", p.name), condition, theory, colours[j], chart.Solid)
		picture.Points("", condition, decay, nil, colours[j])
		table.Add(p.name+": condition", condition)
		table.Add("theory", theory)
		table.Add("linearized", column(rounds, func(q *round) float64 { return q.outcomes[j].rate }))
		table.Add("ODE", decay)
	}
	r.Print(picture.Title, table, 1)
	return r.Save("conditioning-rate", picture, table)
}
