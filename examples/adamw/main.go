// Adamw runs AdamW as people run it, β = (0.9, 0.999) with weight decay, warm-up and a
// cosine, on a problem with a power-law spectrum, beside its limit. The limit knows the
// second moment that 1,000 steps remember; the heuristic of Appendix F of "Exact risk
// curves of signSGD in high dimensions" (arXiv:2411.12135) does not.
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
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "adamw",
	Text: "Adamw runs AdamW with its default memories beside its limit, in several dimensions.",
	Dim:  program.Default{Full: 4000, Quick: 400},
	Runs: program.Default{Full: 8, Quick: 16},
}

const (
	sigma   = 0.2  // of the noise
	start   = 2    // R(0), from θ = 0
	peak    = 1.2  // η after the warm-up
	warmup  = 0.5  // in t
	horizon = 8    // where the cosine ends
	decay   = 0.05 // λ of AdamW
	ema     = 1    // ω of the average: the decay 1 − ω/d
)

// warmupCosine rises linearly to peak during warmup and falls along half a cosine to 0.
type warmupCosine struct{}

func (warmupCosine) Rate(t float64, _ schedule.Position) float64 {
	if t < warmup {
		return peak * t / warmup
	}
	c := math.Cos(math.Pi / 2 * min((t-warmup)/(horizon-warmup), 1))
	return peak * c * c
}

func (warmupCosine) Breaks() []float64 { return []float64{warmup, horizon} }

var _ schedule.Piecewise = warmupCosine{}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	sizes := []int{r.Dim / 8, r.Dim / 2, r.Dim}
	colours := []color.NRGBA{chart.Orange, chart.Green, chart.Blue}
	c := &chart.Chart{
		Title: "AdamW (0.9, 0.999): limits (lines), runs (dots)",
		X:     chart.Time, Y: chart.Risk, LogY: true,
	}
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	table := new(program.Table)
	table.Add("t", times)
	for i, d := range sizes {
		p, err := problem(d, r.Seed)
		if err != nil {
			return err
		}
		adamw := signsgd.AdamW{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Decay: decay}
		averaged := signsgd.Averaged{Optimizer: adamw, Averages: []signsgd.Average{{Rate: ema}}}
		// The limit is taken of the optimizer's own value, for this dimension.
		limit, err := homogenized.Of(p, averaged)
		if err != nil {
			return err
		}
		r.Printf("d = %d: %s\n", d, limit.Regime)
		system, err := odes.NewFromLimit(p, limit, warmupCosine{})
		if err != nil {
			return err
		}
		curve, err := system.Solve(ctx, times)
		if err != nil {
			return err
		}
		settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d", d))
		band, err := signsgd.Ensemble(ctx, p, averaged, warmupCosine{}, settings)
		if err != nil {
			return err
		}
		runs, average := band.Risk.Summary(0.8), band.Observed[0].Summary(0.8)
		ofAverage := curve.Overlap("average", "average")
		name := fmt.Sprintf("d = %d", d)
		table.Add(name+", limit", curve.Risk)
		table.Add("runs", runs.Mean)
		table.Add("average, limit", ofAverage)
		table.Add("runs", average.Mean)
		c.Line(name, times, curve.Risk, colours[i], chart.Solid)
		c.Dots("", times, runs.Mean, colours[i])
		r.Claim(program.FollowsWithin("mean risk of AdamW, "+name, times, curve.Risk, runs.Mean, runs.StdErr, r.Runs, d, slack(times, curve.Risk, late(d))))
		r.Claim(program.FollowsWithin("mean risk of its average, "+name, times, ofAverage, average.Mean, average.StdErr, r.Runs, d, slack(times, ofAverage, late(d))))
		if i > 0 {
			continue
		}
		c.Line(fmt.Sprintf("average, d = %d", d), times, ofAverage, chart.Purple, chart.DashDotted)
		c.Dots("", times, average.Mean, chart.Purple)

		// The heuristic has no memory. It misses most where 1,000 steps are long: in the
		// smallest dimension.
		heuristic, err := homogenized.AdamHeuristic(p)
		if err != nil {
			return err
		}
		if heuristic, err = homogenized.DecayOf(heuristic, homogenized.TimesRate(decay)); err != nil {
			return err
		}
		if system, err = system.WithLimit(heuristic); err != nil {
			return err
		}
		missed, err := system.Solve(ctx, times)
		if err != nil {
			return err
		}
		table.Add("heuristic", missed.Risk)
		c.Line("heuristic (265)", times, missed.Risk, chart.Black, chart.Dashed)
		r.Claim(program.AtMost("worst relative error of the limit over that of the heuristic, "+name,
			largest(curve.Risk, runs.Mean)/largest(missed.Risk, runs.Mean), 0.5))
	}
	r.Print(c.Title, table, 20)
	return r.Save("adamw", c, table)
}

// problem has variances like 1/√j, the start θ = 0, and a random θ*.
func problem(d int, seed uint64) (signsgd.Problem, error) {
	lambda, err := spectra.PowerLaw(d, 0.5)
	if err != nil {
		return signsgd.Problem{}, err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return signsgd.Problem{}, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Target: make([]float64, d)}
	spectra.FillNormal(p.Target, ensemble.NewRand(seed, d, "problem"))
	floats.Scale(math.Sqrt(start/p.InitialRisk()), p.Target)
	return p, nil
}

// late is the time by which runs may be late: the mean of gradients remembers ten steps,
// and log 1000 steps pass before the second moment is a mean of many.
func late(d int) float64 { return (10 + math.Log(1000)) / float64(d) }

// slack returns what a delay changes of the curve at each time.
func slack(times, curve []float64, delay float64) []float64 {
	change := make([]float64, len(times))
	for i := range times {
		j := max(i, 1)
		change[i] = delay * math.Abs(curve[j]-curve[j-1]) / (times[j] - times[j-1])
	}
	return change
}

// largest returns the largest relative difference.
func largest(curve, runs []float64) float64 {
	most := 0.0
	for i, v := range runs {
		most = max(most, math.Abs(curve[i]/v-1))
	}
	return most
}
