// Bands shows bands without simulation: the variance of the risk about its curve from the
// theory of odes.System.Variance, beside runs.
//
// The band of signSGD covers what it should in every dimension. The band of SGD is not that
// of its SDE, HSGD, whose curve is the same. And the planner says how many runs tell two
// learning rates apart, before any run is made.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

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
	Name: "bands",
	Text: "Bands shows the theoretical bands of signSGD and SGD beside runs, and plans experiments with them.",
	Dim:  program.Default{Full: 800, Quick: 200},
	Runs: program.Default{Full: 1000, Quick: 500},
}

// The problem, in every dimension: a diagonal K with log-spaced eigenvalues, noise
// N(0, sigma²), and a start at the same risk.
const (
	lowest, highest = 0.1, 3
	sigma           = 0.5
	start           = 1 // R(0)
	horizon         = 4
)

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	if err := coverage(ctx, r); err != nil {
		return err
	}
	if err := twoBands(ctx, r); err != nil {
		return err
	}
	return plan(ctx, r)
}

// problem returns the problem in dimension d.
func problem(d int, seed uint64) (signsgd.Problem, error) {
	lambda, err := spectra.LogSpaced(d, lowest, highest)
	if err != nil {
		return signsgd.Problem{}, err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return signsgd.Problem{}, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, ensemble.NewRand(seed, d, "problem"))
	return p.WithInitialRisk(start)
}

// experiment is a rule at a rate: its curve with the variance, and runs.
type experiment struct {
	times []float64
	curve *odes.Curve
	runs  ensemble.Paths
}

// run makes the experiment in dimension d.
func run(ctx context.Context, r *program.Run, d int, o signsgd.Optimizer, eta float64, stage string) (*experiment, error) {
	p, err := problem(d, r.Seed)
	if err != nil {
		return nil, err
	}
	rate := schedule.Constant(eta)
	settings := ensemble.Settings{
		Horizon: horizon, Runs: r.Runs, Seed: r.Seed, Stream: stage, // its own random numbers
		Times: ensemble.LinearTimes(horizon, 41), Progress: r.Progress.Stage(stage),
	}
	e := &experiment{times: settings.Times}
	if e.curve, err = theory(ctx, p, o, eta, e.times, false); err != nil {
		return nil, err
	}
	band, err := signsgd.Ensemble(ctx, p, o, rate, settings)
	if err != nil {
		return nil, err
	}
	e.runs = band.Risk
	return e, nil
}

// theory returns the curve of the rule with the variance of its runs, or of the paths of
// its SDE.
func theory(ctx context.Context, p signsgd.Problem, o signsgd.Optimizer, eta float64, times []float64, sde bool) (*odes.Curve, error) {
	system, err := odes.New(p, o, schedule.Constant(eta))
	if err != nil {
		return nil, err
	}
	return system.Variance(ctx, times, odes.VarianceSettings{SDE: sde})
}

// coverage draws which share of the runs of signSGD lies in the 80% and the 95% band, and
// claims it, for d and its halves down to 50.
func coverage(ctx context.Context, r *program.Run) error {
	var dims []float64
	shares := [2][]float64{}
	levels := []float64{0.8, 0.95}
	for d := r.Dim; d >= 50; d /= 2 {
		e, err := run(ctx, r, d, signsgd.SignSGD{}, 0.7, fmt.Sprintf("signSGD, d = %d", d))
		if err != nil {
			return err
		}
		dims = append(dims, float64(d))
		for i, level := range levels {
			lo, hi, err := e.curve.Band(level)
			if err != nil {
				return err
			}
			c := program.Covers(fmt.Sprintf("signSGD, d = %d, share of runs in the %g%% band", d, 100*level), e.runs, lo, hi, level, d)
			r.Claim(c)
			shares[i] = append(shares[i], c.Measured)
		}
	}
	c := &chart.Chart{
		Title: fmt.Sprintf("signSGD: share of %d runs in the theoretical band", r.Runs),
		X:     "dimension d", Y: "share of runs, mean over time", LogX: true,
	}
	table := new(program.Table)
	table.Add("d", dims)
	for i, level := range levels {
		want, stdErr := make([]float64, len(dims)), make([]float64, len(dims))
		for j := range dims {
			want[j], stdErr[j] = level, math.Sqrt(level*(1-level)/float64(r.Runs))
		}
		colour := []color.NRGBA{chart.Blue, chart.Vermillion}[i]
		c.Line("", dims, want, colour, chart.Dashed)
		c.Points(fmt.Sprintf("%g%% band ± s.e. of one time", 100*level), dims, shares[i], stdErr, colour)
		table.Add(fmt.Sprintf("%g%% band", 100*level), shares[i])
	}
	r.Print(c.Title, table, 1)
	return r.Save("bands-coverage", c, table)
}

