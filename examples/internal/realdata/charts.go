package realdata

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
)

// share is the share of the runs that a band holds.
const share = 0.8

// styles are the lines of the laws.
var styles = map[string]struct {
	color  color.NRGBA
	dashes []vg.Length
}{
	"normal":    {chart.Vermillion, chart.Dashed},
	"mixture":   {chart.Black, chart.Solid},
	"Student t": {chart.Purple, chart.Dotted},
	"empirical": {chart.SkyBlue, chart.Dashed},
}

// Curves is the picture of Figure 1(c) and (d).
func (p *Panel) Curves() *chart.Chart {
	c := &chart.Chart{Title: p.Config.Title, X: "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true}
	lo, hi := p.SignSGD.Central(share)
	c.Band("signSGD, 80% of runs", p.Times, lo, hi, chart.Blue)
	lo, hi = p.SignHSGD.Central(share)
	c.Band("signHSGD, 80% of paths", p.Times, lo, hi, chart.Orange)
	lo, hi = p.SGD.Central(share)
	c.Band("SGD with (16), 80% of runs", p.Times, lo, hi, chart.Green)
	c.Line("vanillaODE", p.Times, p.Vanilla, chart.Green, chart.Dashed)
	for i, l := range p.Problem.Laws {
		c.Line("signODE, "+l.Name, p.Times, p.SignODE[i], styles[l.Name].color, styles[l.Name].dashes)
	}
	return c
}

// Gaps is the picture of the relative gap between signODE with the best law and the mean
// of signSGD, with the parts of the data replaced one after the other by what theory
// assumes, and between the ODE of SGD and the mean of SGD.
func (p *Panel) Gaps() *chart.Chart {
	c := &chart.Chart{Title: p.Config.Title + ": gap to the mean of the runs", X: "t = k/d  (steps / dimension)", Y: "ODE/mean − 1", Legend: chart.TopLeft}
	c.Line("data, one pass", p.Times, gap(p.best(), p.SignSGD), chart.Blue, chart.Solid)
	c.Line("data, redrawn", p.Times, gap(p.best(), p.Redrawn), chart.Orange, chart.Solid)
	c.Line("redrawn, independent noise", p.Times, gap(p.best(), p.Mixed), chart.Vermillion, chart.Solid)
	c.Line("Gaussian samples", p.Times, gap(p.best(), p.Model), chart.Black, chart.Solid)
	c.Line("SGD on the data", p.Times, gap(p.Vanilla, p.SGD), chart.Green, chart.Dashed)
	return c
}

// Table returns every curve.
func (p *Panel) Table() *cli.Table {
	t := new(cli.Table)
	t.Add("t", p.Times)
	lo, hi := p.SignSGD.Central(share)
	t.Add("signSGD", p.SignSGD.Mean())
	t.Add("signSGD 10%", lo)
	t.Add("signSGD 90%", hi)
	t.Add("redrawn", p.Redrawn.Mean())
	t.Add("independent noise", p.Mixed.Mean())
	t.Add("Gaussian samples", p.Model.Mean())
	t.Add("signHSGD", p.SignHSGD.Mean())
	for i, l := range p.Problem.Laws {
		t.Add("signODE "+l.Name, p.SignODE[i])
	}
	t.Add("SGD", p.SGD.Mean())
	t.Add("vanillaODE", p.Vanilla)
	return t
}

// LawTable compares the laws: their likelihoods, how far their φ is from that of the
// residuals at the risks of the runs, and how far signODE with each is from the mean of
// signSGD, at most and where.
func (p *Panel) LawTable() *cli.Table {
	t := &cli.Table{Head: "law"}
	columns := make([][]float64, 9)
	laws := p.Problem.Laws
	empirical := laws[len(laws)-1].Law
	lo, hi := slices.Min(p.SignODE[0]), slices.Max(p.SignODE[0])
	for i, l := range laws {
		t.Labels = append(t.Labels, l.Name)
		real, at := largest(gap(p.SignODE[i], p.SignSGD), p.Times)
		redrawn, _ := largest(gap(p.SignODE[i], p.Redrawn), p.Times)
		mixed, _ := largest(gap(p.SignODE[i], p.Mixed), p.Times)
		model, _ := largest(gap(p.SignODE[i], p.Model), p.Times)
		band := 0.0
		low, high := p.SignSGD.Central(share)
		for j, r := range p.SignODE[i] {
			if p.Times[j] > 0 && r >= low[j] && r <= high[j] {
				band++
			}
		}
		for k, v := range []float64{l.LogLikelihood, l.BIC, Misfit(l.Law, empirical, lo, hi), real, at, redrawn, mixed, model, band / float64(len(p.Times)-1)} {
			columns[k] = append(columns[k], v)
		}
	}
	for k, name := range []string{"log-lik./n", "BIC/n", "misfit of φ", "gap, data", "at t", "gap, redrawn", "gap, indep. noise", "gap, Gaussian", "share in band"} {
		t.Add(name, columns[k])
	}
	return t
}

// Histogram is the picture of Figure 10: the residuals and the densities fitted to them.
func (p *Problem) Histogram(title string) *chart.Chart {
	c := &chart.Chart{Title: title + ": residuals", X: "ε = y − xᵀθ*", Y: "density"}
	edges, heights := bins(p.Residual)
	var x, y []float64
	for i, h := range heights {
		x, y = append(x, edges[i], edges[i+1]), append(y, h, h)
	}
	c.Band(fmt.Sprintf("%d residuals", len(p.Y)), x, make([]float64, len(x)), y, chart.SkyBlue)
	grid := make([]float64, 400)
	for i := range grid {
		grid[i] = edges[0] + (edges[len(edges)-1]-edges[0])*float64(i)/float64(len(grid)-1)
	}
	for _, l := range p.Laws {
		if l.Density == nil {
			continue
		}
		density := make([]float64, len(grid))
		for j, v := range grid {
			density[j] = l.Density(v)
		}
		c.Line(l.Name, grid, density, styles[l.Name].color, styles[l.Name].dashes)
	}
	return c
}

// bins returns the edges and heights of a histogram with bins of the width of D. Freedman
// and P. Diaconis (Z. Wahrscheinlichkeitstheorie 57 (1981) 453), at most 200.
func bins(values []float64) (edges, heights []float64) {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	lo, hi := sorted[0], sorted[n-1]
	width := 2 * (sorted[3*n/4] - sorted[n/4]) / math.Cbrt(float64(n))
	count := 200
	if width > 0 {
		count = int(min(math.Ceil((hi-lo)/width), 200))
	}
	width = (hi - lo) / float64(count)
	heights = make([]float64, count)
	for i := range count + 1 {
		edges = append(edges, lo+width*float64(i))
	}
	for _, v := range sorted {
		heights[min(int((v-lo)/width), count-1)] += 1 / (float64(n) * width)
	}
	return edges, heights
}
