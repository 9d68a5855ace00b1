package main

import (
	"bufio"
	"context"
	"fmt"
	"image/color"
	"io"
	"math"
	"path/filepath"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/sweep/plan"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// maxCells is the largest number of values on either axis of a picture.
const maxCells = 200

// grid gathers what the pictures show, of the points whose other axes have their first
// value.
type grid struct {
	spec   *plan.Specification
	column string       // the risk that is shown
	x, y   *plan.Axis   // of the heat map; nil where there are none
	lines  *plan.Axis   // the optimizers
	rates  *plan.Axis   // the rates, along which a best one is sought
	heat   [][]float64  // of each x and y
	along  [][]float64  // of each optimizer and rate
	best   [][2]float64 // of each optimizer: what was computed as best_rate and best_risk
}

// newGrid chooses what to show.
func newGrid(spec *plan.Specification) *grid {
	g := &grid{spec: spec}
	for _, name := range []string{"final_risk", "runs_mean", "paths_mean", "limit_risk", "best_risk"} {
		if g.column == "" && slices.Contains(spec.Columns(), name) {
			g.column = name
		}
	}
	if g.column == "" {
		return g
	}
	axes := map[string]*plan.Axis{}
	for i := range spec.Axes {
		a := &spec.Axes[i]
		axes[a.Name] = a
		if len(a.Words) < 2 || len(a.Words) > maxCells || a.Value == nil || !slices.IsSorted(a.Value) {
			continue
		}
		g.x, g.y = a, g.x // the two that vary fastest
	}
	if g.y == nil {
		g.x = nil
	} else {
		g.heat = table(len(g.x.Words), len(g.y.Words))
	}
	g.lines = axes["optimizer"]
	g.best = make([][2]float64, len(g.lines.Words))
	for i := range g.best {
		g.best[i] = [2]float64{math.NaN(), math.NaN()}
	}
	if r := axes["rate"]; len(r.Words) > 2 && len(r.Words) <= 100*maxCells && slices.IsSorted(r.Value) {
		g.rates = r
		g.along = table(len(g.lines.Words), len(r.Words))
	}
	return g
}

// table returns a table of NaN.
func table(n, m int) [][]float64 {
	t := make([][]float64, n)
	for i := range t {
		t[i] = slices.Repeat([]float64{math.NaN()}, m)
	}
	return t
}

// on reports whether all axes but the given ones have their first value at the point.
func (g *grid) on(p *plan.Point, free ...*plan.Axis) bool {
	for i := range g.spec.Axes {
		a := &g.spec.Axes[i]
		if !slices.Contains(free, a) && p.Word(a.Name) != a.Words[0] {
			return false
		}
	}
	return true
}

// see takes the row of a point into the pictures.
func (g *grid) see(r *plan.Row) {
	if g.column == "" {
		return
	}
	at := func(a *plan.Axis) int { return slices.Index(a.Words, r.Point.Word(a.Name)) }
	v := r.Value(g.spec, g.column)
	if g.heat != nil && g.on(r.Point, g.x, g.y) {
		g.heat[at(g.x)][at(g.y)] = v
	}
	if g.rates != nil && g.on(r.Point, g.lines, g.rates) {
		g.along[at(g.lines)][at(g.rates)] = v
	}
	if g.on(r.Point, g.lines) {
		g.best[at(g.lines)] = [2]float64{r.Value(g.spec, "best_rate"), r.Value(g.spec, "best_risk")}
	}
}

// The labels of axes.
var labels = map[string]string{
	"dimension": "dimension d", "start_risk": "initial risk R(0)", "batch": "batch B", "rate": "learning rate η  (steps of η/d)",
	"horizon": "horizon t = k/d", "seed": "seed",
}

var risks = map[string]string{
	"final_risk": "risk at the end", "runs_mean": "mean risk of the runs at the end", "paths_mean": "mean risk of the SDE at the end",
	"limit_risk": "limit risk", "best_risk": "risk at the best rate",
}

// logarithmic reports whether an axis should be: all is positive and spans a factor of ten.
func logarithmic(x []float64) bool { return slices.Min(x) > 0 && slices.Max(x) >= 10*slices.Min(x) }

// pictures draws the pictures to the folder and returns their names.
func (g *grid) pictures(ctx context.Context, c *plan.Computer, folder string) (names []string, err error) {
	save := func(name string, c *chart.Chart) error {
		for _, format := range []string{"png", "svg"} {
			path := filepath.Join(folder, name+"."+format)
			if err := ensemble.WriteFile(path, func(w io.Writer) error {
				buffer := bufio.NewWriter(w)
				if err := c.Write(buffer, format); err != nil {
					return err
				}
				return buffer.Flush()
			}); err != nil {
				return err
			}
		}
		names = append(names, filepath.Join(folder, name+".png"))
		return nil
	}
	if g.heat != nil && shows(slices.Concat(g.heat...)) {
		if err := save("heatmap", g.heatMap()); err != nil {
			return nil, err
		}
	}
	if g.rates != nil && shows(slices.Concat(g.along...)) {
		if err := save("rates", g.overRates()); err != nil {
			return nil, err
		}
	}
	curves, err := g.curves(ctx, c)
	if err != nil || curves == nil {
		return names, err
	}
	return names, save("curves", curves)
}

// shows reports whether a number can be drawn on a logarithmic axis.
func shows(x []float64) bool {
	return slices.ContainsFunc(x, func(v float64) bool { return v > 0 && !math.IsInf(v, 1) })
}

func (g *grid) heatMap() *chart.Chart {
	h := &chart.Chart{
		Title: risks[g.column] + ", " + g.spec.Point(0).Word("optimizer"), X: labels[g.x.Name], Y: labels[g.y.Name],
		LogX: logarithmic(g.x.Value), LogY: logarithmic(g.y.Value),
	}
	h.HeatMap("R =", g.x.Value, g.y.Value, g.heat, true)
	return h
}

var colours = []color.NRGBA{chart.Blue, chart.Vermillion, chart.Green, chart.Orange, chart.Purple, chart.SkyBlue, chart.Black}

// overRates shows the risk against the rate for each optimizer, with a dot where it is
// least.
func (g *grid) overRates() *chart.Chart {
	r := &chart.Chart{Title: "Best learning rate of each optimizer", X: labels["rate"], Y: risks[g.column], LogX: logarithmic(g.rates.Value), LogY: true}
	for i, word := range g.lines.Words {
		colour := colours[i%len(colours)]
		dashes := [][]vg.Length{chart.Solid, chart.Dashed, chart.Dotted}[i/len(colours)%3]
		risk := g.along[i]
		r.Line(word, g.rates.Value, risk, colour, dashes)
		// What was computed as the best rate, else the best one of the grid.
		at, least := g.best[i][0], g.best[i][1]
		if math.IsNaN(at) || g.column != "final_risk" {
			at, least = math.NaN(), math.Inf(1)
			for k, v := range risk {
				if v < least {
					at, least = g.rates.Value[k], v
				}
			}
		}
		if at >= g.rates.Value[0] && at <= g.rates.Value[len(g.rates.Value)-1] {
			r.Points("", []float64{at}, []float64{least}, nil, colour)
		}
	}
	return r
}

// curves shows the curves of the first point.
func (g *grid) curves(ctx context.Context, c *plan.Computer) (*chart.Chart, error) {
	_, curves, err := c.Compute(ctx, 0)
	if err != nil {
		return nil, err
	}
	columns := map[string][]float64{}
	for i, name := range curves.Names {
		columns[name] = curves.Columns[i]
	}
	t := columns["t"]
	if len(columns) < 2 || !slices.ContainsFunc(curves.Columns[1:], shows) {
		return nil, nil
	}
	p := g.spec.Point(0)
	r := &chart.Chart{Title: fmt.Sprintf("%s at rate %s, the first point", p.Word("optimizer"), p.Word("rate")), X: chart.Time, Y: chart.Risk, LogY: true}
	if slices.Contains(g.spec.Compute, "band") {
		r.Band(fmt.Sprintf("80%% of %d runs", g.spec.Runs), t, columns["runs_low"], columns["runs_high"], chart.SkyBlue)
	}
	for _, line := range []struct {
		column, name string
		colour       color.NRGBA
		dashes       []vg.Length
	}{
		{"runs_mean", "mean of the runs", chart.SkyBlue, chart.Solid}, {"paths_mean", "mean of the SDE", chart.Green, chart.Dotted},
		{"curve", "ODE", chart.Black, chart.Dashed},
	} {
		if y := columns[line.column]; y != nil && shows(y) {
			r.Line(line.name, t, y, line.colour, line.dashes)
		}
	}
	return r, nil
}