// twoBands draws the 80% band of runs of SGD, with the bands of SGD and of HSGD by theory.
func twoBands(ctx context.Context, r *program.Run) error {
	const eta = 1.2
	e, err := run(ctx, r, r.Dim, signsgd.SGD{}, eta, "SGD")
	if err != nil {
		return err
	}
	p, err := problem(r.Dim, r.Seed)
	if err != nil {
		return err
	}
	paths, err := theory(ctx, p, signsgd.SGD{}, eta, e.times, true)
	if err != nil {
		return err
	}
	own, sde := new(interval), new(interval)
	if own.lo, own.hi, err = e.curve.Band(0.8); err != nil {
		return err
	}
	if sde.lo, sde.hi, err = paths.Band(0.8); err != nil {
		return err
	}
	// The bands over the curve, which all share.
	runs := e.runs.Summary(0.8)
	for i, risk := range e.curve.Risk {
		for _, x := range [][]float64{runs.Lo, runs.Hi, own.lo, own.hi, sde.lo, sde.hi} {
			x[i] /= risk
		}
	}
	c := &chart.Chart{Title: fmt.Sprintf("η = %g, d = %d: SGD and HSGD have one mean and two spreads", eta, r.Dim), X: chart.Time, Y: "R / vanillaODE"}
	c.Band("SGD, 80% of runs", e.times, runs.Lo, runs.Hi, chart.Green)
	c.Line("SGD, 80% by theory", e.times, own.lo, chart.Black, chart.Solid)
	c.Line("", e.times, own.hi, chart.Black, chart.Solid)
	c.Line("HSGD, 80% by theory", e.times, sde.lo, chart.Vermillion, chart.Dashed)
	c.Line("", e.times, sde.hi, chart.Vermillion, chart.Dashed)
	table := new(program.Table)
	table.Add("t", e.times)
	table.Add("SGD 10%", runs.Lo)
	table.Add("SGD 90%", runs.Hi)
	table.Add("theory 10%", own.lo)
	table.Add("theory 90%", own.hi)
	table.Add("HSGD 10%", sde.lo)
	table.Add("HSGD 90%", sde.hi)
	r.Print(c.Title, table, 5)
	last := len(e.times) - 1
	variance := 0.0
	mean := e.runs.Summary(0.8).Mean[last]
	for _, run := range e.runs {
		variance += (run[last] - mean) * (run[last] - mean) / float64(len(e.runs)-1)
	}
	// The variance of n normal numbers has the relative standard error √(2/n).
	allowed := program.Sigmas(r.Runs)*math.Sqrt(2/float64(r.Runs)) + program.FiniteSize(r.Dim)
	r.Claim(program.Claim{
		What:      fmt.Sprintf("SGD, variance of the runs at t = %g over that of HSGD", e.times[last]),
		Predicted: e.curve.Variance[last] / paths.Variance[last],
		Measured:  variance / paths.Variance[last],
		Allowed:   allowed * e.curve.Variance[last] / paths.Variance[last],
	})
	return r.Save("bands-sgd", c, table)
}

// interval is a band.
type interval struct{ lo, hi []float64 }

// plan draws how many runs tell signSGD at other rates from signSGD at η = 0.5, and how often
// a run at one rate is below a run at another, which it claims.
func plan(ctx context.Context, r *program.Run) error {
	const slow, fast = 0.5, 0.6
	p, err := problem(r.Dim, r.Seed)
	if err != nil {
		return err
	}
	a, err := run(ctx, r, r.Dim, signsgd.SignSGD{}, slow, fmt.Sprintf("signSGD, η = %g", slow))
	if err != nil {
		return err
	}
	b, err := run(ctx, r, r.Dim, signsgd.SignSGD{}, fast, fmt.Sprintf("signSGD, η = %g", fast))
	if err != nil {
		return err
	}

	// No run is needed to know how many are.
	c := &chart.Chart{
		Title: fmt.Sprintf("signSGD at η against η = %g, d = %d: 95%% confidence, power 0.8", slow, r.Dim),
		X:     chart.Time, Y: "runs of each that are needed", LogY: true,
	}
	table := new(program.Table)
	table.Add("t", a.times)
	for i, eta := range []float64{0.52, 0.55, fast} {
		other, err := theory(ctx, p, signsgd.SignSGD{}, eta, a.times, false)
		if err != nil {
			return err
		}
		needed, err := odes.RunsNeeded(a.curve, other, 0.95, 0.8)
		if err != nil {
			return err
		}
		c.Line(fmt.Sprintf("η = %g", eta), a.times, needed, []color.NRGBA{chart.Blue, chart.Green, chart.Vermillion}[i], chart.Solid)
		table.Add(fmt.Sprintf("η=%g", eta), needed)
	}
	r.Print(c.Title, table, 5)
	if err := r.Save("bands-planner", c, table); err != nil {
		return err
	}

	predicted, err := odes.ProbabilityBelow(b.curve, a.curve)
	if err != nil {
		return err
	}
	var claims []program.Claim
	measured, stdErr := make([]float64, len(a.times)), make([]float64, len(a.times))
	for i := 1; i < len(a.times); i++ {
		for n := range a.runs {
			if b.runs[n][i] < a.runs[n][i] {
				measured[i] += 1 / float64(len(a.runs))
			}
		}
		stdErr[i] = math.Sqrt(predicted[i] * (1 - predicted[i]) / float64(len(a.runs)))
		claims = append(claims, program.Claim{
			What:      fmt.Sprintf("probability that a run at η = %g is below one at %g, worst at t = %.3g", fast, slow, a.times[i]),
			Predicted: predicted[i], Measured: measured[i],
			Allowed: program.Sigmas(r.Runs)*stdErr[i] + program.FiniteSize(r.Dim),
		})
	}
	r.Claim(program.Worst(claims))
	c = &chart.Chart{
		Title: fmt.Sprintf("A run of signSGD at η = %g against one at η = %g, d = %d", fast, slow, r.Dim),
		X:     chart.Time, Y: fmt.Sprintf("probability that R at %g is lower", fast),
	}
	c.Line("theory", a.times, predicted, chart.Black, chart.Solid)
	c.Points(fmt.Sprintf("%d pairs of runs ± s.e.", r.Runs), a.times[1:], measured[1:], stdErr[1:], chart.Blue)
	table = new(program.Table)
	table.Add("t", a.times)
	table.Add("theory", predicted)
	table.Add("simulated", measured)
	r.Print(c.Title, table, 5)
	return r.Save("bands-probability", c, table)
}
