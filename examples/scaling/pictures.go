package main

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/odes/frontier"
)

const computeAxis = "compute  f = d · steps · batch"

var (
	colours = []color.NRGBA{chart.Blue, chart.Vermillion, chart.Green}
	faint   = []color.NRGBA{chart.SkyBlue, chart.Orange, chart.Green}
)

// pictures draws the losses, the best sizes and the local exponents of a point.
func pictures(r *program.Run, p point, frontiers []*frontier.Frontier) error {
	loss := &chart.Chart{Title: fmt.Sprintf("%v: the curves of five sizes and their frontier", p), X: computeAxis, Y: "loss  R + irreducible risk", LogX: true, LogY: true}
	size := &chart.Chart{Title: fmt.Sprintf("%v: the best size", p), X: computeAxis, Y: "best size  d", LogX: true, LogY: true}
	slope := &chart.Chart{Title: fmt.Sprintf("%v: the local exponent of the loss", p), X: computeAxis, Y: "p  in loss ~ f^−p", LogX: true}
	table := new(program.Table)
	table.Add("compute", frontiers[0].Compute)
	for o, f := range frontiers {
		for m, losses := range f.Losses {
			name := ""
			if m == 0 {
				name = optimizers[o].name + ", each size"
			}
			loss.Line(name, f.Compute, losses, faint[o], chart.Dotted)
		}
	}
	for o, f := range frontiers {
		name := optimizers[o].name
		table.Add(name, f.Loss())
		sizes := make([]float64, len(f.Compute))
		for i, m := range f.Best {
			sizes[i] = math.NaN()
			if m >= 0 {
				sizes[i] = float64(f.Dims[m])
			}
		}
		table.Add("size, "+name, sizes)
		loss.Line(name, f.Compute, f.Loss(), colours[o], chart.Solid)
		size.Line(name, f.Compute, sizes, colours[o], chart.Solid)
		label := name
		for _, e := range f.Exponents() {
			slope.Line(label, []float64{e.From, e.To}, []float64{e.Loss, e.Loss}, colours[o], chart.Solid)
			label = ""
		}
	}
	// The published exponents, through the middle of the frontier of SGD.
	f := frontiers[0]
	if from, to := f.Inner(); from < to {
		middle := (from + to) / 2
		ends := []float64{f.Compute[from], f.Compute[to-1]}
		power := func(at, p float64) []float64 {
			return []float64{at * math.Pow(ends[0]/f.Compute[middle], p), at * math.Pow(ends[1]/f.Compute[middle], p)}
		}
		loss.Line(fmt.Sprintf("published for SGD, f^−%.3g", p.loss), ends, power(f.Loss()[middle], -p.loss), chart.Black, chart.Dashed)
		size.Line(fmt.Sprintf("published for SGD, f^%.3g", p.size), ends, power(float64(f.Dims[f.Best[middle]]), p.size), chart.Black, chart.Dashed)
		slope.Line(fmt.Sprintf("published for SGD, %.3g", p.loss), ends, []float64{p.loss, p.loss}, chart.Black, chart.Dashed)
	}
	return errors.Join(r.Save("scaling-"+p.name, loss, table), r.Save("scaling-"+p.name+"-size", size, nil), r.Save("scaling-"+p.name+"-exponent", slope, nil))
}
