// Momentum asks what long-memory momentum buys, by spectrum: for power laws of the
// variances it gives SGD, the heavy ball, Nesterov's method and DANA their best learning
// rates for a horizon, by their limits alone, and runs the winners to check.
package main

import (
	"context"
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"

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
	Name: "momentum",
	Text: "Momentum compares SGD with long-memory momentum, each at its best rate, by spectrum.",
	Dim:  program.Default{Full: 400, Quick: 50},
	Runs: program.Default{Full: 100, Quick: 100},
}

const (
	sigma   = 0.05 // of the noise
	start   = 1    // R(0)
	horizon = 20
)

// methods are momenta in units of the learning rate. The memory of the heavy ball and of
// Nesterov's method is a quarter of the horizon; that of DANA grows with the run.
var methods = []struct {
	name      string
	optimizer signsgd.Optimizer
	colour    color.NRGBA
	dashes    []vg.Length
}{
	{"SGD", signsgd.SGD{}, chart.Black, chart.Solid},
	{"heavy ball, δ = 0.2", momentum(schedule.Constant(0.2), 0, 1), chart.Orange, chart.Dashed},
	{"Nesterov, δ = 0.2", momentum(schedule.Constant(0.2), 1, 0.3), chart.Green, chart.DashDotted},
	{"DANA, δ = 8/(8 + t)", momentum(schedule.Power{Start: 1, Scale: 8, Exponent: 1}, 1, 0.3), chart.Blue, chart.Solid},
}

func momentum(delta schedule.Schedule, gamma2, gamma3 float64) signsgd.Optimizer {
	return signsgd.LongMomentum{Delta: delta, Gamma1: schedule.Constant(1), Gamma2: schedule.Constant(gamma2), Gamma3: schedule.Constant(gamma3)}
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	exponents := []float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5}
	if r.Quick {
		exponents = []float64{1}
	}
	final := make([][]float64, len(methods))
	simulated := make([]float64, len(methods)) // at α = 1
	stage := r.Progress.Stage("best rates")
	for e, alpha := range exponents {
		p, err := problem(r.Dim, alpha, r.Seed)
		if err != nil {
			return err
		}
		for m, method := range methods {
			system, err := odes.New(p, method.optimizer, schedule.Constant(1))
			if err != nil {
				return err
			}
			system.Tolerance = 1e-4 // a hundred solutions for each
			eta, risk, err := system.BestConstant(ctx, horizon)
			if err != nil {
				return err
			}
			final[m] = append(final[m], risk)
			r.Printf("α = %g, %s: η = %.4g, R = %.4g\n", alpha, method.name, eta, risk)
			stage(e*len(methods)+m+1, len(exponents)*len(methods))
			if alpha == 1 {
				if simulated[m], err = check(ctx, r, p, method.name, method.optimizer, eta); err != nil {
					return err
				}
			}
		}
	}
	c := &chart.Chart{
		Title: fmt.Sprintf("Risk at t = %d at the best rates: limits (lines), runs (dots), d = %d", horizon, r.Dim),
		X:     "exponent α of the spectrum  j^−α", Y: "risk  R", LogY: true,
	}
	table := new(program.Table)
	table.Add("α", exponents)
	for m, method := range methods {
		table.Add(method.name, final[m])
		c.Line(method.name, exponents, final[m], method.colour, method.dashes)
		c.Dots("", []float64{1}, simulated[m:m+1], method.colour)
	}
	r.Print(c.Title, table, 1)
	return r.Save("momentum", c, table)
}

// check runs a method at its best rate, claims that it follows its curve, and returns the
// mean of the risks at the end.
func check(ctx context.Context, r *program.Run, p signsgd.Problem, name string, o signsgd.Optimizer, eta float64) (float64, error) {
	system, err := odes.New(p, o, schedule.Constant(eta))
	if err != nil {
		return 0, err
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	curve, err := system.Solve(ctx, times)
	if err != nil {
		return 0, err
	}
	settings.Progress = r.Progress.Stage(name)
	band, err := signsgd.Ensemble(ctx, p, o, schedule.Constant(eta), settings)
	if err != nil {
		return 0, err
	}
	runs := band.Risk.Summary(0.8)
	r.Claim(program.Follows("mean risk of "+name+" at its best rate, α = 1", times, curve.Risk, runs.Mean, runs.StdErr, r.Runs, r.Dim))
	return runs.Mean[len(times)-1], nil
}

// problem has the variances j^−α, scaled to the mean 1, and a random θ*.
func problem(d int, alpha float64, seed uint64) (signsgd.Problem, error) {
	lambda, err := spectra.PowerLaw(d, alpha)
	if err != nil {
		return signsgd.Problem{}, err
	}
	mean := 0.0
	for _, l := range lambda {
		mean += l / float64(d)
	}
	for i := range lambda {
		lambda[i] /= mean
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return signsgd.Problem{}, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, ensemble.NewRand(seed, d, "problem"))
	return p.WithInitialRisk(start)
}
