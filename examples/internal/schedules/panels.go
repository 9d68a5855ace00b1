package schedules

import (
	"image/color"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

var colours = []color.NRGBA{chart.Black, chart.Orange, chart.Green, chart.Blue, chart.Vermillion}

// riskPanel draws the curves over the bands of the runs.
func riskPanel(file, title string, entries []entry) figure.Panel {
	c := &chart.Chart{Title: title, X: timeAxis, Y: "risk  R = ½ νᵀKν", LogY: true}
	t := &cli.Table{}
	t.Add("t", entries[0].curve.Times)
	for i, e := range entries {
		lo, hi := e.runs.Central(0.8)
		c.Band("", e.curve.Times, lo, hi, colours[i])
		t.Add(e.name, e.curve.Risk)
		t.Add(e.name+", mean of runs", e.runs.Mean())
	}
	for i, e := range entries {
		c.Line(e.name, e.curve.Times, e.curve.Risk, colours[i], chart.Solid)
	}
	return figure.Panel{Name: file, Chart: c, Table: t}
}

// ratePanel draws the rates along the curves.
func ratePanel(file, title string, entries []entry) figure.Panel {
	c := &chart.Chart{Title: title, X: timeAxis, Y: "learning rate  η"}
	t := &cli.Table{}
	t.Add("t", entries[0].curve.Times)
	for i, e := range entries {
		c.Line(e.name, e.curve.Times, e.curve.Rate, colours[i], chart.Solid)
		t.Add(e.name, e.curve.Rate)
	}
	return figure.Panel{Name: file, Chart: c, Table: t}
}

const timeAxis = "t = k/d  (steps / dimension)"
