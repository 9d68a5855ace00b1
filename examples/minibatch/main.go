// Minibatch reproduces Figure 5 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): signSGD with mini-batches of 1, 4, 16 and 64 samples and its
// deterministic curves, under normal noise, for which batches change only the noise of
// the steps, and under noise ±a, for which they change everything: alone, the sign of a
// gradient says nothing once the risk is far below a², and a batch gives the noise a
// density. The theory holds for batches far smaller than d: at B = 64 the runs end some
// percent above their curve.
package main

import (
	"context"
	"fmt"
	"image/color"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "minibatch",
	Text: "Minibatch makes Figure 5: signSGD in batches of 1, 4, 16 and 64 samples on its curves.",
	Dim:  program.Default{Full: 400, Quick: 200},
	Runs: program.Default{Full: 16, Quick: 12},
}

const (
	eta     = 0.3
	start   = 0.5 // R(0)
	horizon = 15  // in t = k/d
)

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	if err := panel(ctx, r, "minibatch-normal", "Gaussian noise", noise.Normal{Sigma: 1}); err != nil {
		return err
	}
	return panel(ctx, r, "minibatch-rademacher", "Rademacher noise", noise.Rademacher{Scale: 1})
}

// panel draws the risk for every batch size B. The rate is η/c_B, so that by (9) the drift
// is η φ_B(R)/√(2R) for every B, and only φ_B and the noise of the steps tell them apart.
func panel(ctx context.Context, r *program.Run, name, title string, law noise.Law) error {
	p, err := problem(r.Dim, law, r.Seed)
	if err != nil {
		return err
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	c := &chart.Chart{Title: fmt.Sprintf("signSGD in batches, %s, d = %d", title, r.Dim), X: chart.Time, Y: chart.Risk, LogY: true}
	table := new(program.Table)
	table.Add("t", times)
	batches := []int{1, 4, 16, 64}
	if r.Quick {
		batches = batches[:3]
	}
	curves := make([][]float64, len(batches))
	for i, b := range batches {
		p.Batch = b
		rate := schedule.Constant(eta / noise.BatchFactor(b))
		what := fmt.Sprintf("B = %d", b)
		settings.Progress = r.Progress.Stage(title + ", " + what)
		band, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, rate, settings)
		if err != nil {
			return err
		}
		runs := band.Risk.Summary(0.8)
		system, err := odes.New(p, signsgd.SignSGD{}, rate)
		if err != nil {
			return err
		}
		curve, err := system.Solve(ctx, times)
		if err != nil {
			return err
		}
		curves[i] = curve.Risk

		colour := []color.NRGBA{chart.Blue, chart.Orange, chart.Green, chart.Purple}[i]
		c.Band(what+", 80% of runs", times, runs.Lo, runs.Hi, colour)
		table.Add(what, runs.Mean)
		table.Add(what+", ODE", curve.Risk)
		// The errors of the theory grow with the batch: they are of order B/d.
		r.Claim(program.Follows(title+", "+what, times, curve.Risk, runs.Mean, runs.StdErr, r.Runs, r.Dim*4/(4+b)))
	}
	legend := "signODE"
	for _, curve := range curves {
		c.Line(legend, times, curve, chart.Black, chart.Dashed)
		legend = ""
	}
	r.Print(fmt.Sprintf("%s, η = %g/c_B", c.Title, eta), table, len(times)/8)
	return r.Save(name, c, table)
}

// problem has a diagonal K with entries from 0.1 to 1 and a random start.
func problem(d int, law noise.Law, seed uint64) (signsgd.Problem, error) {
	lambda, err := spectra.LogSpaced(d, 0.1, 1)
	if err != nil {
		return signsgd.Problem{}, err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return signsgd.Problem{}, err
	}
	p := signsgd.Problem{Covariance: k, Noise: law, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, ensemble.NewRand(seed, 0, "problem"))
	return p.WithInitialRisk(start)
}
