package concentration

import (
	"fmt"
	"image/color"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/signsgd"
)

// bands draws the 80% bands of R over signODE in the smallest, the middle and the
// largest dimension: those of signSGD filled, those of signHSGD by their bounds.
func bands(samples []*sample) figure.Panel {
	c := &chart.Chart{
		Title: fmt.Sprintf("80%% of runs around signODE, η = %g, noise N(0, %g²)", eta, sigma),
		X:     "t = k/d  (steps / dimension)",
		Y:     "R / signODE",
	}
	table := new(cli.Table)
	table.Add("t", samples[0].times)
	for i, s := range []*sample{samples[0], samples[len(samples)/2], samples[len(samples)-1]} {
		colour := []color.NRGBA{chart.Orange, chart.SkyBlue, chart.Blue}[i]
		lo, hi := relative(s.signSGD.Paths, s.curve)
		c.Band(fmt.Sprintf("signSGD, d = %d", s.dim), s.times, lo, hi, colour)
		table.Add(fmt.Sprintf("signODE, d=%d", s.dim), s.curve)
		table.Add("signSGD 10%", lo)
		table.Add("signSGD 90%", hi)
		lo, hi = relative(s.signHSGD.Paths, s.curve)
		c.Line(fmt.Sprintf("signHSGD, d = %d", s.dim), s.times, lo, colour, chart.Dashed)
		c.Line("", s.times, hi, colour, chart.Dashed)
		table.Add("signHSGD 10%", lo)
		table.Add("signHSGD 90%", hi)
	}
	one := make([]float64, len(samples[0].times))
	for i := range one {
		one[i] = 1
	}
	c.Line("signODE", samples[0].times, one, chart.Black, chart.Solid)
	c.YMin, c.YMax = 0.6, 1.9
	return figure.Panel{Name: "concentration-bands", Chart: c, Table: table}
}

// relative returns the bounds of the band of 80% of the runs over the curve.
func relative(runs signsgd.Paths, curve []float64) (lo, hi []float64) {
	lo, hi = runs.Central(0.8)
	for i, r := range curve {
		lo[i] /= r
		hi[i] /= r
	}
	return lo, hi
}

// slopes draws the distance of the runs from signODE against d.
func slopes(samples []*sample, sign, sde line) figure.Panel {
	c := &chart.Chart{
		Title: "Distance from signODE against the dimension",
		X:     "dimension d",
		Y:     "mean over runs of sup |R/signODE − 1|",
		LogX:  true, LogY: true,
	}
	columns := make([][]float64, 10)
	for _, s := range samples {
		d := float64(s.dim)
		for j, v := range []float64{
			d, s.signSGD.gap.mean, s.signSGD.gap.err, sign.at(d), s.signHSGD.gap.mean, s.signHSGD.gap.err, sde.at(d),
			s.signSGD.spread, s.signHSGD.spread, s.weak.spread,
		} {
			columns[j] = append(columns[j], v)
		}
	}
	table := new(cli.Table)
	for j, name := range []string{"d", "signSGD gap", "± s.e.", "fit", "signHSGD gap", "± s.e.", "fit", "signSGD spread", "signHSGD spread", "weak spread"} {
		table.Add(name, columns[j])
	}
	c.Line(fmt.Sprintf("signSGD, fitted d^(%.3f ± %.3f)", sign.slope, quantile99*sign.err), columns[0], columns[3], chart.Blue, chart.Solid)
	c.Line(fmt.Sprintf("signHSGD, fitted d^(%.3f ± %.3f)", sde.slope, quantile99*sde.err), columns[0], columns[6], chart.Orange, chart.Dashed)
	c.Points("signSGD ± standard error", columns[0], columns[1], columns[2], chart.Blue)
	c.Points("signHSGD ± standard error", columns[0], columns[4], columns[5], chart.Orange)
	return figure.Panel{Name: "concentration-slope", Chart: c, Table: table, Stride: 1}
}
