package main

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/spectra"
)

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

// curves is the picture of Figure 1(c) and (d).
func (r *runs) curves(title string) *chart.Chart {
	c := &chart.Chart{Title: title, X: chart.Time, Y: chart.Risk, LogY: true}
	c.Band("signSGD, 80% of runs", r.times, r.signSGD.Lo, r.signSGD.Hi, chart.Blue)
	c.Bounds("signHSGD, 80% of paths", r.times, r.signHSGD.Lo, r.signHSGD.Hi, chart.Orange)
	c.Band("SGD with (16), 80% of runs", r.times, r.sgd.Lo, r.sgd.Hi, chart.Green)
	c.Line("vanillaODE", r.times, r.vanilla, chart.Green, chart.Dashed)
	for i, l := range r.problem.Laws {
		c.Line("signODE, "+l.Name, r.times, r.signODE[i], styles[l.Name].color, styles[l.Name].dashes)
	}
	return c
}

// gaps is the picture of the relative gap between signODE with the best law and the mean
// of signSGD, with the parts of the data replaced one after the other by what theory
// assumes, and between the ODE of SGD and the mean of SGD.
func (r *runs) gaps(title string) *chart.Chart {
	c := &chart.Chart{Title: title + ": gap to the runs", X: chart.Time, Y: "ODE/mean − 1"}
	c.Line("data, one pass", r.times, gap(r.best(), r.signSGD), chart.Blue, chart.Solid)
	c.Line("data, redrawn", r.times, gap(r.best(), r.redrawn), chart.Orange, chart.Solid)
	c.Line("redrawn, independent noise", r.times, gap(r.best(), r.mixed), chart.Vermillion, chart.Solid)
	c.Line("Gaussian samples", r.times, gap(r.best(), r.model), chart.Black, chart.Solid)
	c.Line("SGD on the data", r.times, gap(r.vanilla, r.sgd), chart.Green, chart.Dashed)
	return c
}

// table returns every curve.
func (r *runs) table() *program.Table {
	t := new(program.Table)
	t.Add("t", r.times)
	t.Add("signSGD", r.signSGD.Mean)
	t.Add("signSGD 10%", r.signSGD.Lo)
	t.Add("signSGD 90%", r.signSGD.Hi)
	t.Add("redrawn", r.redrawn.Mean)
	t.Add("independent noise", r.mixed.Mean)
	t.Add("Gaussian samples", r.model.Mean)
	t.Add("signHSGD", r.signHSGD.Mean)
	for i, l := range r.problem.Laws {
		t.Add("signODE "+l.Name, r.signODE[i])
	}
	t.Add("SGD", r.sgd.Mean)
	t.Add("vanillaODE", r.vanilla)
	return t
}

// laws compares the laws: their likelihoods, how far their φ is from that of the
// residuals at the risks of the runs, and how far signODE with each is from the mean of
// signSGD, at most and where.
func (r *runs) laws() *program.Table {
	t := &program.Table{Head: "law", Names: []string{"log-lik./n", "BIC/n", "misfit of φ", "gap, data", "at t", "gap, redrawn", "gap, indep. noise", "gap, Gaussian", "share in band"}}
	laws := r.problem.Laws
	empirical := laws[len(laws)-1].Law
	lo, hi := slices.Min(r.signODE[0]), slices.Max(r.signODE[0])
	for i, l := range laws {
		curve := r.signODE[i]
		real, at := largest(gap(curve, r.signSGD), r.times)
		redrawn, _ := largest(gap(curve, r.redrawn), r.times)
		mixed, _ := largest(gap(curve, r.mixed), r.times)
		model, _ := largest(gap(curve, r.model), r.times)
		inside := 0.0
		for j := 1; j < len(curve); j++ {
			if curve[j] >= r.signSGD.Lo[j] && curve[j] <= r.signSGD.Hi[j] {
				inside++
			}
		}
		t.AddRow(l.Name, l.LogLikelihood, l.BIC, Misfit(l.Law, empirical, lo, hi), real, at, redrawn, mixed, model, inside/float64(len(curve)-1))
	}
	return t
}

// spectra is the picture of Figure 4, the eigenvalues of K and of K_σ.
func (p *Problem) spectra(title string) (*chart.Chart, *program.Table, error) {
	d := p.K.Dim()
	c := &chart.Chart{Title: title, X: "rank j", Y: "eigenvalue", LogX: true, LogY: true}
	t := new(program.Table)
	rank := make([]float64, d)
	for j := range rank {
		rank[j] = float64(j + 1)
	}
	t.Add("rank", rank)
	sigma, err := p.K.Entrywise(math.Asin) // K_σ up to 2/π
	if err != nil {
		return nil, nil, err
	}
	for _, m := range []struct {
		name   string
		k      spectra.Structured
		colour color.NRGBA
	}{{"K", p.K, chart.Blue}, {"Kσ", sigma.(spectra.Structured), chart.Orange}} {
		modes, err := m.k.Modes(spectra.Plain, make([]float64, d))
		if err != nil {
			return nil, nil, err
		}
		slices.Reverse(modes.Lambda)
		t.Add(m.name, modes.Lambda)
		c.Line(m.name, rank, modes.Lambda, m.colour, chart.Solid)
	}
	return c, t, nil
}

// histogram is the picture of Figure 10: the residuals and the densities fitted to them.
func (p *Problem) histogram(title string) *chart.Chart {
	c := &chart.Chart{Title: title + ": residuals", X: "ε = y − xᵀθ*", Y: "density"}
	edges, heights := bins(p.Fit.Residuals)
	var x, y []float64
	for i, h := range heights {
		x, y = append(x, edges[i], edges[i+1]), append(y, h, h)
	}
	c.Band(fmt.Sprintf("%d residuals", len(p.Fit.Residuals)), x, make([]float64, len(x)), y, chart.SkyBlue)
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
