// Riskcurves draws Figure 1(a) and (b) of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): runs of signSGD on synthetic data beside the SDE
// signHSGD and the ODE signODE that are its limits, and runs of SGD under the matched
// schedule (16) beside vanillaODE. Around the ODEs it draws the bands of the runs that
// theory gives without simulation.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
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
	Name: "riskcurves",
	Text: "Riskcurves draws Figure 1(a, b): signSGD on the curves of signHSGD and signODE, and SGD on vanillaODE.\n" +
		"With -noise it draws one panel with that noise.",
	Dim:  program.Default{Full: 500, Quick: 200},
	Runs: program.Default{Full: 32, Quick: 64},
}

var (
	rate        = program.OptionalFlag("eta", "learning rate `η` of signSGD (default 0.7, and 0.5 in panel b)")
	law         = flag.String("noise", "", "label noise `LAW`: "+noise.Grammar+" (default: both panels of the figure)")
	eigenvalues = flag.String("eigenvalues", "log:0.01,3.16", "eigenvalues of K: "+spectra.EigenvalueGrammar)
)

// horizon is the length of the runs in t = k/d: 5,000 steps at d = 500.
const horizon = 10

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	if *law != "" {
		return panel(ctx, r, "riskcurves", *law+" noise", *law, rate.Or(0.7))
	}
	if err := panel(ctx, r, "riskcurves-a", "(a) Gaussian noise, σ = 0.5", "normal:0.5", rate.Or(0.7)); err != nil {
		return err
	}
	return panel(ctx, r, "riskcurves-b", "(b) Cauchy noise, location 2, scale 1", "cauchy:2,1", rate.Or(0.5))
}

