// Limitrisk reproduces Figure 7 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): the risk R∞ at which signSGD comes to rest against its learning
// rate, predicted by Theorem 3 and simulated, for several laws of the noise.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
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
	Name: "limitrisk",
	Text: "Limitrisk makes Figure 7: the limit risk of signSGD against its learning rate.",
	Dim:  program.Default{Full: 240, Quick: 160},
	Runs: program.Default{Full: 16, Quick: 16},
}

// The laws have variance 1 where they have one.
var laws = []struct {
	name   string
	law    noise.Law
	colour color.NRGBA
	dashes []vg.Length
}{
	{"none", noise.None{}, chart.Black, chart.Dotted},
	{"uniform", noise.Uniform{Min: -math.Sqrt(3), Max: math.Sqrt(3)}, chart.Green, chart.Dashed},
	{"normal", noise.Normal{Sigma: 1}, chart.Blue, chart.Solid},
	{"Student t, ν = 3", noise.StudentsT{Sigma: math.Sqrt(1. / 3), Nu: 3}, chart.SkyBlue, chart.DashDotted},
	{"Cauchy, γ = 1", noise.Cauchy{Scale: 1}, chart.Orange, chart.Dashed},
	{"Rademacher", noise.Rademacher{Scale: 1}, chart.Vermillion, chart.Solid},
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	lambda, err := spectra.LogSpaced(r.Dim, 0.25, 4)
	if err != nil {
		return err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return err
	}
	// At rest r_i ∝ c_i/λ_i. For a diagonal K the entries of such a θ are all equal.
	start := slices.Repeat([]float64{1}, r.Dim)
	rates := floats.LogSpan(make([]float64, 60), 0.04, 2)
	simulated := []float64{0.05, 0.1, 0.2, 0.4, 0.8, 1.6}
	if r.Quick {
		simulated = []float64{0.2, 0.8}
	}
	c := &chart.Chart{
		Title: fmt.Sprintf("Limit risk, Theorem 3 (lines) and %d runs (dots), d = %d", r.Runs, r.Dim),
		X:     "learning rate η  (steps of η/d)", Y: "limit risk  R∞", LogX: true, LogY: true,
	}
	table := new(program.Table)
	table.Add("η", simulated)
	for _, l := range laws {
		p := signsgd.Problem{Covariance: k, Noise: l.law, Init: start}
		// The first rate is a placeholder. WithRate puts all others in its place.
		system, err := odes.New(p, signsgd.SignSGD{}, schedule.Constant(rates[0]))
		if err != nil {
			return err
		}
		line := make([]float64, len(rates))
		for i, eta := range rates {
			if line[i], err = system.WithRate(schedule.Constant(eta)).LimitRisk(ctx); err != nil {
				return err
			}
		}
		var predicted, mean, se []float64
		var claims []program.Claim
		stage := r.Progress.Stage(l.name)
		for i, eta := range simulated {
			system := system.WithRate(schedule.Constant(eta))
			limit, err := system.LimitRisk(ctx)
			if err != nil {
				return err
			}
			m, e, err := late(ctx, r, p, system, limit)
			if err != nil {
				return err
			}
			predicted, mean, se = append(predicted, limit), append(mean, m), append(se, e)
			claims = append(claims, program.Claim{
				What:      fmt.Sprintf("R∞ of signSGD under %s noise, worst at η = %g", l.name, eta),
				Predicted: limit, Measured: m,
				// 1% for the time waited, the finite dimension and the standard error.
				Allowed: program.Sigmas(r.Runs)*e + (0.01+program.FiniteSize(r.Dim))*limit,
			})
			stage(i+1, len(simulated))
		}
		c.Line(l.name, rates, line, l.colour, l.dashes)
		c.Points("", simulated, mean, se, l.colour)
		table.Add(l.name+", R∞", predicted)
		table.Add("simulated", mean)
		table.Add("± s.e.", se)
		r.Claim(program.Worst(claims))
	}
	r.Print(c.Title, table, 1)
	if err := r.Save("limitrisk", c, table); err != nil {
		return err
	}
	return closedForm(ctx, r, k, rates)
}

// late returns the mean risk of signSGD over late times, with its standard error over
// the runs. They start at twice the limit risk, spread like their own limit, and wait
// until signODE has come within 1% of it before they are averaged over as much time
// again.
func late(ctx context.Context, r *program.Run, p signsgd.Problem, system *odes.System, limit float64) (mean, se float64, err error) {
	if p, err = p.WithInitialRisk(2 * limit); err != nil {
		return 0, 0, err
	}
	if system, err = system.WithInitialRisk(2 * limit); err != nil {
		return 0, 0, err
	}
	wait, err := system.TimeToReach(ctx, 1.01*limit, 1e4)
	if err != nil {
		return 0, 0, err
	}
	times := floats.Span(make([]float64, 101), wait, 2*wait)
	settings := ensemble.Settings{Horizon: times[100], Runs: r.Runs, Seed: r.Seed, Times: times}
	band, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, system.Rate, settings)
	if err != nil {
		return 0, 0, err
	}
	// The runs are independent, the times of one are not.
	means := make([]float64, len(band.Risk))
	for i, run := range band.Risk {
		means[i] = stat.Mean(run, nil)
	}
	mean, deviation := stat.MeanStdDev(means, nil)
	return mean, stat.StdErr(deviation, float64(len(means))), nil
}

// closedForm claims that the solver of R∞ gives equation (19) for normal noise.
func closedForm(ctx context.Context, r *program.Run, k spectra.Covariance, rates []float64) error {
	const v = 1
	trace := floats.Sum(spectra.StandardDeviations(k))
	system, err := odes.New(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: v}}, signsgd.SignSGD{}, schedule.Constant(rates[0]))
	if err != nil {
		return err
	}
	off := 0.0
	for _, eta := range rates {
		a := math.Pi * eta * trace / (8 * float64(k.Dim()))
		limit, err := system.WithRate(schedule.Constant(eta)).LimitRisk(ctx)
		if err != nil {
			return err
		}
		off = max(off, math.Abs(limit/(a*(a+math.Sqrt(a*a+v*v)))-1))
	}
	r.Claim(program.AtMost("R∞ under normal noise off equation (19)", off, 1e-10))
	return nil
}
