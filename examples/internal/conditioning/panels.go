package conditioning

import (
	"fmt"
	"image/color"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

// colours of the players.
var colours = []color.NRGBA{chart.Blue, chart.Vermillion}

// curves draws Figure 8: the risk over time at the lowest and at the highest power.
func curves(rounds []*round, times []float64) figure.Panel {
	picture := &chart.Chart{
		Title: "signSGD and SGD at their best rates on eigenvalues grid^β",
		X:     "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true,
	}
	table := new(cli.Table)
	table.Add("t", times)
	shown := []*round{rounds[len(rounds)/3], rounds[len(rounds)-1]}
	pale := []color.NRGBA{chart.SkyBlue, chart.Orange}
	for i, r := range shown {
		for j, o := range r.outcomes {
			lo, hi := o.runs.Central(0.8)
			picture.Band("", times, lo, hi, [][]color.NRGBA{pale, colours}[i][j])
			name := fmt.Sprintf("%s, β = %g", players[j].name, r.power)
			table.Add(name+", ODE", o.curve)
			table.Add(name+", mean", o.runs.Mean())
		}
	}
	for i, r := range shown {
		for j, o := range r.outcomes {
			name := fmt.Sprintf("%s, β = %g, c = %.2g", players[j].name, r.power, o.c)
			if i == 0 {
				picture.Line(name, times, o.curve, pale[j], chart.Dashed)
			} else {
				picture.Line(name, times, o.curve, colours[j], chart.Solid)
			}
		}
	}
	return figure.Panel{Name: "conditioning-curves", Chart: picture, Table: table}
}

// finals draws Figure 9: the risk at the horizon against the power.
func finals(rounds []*round, crossing float64) figure.Panel {
	picture := &chart.Chart{
		Title: fmt.Sprintf("Risk at t = %g, each at its best rate: ODE (lines) and runs (dots ± s.e.)", horizon),
		X:     "power β of the eigenvalues grid^β", Y: "final risk R", LogY: true, Legend: chart.TopLeft,
	}
	table := new(cli.Table)
	powers := column(rounds, func(r *round) float64 { return r.power })
	table.Add("power", powers)
	table.Add("κ(K)", column(rounds, conditionNumber))
	low, high := rounds[0].outcomes[0].final, 0.0
	for j, p := range players {
		final := column(rounds, func(r *round) float64 { return r.outcomes[j].final })
		mean := column(rounds, func(r *round) float64 { m, _ := r.outcomes[j].end(); return m })
		se := column(rounds, func(r *round) float64 { _, e := r.outcomes[j].end(); return e })
		picture.Line(p.name, powers, final, colours[j], chart.Solid)
		picture.Points("", powers, mean, se, colours[j])
		table.Add(p.name+": condition", column(rounds, func(r *round) float64 { return r.outcomes[j].condition }))
		table.Add("best c", column(rounds, func(r *round) float64 { return r.outcomes[j].c }))
		table.Add("final R", final)
		table.Add("mean", mean)
		table.Add("± s.e.", se)
		for _, r := range final {
			low, high = min(low, r), max(high, r)
		}
	}
	picture.Line(fmt.Sprintf("signSGD wins from β = %.2f on", crossing), []float64{crossing, crossing}, []float64{low, high}, chart.Black, chart.Dotted)
	return figure.Panel{Name: "conditioning-final", Chart: picture, Table: table, Stride: 1}
}

// rates draws the rates of convergence against the average condition numbers.
func rates(rounds []*round) figure.Panel {
	picture := &chart.Chart{
		Title: fmt.Sprintf("Rate of convergence at c = %g: Theorem 4 (lines) and the ODE (dots)", small),
		X:     "average condition number", Y: "rate of R − R∞ per unit of t",
		LogX: true, LogY: true,
	}
	table := new(cli.Table)
	table.Add("power", column(rounds, func(r *round) float64 { return r.power }))
	for j, p := range players {
		condition := column(rounds, func(r *round) float64 { return r.outcomes[j].condition })
		theory := column(rounds, func(r *round) float64 { return r.outcomes[j].theoretical })
		decay := column(rounds, func(r *round) float64 { return r.outcomes[j].decay })
		picture.Line(fmt.Sprintf("%s, %.3g c λ_min d/%s", p.name, p.speed, p.trace), condition, theory, colours[j], chart.Solid)
		picture.Points("", condition, decay, nil, colours[j])
		table.Add(p.name+": condition", condition)
		table.Add("theory", theory)
		table.Add("linearized", column(rounds, func(r *round) float64 { return r.outcomes[j].rate }))
		table.Add("ODE", decay)
	}
	return figure.Panel{Name: "conditioning-rate", Chart: picture, Table: table, Stride: 1}
}