// panel draws one panel of the figure.
func panel(ctx context.Context, r *program.Run, name, title, law string, eta float64) error {
	// The problem: K has the eigenvalues in a Haar-random basis, and θ* is random.
	lambda, err := spectra.ParseEigenvalues(*eigenvalues, r.Dim)
	if err != nil {
		return err
	}
	rng := ensemble.NewRand(r.Seed, 0, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return err
	}
	p := signsgd.Problem{Covariance: k, Target: make([]float64, r.Dim)}
	spectra.FillNormal(p.Target, rng)
	if p.Noise, err = noise.Parse(law); err != nil {
		return err
	}

	// SGD has the matched schedule, where the noise has the variance that this needs.
	rate := schedule.Constant(eta)
	matched, err := signsgd.MatchSGD(p, rate)
	withSGD := !errors.Is(err, noise.ErrInfiniteVariance)
	if withSGD && err != nil {
		return err
	}

	// The risk starts at ten times the larger limit risk.
	limit, err := limitRisk(ctx, p, signsgd.SignSGD{}, rate)
	if err != nil {
		return err
	}
	larger, limits := limit, fmt.Sprintf("limit risk of signSGD %.4g", limit)
	if withSGD {
		if limit, err = limitRisk(ctx, p, signsgd.SGD{}, matched); err != nil {
			return err
		}
		limits += fmt.Sprintf(", of SGD at the matched rate (16) %.4g", limit)
		if !math.IsInf(limit, 1) {
			larger = max(larger, limit)
		}
	}
	if !(larger > 0) || math.IsInf(larger, 1) {
		return fmt.Errorf("η is %v: the limit risk is %v: must be positive and finite", eta, larger)
	}
	if p, err = p.WithInitialRisk(10 * larger); err != nil {
		return err
	}

	// Runs of signSGD, paths of its SDE, and the curve of its ODE.
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	settings.Progress = r.Progress.Stage(name + ", signSGD")
	band, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, rate, settings)
	if err != nil {
		return err
	}
	sign, signRuns := band.Risk.Summary(0.8), band.Risk
	settings.Progress = r.Progress.Stage(name + ", signHSGD")
	sde, err := homogenized.SignHSGD(p, rate)
	if err != nil {
		return err
	}
	if band, err = sde.Ensemble(ctx, settings); err != nil {
		return err
	}
	paths := band.Risk.Summary(0.8)
	curve, err := solve(ctx, p, signsgd.SignSGD{}, rate, times)
	if err != nil {
		return err
	}
	signODE := curve.Risk
	lo, hi, err := curve.Band(0.8)
	if err != nil {
		return err
	}

	c := &chart.Chart{Title: fmt.Sprintf("%s, η = %g, d = %d", title, eta, r.Dim), X: chart.Time, Y: chart.Risk, LogY: true}
	c.Band("signSGD, 80% of runs", times, sign.Lo, sign.Hi, chart.Blue)
	c.Bounds("signHSGD, 80% of paths", times, paths.Lo, paths.Hi, chart.Vermillion)
	c.Line("signSGD, 80% by theory", times, lo, chart.Blue, chart.Dashed)
	c.Line("", times, hi, chart.Blue, chart.Dashed)
	table := new(program.Table)
	table.Add("t", times)
	table.Add("signSGD", sign.Mean)
	table.Add("signSGD 10%", sign.Lo)
	table.Add("signSGD 90%", sign.Hi)
	table.Add("theory 10%", lo)
	table.Add("theory 90%", hi)
	table.Add("signHSGD", paths.Mean)
	table.Add("signHSGD 10%", paths.Lo)
	table.Add("signHSGD 90%", paths.Hi)
	table.Add("signODE", signODE)
	r.Claim(
		program.Follows(name+", mean risk of signSGD on signODE", times, signODE, sign.Mean, sign.StdErr, r.Runs, r.Dim),
		program.Follows(name+", mean risk of signHSGD on signODE", times, signODE, paths.Mean, paths.StdErr, r.Runs, r.Dim),
		program.Covers(name+", share of runs of signSGD in the 80% band of theory", signRuns, lo, hi, 0.8, r.Dim),
	)
	gaps := fmt.Sprintf("signSGD %.2g, signHSGD %.2g", gap(signODE, sign.Mean), gap(signODE, paths.Mean))

	if withSGD {
		settings.Progress = r.Progress.Stage(name + ", SGD")
		if band, err = signsgd.Ensemble(ctx, p, signsgd.SGD{}, matched, settings); err != nil {
			return err
		}
		sgd := band.Risk.Summary(0.8)
		curve, err := solve(ctx, p, signsgd.SGD{}, matched, times)
		if err != nil {
			return err
		}
		vanilla := curve.Risk
		lo, hi, err := curve.Band(0.8)
		if err != nil {
			return err
		}
		c.Band("SGD, matched rate, 80% of runs", times, sgd.Lo, sgd.Hi, chart.Green)
		c.Line("SGD, 80% by theory", times, lo, chart.Green, chart.DashDotted)
		c.Line("", times, hi, chart.Green, chart.DashDotted)
		c.Line("vanillaODE", times, vanilla, chart.Green, chart.Dashed)
		table.Add("SGD", sgd.Mean)
		table.Add("vanillaODE", vanilla)
		r.Claim(
			program.Follows(name+", mean risk of SGD on vanillaODE", times, vanilla, sgd.Mean, sgd.StdErr, r.Runs, r.Dim),
			program.Covers(name+", share of runs of SGD in the 80% band of theory", band.Risk, lo, hi, 0.8, r.Dim),
		)
		gaps += fmt.Sprintf(", SGD %.2g", gap(vanilla, sgd.Mean))
	}
	c.Line("signODE", times, signODE, chart.Black, chart.Solid)

	// With few runs, or where d is small, some times are outside by chance.
	if r.Dim >= about.Dim.Full && r.Runs >= about.Runs.Full {
		outside := 0
		for i := 1; i < len(times); i++ {
			if signODE[i] < sign.Lo[i] || signODE[i] > sign.Hi[i] {
				outside++
			}
		}
		r.Claim(program.AtMost(name+", times at which signODE leaves the 80% band of signSGD", float64(outside), 0))
	}
	r.Print(fmt.Sprintf("%s\nnoise %s, eigenvalues %s in a Haar-random basis, %d runs, seed %d\n%s, R(0) = %.4g\nlargest relative gap of a mean to its ODE: %s",
		c.Title, law, *eigenvalues, r.Runs, r.Seed, limits, signODE[0], gaps), table, 20)
	return r.Save(name, c, table)
}

// limitRisk returns the risk at which the deterministic equivalent comes to rest.
func limitRisk(ctx context.Context, p signsgd.Problem, o signsgd.Optimizer, rate schedule.Schedule) (float64, error) {
	system, err := odes.New(p, o, rate)
	if err != nil {
		return 0, err
	}
	return system.LimitRisk(ctx)
}

// solve returns the curve of the deterministic equivalent with the variance of the runs.
func solve(ctx context.Context, p signsgd.Problem, o signsgd.Optimizer, rate schedule.Schedule, times []float64) (*odes.Curve, error) {
	system, err := odes.New(p, o, rate)
	if err != nil {
		return nil, err
	}
	return system.Variance(ctx, times, odes.VarianceSettings{})
}

// gap returns the largest relative gap between a curve and the mean of the runs.
func gap(curve, mean []float64) float64 {
	largest := 0.0
	for i, m := range mean {
		largest = max(largest, math.Abs(m/curve[i]-1))
	}
	return largest
}
