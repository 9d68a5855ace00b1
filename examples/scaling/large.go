package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/odes/frontier"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// large draws the local exponents of SGD on the deterministic equivalents of large sizes.
// They claim to draw near the published ones, which hold for infinite sizes.
func large(ctx context.Context, r *program.Run) error {
	largest := 1 << 21
	if r.Quick {
		largest = 1 << 13
	}
	c := &chart.Chart{Title: "SGD on the deterministic equivalent", X: computeAxis, Y: "local exponent / published exponent", LogX: true}
	table := &program.Table{Head: "point"}
	table.Names = []string{"from", "to", "loss", "published", "size", "size published"}
	progress := r.Progress.Stage("deterministic equivalents")
	for i, p := range points[:4] {
		var models []frontier.Model
		for d := 1 << 7; d <= largest; d *= 4 {
			model, err := equivalent(ctx, p, d)
			if err != nil {
				return fmt.Errorf("%v, d = %d: %w", p, d, err)
			}
			models = append(models, model)
		}
		compute := floats.LogSpan(make([]float64, 300), 1e3, math.Pow(float64(largest), 3.2))
		f, err := frontier.New(ctx, models, compute, frontier.Settings{})
		if err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
		var at, ratio []float64
		for _, e := range f.Exponents() {
			table.AddRow(p.String(), e.From, e.To, e.Loss, p.loss, e.Size, p.size)
			at, ratio = append(at, math.Sqrt(e.From*e.To)), append(ratio, e.Loss/p.loss)
		}
		if e := f.Exponents(); len(e) > 1 {
			first, last := e[0], e[len(e)-1]
			r.Claim(program.AtMost(fmt.Sprintf("%v, SGD: distance to the published exponent of the loss, f to %.2g over f to %.2g", p, last.To, first.To), math.Abs(last.Loss-p.loss)/math.Abs(first.Loss-p.loss), 1))
		}
		c.Line(p.String(), at, ratio, colourOf[i], chart.Solid)
		progress(i+1, 4)
	}
	r.Print("SGD on the deterministic equivalent: local exponents of the loss and of the best size", table, 1)
	return r.Save("scaling-large", c, table)
}

var colourOf = []color.NRGBA{chart.Blue, chart.Green, chart.Vermillion, chart.Purple}

// equivalent returns the model of SGD on the deterministic equivalent.
func equivalent(ctx context.Context, p point, d int) (frontier.Model, error) {
	e, err := spectra.NewEquivalent(p.features(d))
	if err != nil {
		return frontier.Model{}, err
	}
	modes, err := e.Modes(ctx)
	if err != nil {
		return frontier.Model{}, err
	}
	irreducible := e.Irreducible()
	// The limit of SGD depends on the noise alone, so any covariance will do.
	one, err := spectra.NewIsotropic(1, 1)
	if err != nil {
		return frontier.Model{}, err
	}
	limit, err := homogenized.SGD(signsgd.Problem{Covariance: one, Noise: noise.Normal{Sigma: math.Sqrt(2 * irreducible)}})
	if err != nil {
		return frontier.Model{}, err
	}
	system, err := odes.NewFromModes(modes, limit, schedule.Constant(0))
	if err != nil {
		return frontier.Model{}, err
	}
	system.Tolerance = 1e-5
	return frontier.Model{System: system, Rates: rates(float64(d), 512), Irreducible: irreducible}, nil
}
