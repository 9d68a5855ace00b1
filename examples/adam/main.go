// Adam examines Appendix F of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): runs of Adam beside the heuristic rule (264) with its SDE and
// ODE, beside the limit that Adam has when its memory lasts as long as the dimension,
// and beside signSGD.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "adam",
	Text: "Adam examines Appendix F: Adam beside its heuristic, the limit of its slow memory, and signSGD.",
	Dim:  program.Default{Full: 400, Quick: 300},
	Runs: program.Default{Full: 100, Quick: 48},
}

const (
	lowest, highest = 0.1, 3 // eigenvalues of K, in a Haar-random basis
	sigma           = 0.2    // of the noise
	start           = 2      // R(0)
	eta             = 1.0    // of Adam
	horizon         = 5

	// signSGD has the noise of the heuristic at the same rate, up to correlations, and
	// its drift at this one: φ/√(2R) is (2/π)/√(2𝓟) under normal noise.
	matched = math.Pi / 2 * eta
)

// memories are Adam with 1 − β2 = gamma/d: of one length, in t, in every dimension. At
// d = 400 they are β2 = 0.999, the default, and 0.99.
var memories = []struct {
	beta1, gamma float64
	colour       color.NRGBA
}{
	{0.9, 0.4, chart.Vermillion},
	{0, 0.4, chart.Vermillion},
	{0.9, 4, chart.Green},
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	p, err := problem(r)
	if err != nil {
		return err
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	c := &chart.Chart{
		Title: fmt.Sprintf("Adam, η = %g, d = %d: limits (lines), runs (dots)", float64(eta), r.Dim),
		X:     chart.Time, Y: chart.Risk, LogY: true,
	}
	table := new(program.Table)
	table.Add("t", times)

	// follow makes runs and claims that they follow the curve of their limit, early or late
	// by the delay at most. If there is a name for the legend it draws both: the curve as a
	// line, and of the runs their band and, as dots, their mean.
	follow := func(name, limit, legend string, curve []float64, delay float64, colour color.NRGBA, run func(ensemble.Settings) (*ensemble.Band, error)) error {
		settings.Progress = r.Progress.Stage(name)
		band, err := run(settings)
		if err != nil {
			return err
		}
		runs := band.Risk.Summary(0.8)
		table.Add(name, runs.Mean)
		table.Add(limit, curve)
		if legend != "" {
			c.Band("", times, runs.Lo, runs.Hi, colour)
			c.Line(legend, times, curve, colour, chart.Solid)
			c.Dots("", times, runs.Mean, colour)
		}
		r.Claim(program.FollowsWithin(fmt.Sprintf("mean risk of %s on %s", name, limit),
			times, curve, runs.Mean, runs.StdErr, r.Runs, r.Dim, slack(times, curve, delay)))
		return nil
	}
	simulate := func(o signsgd.Optimizer, rate schedule.Schedule) func(ensemble.Settings) (*ensemble.Band, error) {
		return func(s ensemble.Settings) (*ensemble.Band, error) { return signsgd.Ensemble(ctx, p, o, rate, s) }
	}

	// Adam beside the limit of its slow memory.
	for _, m := range memories {
		slow, err := homogenized.SlowAdam(p, m.gamma, homogenized.Corrected)
		if err != nil {
			return err
		}
		system, err := odes.NewFromLimit(p, slow, schedule.Constant(eta))
		if err != nil {
			return err
		}
		curve, err := system.Solve(ctx, times)
		if err != nil {
			return err
		}
		o := signsgd.Adam{Beta1: m.beta1, Beta2: 1 - m.gamma/float64(r.Dim), Epsilon: 1e-8}
		name, limit := fmt.Sprintf("Adam, β1 = %g, β2 = %.4g", o.Beta1, o.Beta2), fmt.Sprintf("slow memory, γ = %g", m.gamma)
		legend := fmt.Sprintf("Adam, β₂ = 1 − %g/d", m.gamma)
		if m.beta1 == 0 { // it looks like the one before
			legend = ""
		}
		if err := follow(name, limit, legend, curve.Risk, firstSteps(o, r.Dim), m.colour, simulate(o, schedule.Constant(eta))); err != nil {
			return err
		}
	}

	// The heuristic rule and its SDE beside its ODE.
	heuristic, err := odes.New(p, signsgd.AdamHeuristic{}, schedule.Constant(eta))
	if err != nil {
		return err
	}
	curve, err := heuristic.Solve(ctx, times)
	if err != nil {
		return err
	}
	if err := follow("heuristic rule (264)", "heuristic, ODE", "heuristic (264)", curve.Risk, 0, chart.Blue, simulate(signsgd.AdamHeuristic{}, schedule.Constant(eta))); err != nil {
		return err
	}
	sde, err := homogenized.New(p, signsgd.AdamHeuristic{}, schedule.Constant(eta))
	if err != nil {
		return err
	}
	if err := follow("heuristic SDE (265)", "heuristic, ODE", "", curve.Risk, 0, chart.Blue,
		func(s ensemble.Settings) (*ensemble.Band, error) { return sde.Ensemble(ctx, s) }); err != nil {
		return err
	}

	// signSGD beside signODE, with the noise and with the drift of the heuristic.
	for _, sign := range []struct {
		match  string
		rate   schedule.Constant
		colour color.NRGBA
	}{{"same noise", eta, chart.SkyBlue}, {"same drift", matched, chart.Purple}} {
		system, err := odes.New(p, signsgd.SignSGD{}, sign.rate)
		if err != nil {
			return err
		}
		curve, err := system.Solve(ctx, times)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("signSGD, η = %.3g", float64(sign.rate))
		if err := follow(name, "signODE, "+sign.match, name, curve.Risk, 0, sign.colour, simulate(signsgd.SignSGD{}, sign.rate)); err != nil {
			return err
		}
	}
	r.Print(c.Title, table, 20)
	return r.Save("adam", c, table)
}

// problem has log-spaced eigenvalues in a Haar-random basis, and a random start.
func problem(r *program.Run) (signsgd.Problem, error) {
	lambda, err := spectra.LogSpaced(r.Dim, lowest, highest)
	if err != nil {
		return signsgd.Problem{}, err
	}
	rng := ensemble.NewRand(r.Seed, 0, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return signsgd.Problem{}, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: make([]float64, r.Dim)}
	spectra.FillNormal(p.Init, rng)
	return p.WithInitialRisk(start)
}

// firstSteps is the time by which Adam may be late or early: its step k divides by a
// mean over k gradients, which changes the drift by a share of the order of 1/k, until
// k = 1/(1 − β2). In all that is worth Σ 1/k ≈ log(1/(1 − β2)) steps.
func firstSteps(o signsgd.Adam, d int) float64 {
	return -math.Log(1-o.Beta2) / float64(d)
}

// slack returns what a delay changes of the curve at each time.
func slack(times, curve []float64, delay float64) []float64 {
	change := make([]float64, len(times))
	for i := range times {
		j := max(i, 1)
		change[i] = delay * math.Abs(curve[j]-curve[j-1]) / (times[j] - times[j-1])
	}
	return change
}
