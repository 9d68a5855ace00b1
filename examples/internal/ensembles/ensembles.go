// Package ensembles runs several optimizers, each with its deterministic curve where it
// has one, and draws them in one chart.
package ensembles

import (
	"context"
	"fmt"
	"image/color"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Entry is an optimizer at its rate on a problem.
type Entry struct {
	Name      string
	Problem   signsgd.Problem
	Optimizer signsgd.Optimizer
	Rate      signsgd.Schedule
	Limit     *homogenized.Limit // nil where none is known
}

// Result is what became of an Entry.
type Result struct {
	Name  string
	Risk  signsgd.Paths
	Curve []float64 // of the Limit; nil without
}

// Run computes the results of the entries.
func Run(ctx context.Context, entries []Entry, settings signsgd.Settings, progress *cli.Progress) ([]Result, error) {
	var results []Result
	for _, e := range entries {
		settings.Progress = progress.Stage(e.Name)
		band, err := signsgd.Ensemble(ctx, e.Problem, e.Optimizer, e.Rate, settings)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name, err)
		}
		r := Result{Name: e.Name, Risk: band.Risk}
		if e.Limit != nil {
			system, err := odes.New(e.Problem, *e.Limit, e.Rate)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name, err)
			}
			curve, err := system.Solve(ctx, band.Times)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name, err)
			}
			r.Curve = curve.Risk
		}
		results = append(results, r)
	}
	return results, nil
}

// Share is the share of the runs that a band holds.
const Share = 0.8

// Figure is one chart and table of results that were recorded at the same times.
type Figure struct {
	Title   string
	Times   []float64
	Results []Result
}

// colours are given to the results in turn.
var colours = []color.NRGBA{chart.Blue, chart.Orange, chart.Green, chart.Purple, chart.Vermillion, chart.SkyBlue}

// Chart returns the picture: a band and the mean of the runs in colour, and the curve of
// the limit in black.
func (f Figure) Chart() *chart.Chart {
	c := &chart.Chart{Title: f.Title, X: "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true}
	for i, r := range f.Results {
		lo, hi := r.Risk.Central(Share)
		c.Band("", f.Times, lo, hi, colours[i%len(colours)])
		c.Line(r.Name, f.Times, r.Risk.Mean(), colours[i%len(colours)], chart.Solid)
	}
	name := "deterministic limits"
	for _, r := range f.Results {
		if r.Curve != nil {
			c.Line(name, f.Times, r.Curve, chart.Black, chart.Dashed)
			name = ""
		}
	}
	return c
}

// Table returns the mean, the band and the curve of every result.
func (f Figure) Table() *cli.Table {
	t := new(cli.Table)
	t.Add("t", f.Times)
	for _, r := range f.Results {
		lo, hi := r.Risk.Central(Share)
		t.Add(r.Name, r.Risk.Mean())
		t.Add(r.Name+" 10%", lo)
		t.Add(r.Name+" 90%", hi)
		if r.Curve != nil {
			t.Add(r.Name+" ODE", r.Curve)
		}
	}
	return t
}

// Panels returns the picture with all its numbers, and a table of means and curves to
// be printed.
func (f Figure) Panels(name string) []figure.Panel {
	short := new(cli.Table)
	short.Add("t", f.Times)
	for _, r := range f.Results {
		short.Add(r.Name, r.Risk.Mean())
		if r.Curve != nil {
			short.Add("ODE", r.Curve)
		}
	}
	return []figure.Panel{
		{Name: name, Chart: f.Chart(), Table: f.Table()},
		{Name: name + "-means", Title: f.Title, Table: short, Stride: max(1, (len(f.Times)-1)/8)},
	}
}
