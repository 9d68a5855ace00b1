// Weakapprox compares the two stochastic differential equations of signSGD, Appendix G of
// "Exact risk curves of signSGD in high dimensions" (arXiv:2411.12135): signHSGD, which is
// exact as d → ∞, and the weak approximation, whose noise lacks the square of the drift as
// that of a single step does. The two differ by a part of order 1/d of the risk.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

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
	Name: "weakapprox",
	Text: "Weakapprox examines Appendix G: signHSGD and the weak approximation, which differ in low dimension,\nat d = 2, 10 and that of -d.",
	Dim:  program.Default{Full: 100, Quick: 100},
	Runs: program.Default{Full: 2000, Quick: 200},
}

var (
	eta = flag.Float64("eta", 0.7, "learning rate `η`")
	law = flag.String("noise", "normal:0.5", "label noise `LAW`: "+noise.Grammar)
)

const horizon = 12 // in t = k/d

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	small := max(r.Runs, 2000) // small dimensions cost little and vary much
	full, weak, err := panel(ctx, r, 2, small)
	if err != nil {
		return err
	}
	se := math.Hypot(full.err, weak.err)
	r.Claim(program.AtMost("d = 2: five standard errors over the difference of late mean risks, signHSGD less weak approximation",
		5*se/max(full.mean-weak.mean, 0), 1))
	if _, _, err := panel(ctx, r, 10, small); err != nil {
		return err
	}
	if full, weak, err = panel(ctx, r, r.Dim, r.Runs); err != nil {
		return err
	}
	se = math.Hypot(full.err, weak.err)
	r.Claim(program.AtMost(fmt.Sprintf("d = %d: relative difference of the late mean risks", r.Dim),
		math.Abs(full.mean-weak.mean), 3/float64(r.Dim)+program.Sigmas(r.Runs)*se))
	return nil
}

// panel draws the picture in dimension d, and returns by how much of itself the late mean
// risk of signHSGD and of the weak approximation differ from that of signSGD.
func panel(ctx context.Context, r *program.Run, d, runs int) (full, weak number, err error) {
	// K has log-spaced eigenvalues in a Haar-random basis.
	lambda, err := spectra.LogSpaced(d, 0.3, 3)
	if err != nil {
		return full, weak, err
	}
	rng := ensemble.NewRand(r.Seed, 0, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return full, weak, err
	}
	p := signsgd.Problem{Covariance: k, Init: make([]float64, d)}
	if p.Noise, err = noise.Parse(*law); err != nil {
		return full, weak, err
	}
	spectra.FillNormal(p.Init, rng)

	// The risk starts at ten times the limit risk of signODE.
	rate := schedule.Constant(*eta)
	system, err := odes.New(p, signsgd.SignSGD{}, rate)
	if err != nil {
		return full, weak, err
	}
	limit, err := system.LimitRisk(ctx)
	if err != nil {
		return full, weak, err
	}
	if !(limit > 0) {
		return full, weak, fmt.Errorf("-eta is %v: the risk has no limit above 0 to start from", *eta)
	}
	if p, err = p.WithInitialRisk(10 * limit); err != nil {
		return full, weak, err
	}
	if system, err = system.WithInitialRisk(10 * limit); err != nil {
		return full, weak, err
	}

	// Record every so many steps, about 100 times in all.
	var times []float64
	for step, stride := 0, max((horizon*d+99)/100, 1); step <= horizon*d; step += stride {
		times = append(times, float64(step)/float64(d))
	}
	curve, err := system.Solve(ctx, times)
	if err != nil {
		return full, weak, err
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: runs, Seed: r.Seed, Times: times}
	settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d, signSGD", d))
	sign, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, rate, settings)
	if err != nil {
		return full, weak, err
	}
	settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d, signHSGD", d))
	sde, err := homogenized.SignHSGD(p, rate)
	if err != nil {
		return full, weak, err
	}
	hsgd, err := sde.Ensemble(ctx, settings)
	if err != nil {
		return full, weak, err
	}
	settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d, weak approximation", d))
	if sde.Limit, err = homogenized.WeakSignSGD(p); err != nil {
		return full, weak, err
	}
	approximate, err := sde.Ensemble(ctx, settings)
	if err != nil {
		return full, weak, err
	}

	c := &chart.Chart{Title: fmt.Sprintf("d = %d, η = %g, %d runs of each", d, *eta, runs), X: chart.Time, Y: chart.Risk, LogY: true}
	table := new(program.Table)
	table.Add("t", times)
	table.Add("signODE", curve.Risk)
	add := func(name string, of ensemble.Summary) {
		table.Add(name, of.Mean)
		table.Add(name+" 10%", of.Lo)
		table.Add(name+" 90%", of.Hi)
	}
	s, h, w := sign.Risk.Summary(0.8), hsgd.Risk.Summary(0.8), approximate.Risk.Summary(0.8)
	add("signSGD", s)
	add("signHSGD", h)
	add("weak approximation", w)
	c.Band("signSGD, 80% of runs", times, s.Lo, s.Hi, chart.Blue)
	c.Line("signSGD, mean", times, s.Mean, chart.Blue, chart.Solid)
	c.Bounds("signHSGD, 80% of paths", times, h.Lo, h.Hi, chart.Vermillion)
	c.Line("signHSGD, mean", times, h.Mean, chart.Vermillion, chart.Solid)
	c.Bounds("weak approximation, 80%", times, w.Lo, w.Hi, chart.Green)
	c.Line("weak approximation, mean", times, w.Mean, chart.Green, chart.Solid)
	c.Line("signODE", times, curve.Risk, chart.Black, chart.Dashed)
	r.Print(c.Title, table, (len(times)+8)/10)
	return over(hsgd.Risk, sign.Risk), over(approximate.Risk, sign.Risk), r.Save(fmt.Sprintf("weakapprox-d%d", d), c, table)
}

// number is a number with its standard error.
type number struct{ mean, err float64 }

// over returns by how much of itself the mean risk of the paths differs from that of the
// runs, averaged over the second half of the times.
func over(paths, runs ensemble.Paths) number {
	a, b := late(paths), late(runs)
	return number{a.mean/b.mean - 1, math.Hypot(a.err, b.err) / b.mean}
}

// late returns the mean risk over the second half of the times.
func late(runs ensemble.Paths) number {
	means := make([]float64, len(runs))
	for i, run := range runs {
		means[i] = stat.Mean(run[len(run)/2:], nil)
	}
	mean, deviation := stat.MeanStdDev(means, nil)
	return number{mean, stat.StdErr(deviation, float64(len(means)))}
}
