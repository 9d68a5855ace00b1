// Concentration reproduces Figure 6 of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): the bands of signSGD and signHSGD close in on
// signODE as the dimension d grows, like d^{-1/2}.
//
// The spreads of the two are close, but not the same even in the limit. The square of the
// drift, which the weak approximation of Appendix G takes out of the noise, is small
// beside K_σ but lies in the one direction, Kν, in which noise moves the risk. So the runs
// spread like paths of the weak approximation, which are made too.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/gonum/floats"
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
	Name: "concentration",
	Text: "Concentration makes Figure 6: runs concentrate around signODE like d^{-1/2}, for -d and its halves.",
	Dim:  program.Default{Full: 512, Quick: 256},
	Runs: program.Default{Full: 160, Quick: 128},
}

// The problem, in every dimension: K with log-spaced eigenvalues in a Haar-random
// basis, noise N(0, sigma²), and a start at the same risk.
const (
	lowest, highest = 0.03, 3
	sigma           = 0.5
	eta             = 0.5
	start           = 1 // R(0)
	horizon         = 5
)

// sample is what the runs show in one dimension.
type sample struct {
	dim                     int
	times, curve            []float64
	signSGD, signHSGD, weak deviations
}

// deviations says how one kind of runs deviates from the curve.
type deviations struct {
	ensemble.Summary
	gap, gapErr float64 // mean of the largest relative distance of a run from the curve, with its standard error
	spread      float64 // standard deviation of R over the curve, root mean square over time
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	// d and its halves down to 64, at least three of them.
	dims := []int{r.Dim}
	for d := r.Dim / 2; len(dims) < 3 || d >= 64 && !r.Quick; d /= 2 {
		dims = append([]int{d}, dims...)
	}
	var samples []*sample
	for _, d := range dims {
		s, err := simulate(ctx, r, d)
		if err != nil {
			return err
		}
		samples = append(samples, s)
	}
	if err := bands(r, samples); err != nil {
		return err
	}
	return slopes(r, samples)
}

// simulate makes the runs in dimension d.
func simulate(ctx context.Context, r *program.Run, d int) (*sample, error) {
	lambda, err := spectra.LogSpaced(d, lowest, highest)
	if err != nil {
		return nil, err
	}
	rng := ensemble.NewRand(r.Seed, d, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return nil, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, rng)
	if p, err = p.WithInitialRisk(start); err != nil {
		return nil, err
	}
	rate := schedule.Constant(eta)
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}

	s := &sample{dim: d, times: settings.RecordTimes()}
	system, err := odes.New(p, signsgd.SignSGD{}, rate)
	if err != nil {
		return nil, err
	}
	curve, err := system.Solve(ctx, s.times)
	if err != nil {
		return nil, err
	}
	s.curve = curve.Risk

	settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d, signSGD", d))
	band, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, rate, settings)
	if err != nil {
		return nil, err
	}
	s.signSGD = measure(band.Risk, s.curve)
	settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d, signHSGD", d))
	sde, err := homogenized.SignHSGD(p, rate)
	if err != nil {
		return nil, err
	}
	if band, err = sde.Ensemble(ctx, settings); err != nil {
		return nil, err
	}
	s.signHSGD = measure(band.Risk, s.curve)
	// Another seed, or both SDEs would be driven by the same noise.
	settings.Seed++
	settings.Progress = r.Progress.Stage(fmt.Sprintf("d = %d, weak approximation", d))
	if sde.Limit, err = homogenized.WeakSignSGD(p); err != nil {
		return nil, err
	}
	if band, err = sde.Ensemble(ctx, settings); err != nil {
		return nil, err
	}
	s.weak = measure(band.Risk, s.curve)
	return s, nil
}

// measure returns the mean over the runs of sup_t |R(t)/curve(t) − 1|, the distance
// that Theorem 2 bounds, and the spread of the runs.
func measure(runs ensemble.Paths, curve []float64) deviations {
	e := deviations{Summary: runs.Summary(0.8)}
	n := float64(len(runs))
	gaps := make([]float64, len(runs))
	for i, run := range runs {
		for j, risk := range run {
			gaps[i] = max(gaps[i], math.Abs(risk/curve[j]-1))
		}
	}
	var deviation float64
	e.gap, deviation = stat.MeanStdDev(gaps, nil)
	e.gapErr = stat.StdErr(deviation, n)
	total := 0.0
	for j, se := range e.StdErr {
		total += se * se * n / (curve[j] * curve[j])
	}
	e.spread = math.Sqrt(total / float64(len(curve)))
	return e
}

// bands draws the 80% bands of R over signODE in the smallest, the middle and the
// largest dimension: those of signSGD filled, those of signHSGD by their bounds.
func bands(r *program.Run, samples []*sample) error {
	times := samples[0].times
	c := &chart.Chart{
		Title: fmt.Sprintf("80%% of runs around signODE, η = %g, noise N(0, %g²)", eta, sigma),
		X:     chart.Time, Y: "R / signODE",
	}
	table := new(program.Table)
	table.Add("t", times)
	for i, s := range []*sample{samples[0], samples[len(samples)/2], samples[len(samples)-1]} {
		pale := []color.NRGBA{chart.Orange, chart.SkyBlue, chart.Blue}[i]
		strong := []color.NRGBA{chart.Vermillion, chart.Purple, chart.Black}[i]
		for _, v := range [][]float64{s.signSGD.Lo, s.signSGD.Hi, s.signHSGD.Lo, s.signHSGD.Hi} {
			floats.Div(v, s.curve)
		}
		c.Region(fmt.Sprintf("signSGD, d = %d", s.dim), times, s.signSGD.Lo, s.signSGD.Hi, pale)
		c.Bounds(fmt.Sprintf("signHSGD, d = %d", s.dim), times, s.signHSGD.Lo, s.signHSGD.Hi, strong)
		table.Add(fmt.Sprintf("signODE, d=%d", s.dim), s.curve)
		table.Add("signSGD 10%", s.signSGD.Lo)
		table.Add("signSGD 90%", s.signSGD.Hi)
		table.Add("signHSGD 10%", s.signHSGD.Lo)
		table.Add("signHSGD 90%", s.signHSGD.Hi)
	}
	return r.Save("concentration-bands", c, table)
}

// slopes draws the distance of the runs from signODE against d, and claims that it falls
// like d^{-1/2} and that runs spread like paths of the weak approximation.
func slopes(r *program.Run, samples []*sample) error {
	sign := fit(samples, func(s *sample) deviations { return s.signSGD })
	sde := fit(samples, func(s *sample) deviations { return s.signHSGD })
	columns := make([][]float64, 10)
	for _, s := range samples {
		d := float64(s.dim)
		for j, v := range []float64{
			d, s.signSGD.gap, s.signSGD.gapErr, sign.at(d), s.signHSGD.gap, s.signHSGD.gapErr, sde.at(d),
			s.signSGD.spread, s.signHSGD.spread, s.weak.spread,
		} {
			columns[j] = append(columns[j], v)
		}
	}
	table := &program.Table{Columns: columns, Names: []string{"d", "signSGD gap", "± s.e.", "fit", "signHSGD gap", "± s.e.", "fit", "signSGD spread", "signHSGD spread", "weak spread"}}
	c := &chart.Chart{
		Title: "Distance from signODE against the dimension",
		X:     "dimension d", Y: "mean over runs of sup |R/signODE − 1|", LogX: true, LogY: true,
	}
	c.Line(fmt.Sprintf("exponent −%.3f ± %.3f", -sign.slope, quantile99*sign.err), columns[0], columns[3], chart.Blue, chart.Solid)
	c.Line(fmt.Sprintf("exponent −%.3f ± %.3f", -sde.slope, quantile99*sde.err), columns[0], columns[6], chart.Orange, chart.Dashed)
	c.Points("signSGD ± s.e.", columns[0], columns[1], columns[2], chart.Blue)
	c.Points("signHSGD ± s.e.", columns[0], columns[4], columns[5], chart.Orange)
	r.Print(c.Title, table, 1)

	// The distance is a d^{-1/2} (1 + O(d^{-1/2})), whose second factor tilts the
	// fitted slope by up to the order of the smallest d^{-1/2}: the leading constant is
	// taken as 1/2.
	tilt := 0.5 / math.Sqrt(float64(samples[0].dim))
	for _, of := range []struct {
		name string
		line
	}{{"signSGD", sign}, {"signHSGD", sde}} {
		r.Claim(program.Claim{
			What:      fmt.Sprintf("%s, slope of sup |R/signODE − 1| in d (99%% interval ± %.2g)", of.name, quantile99*of.err),
			Predicted: -0.5, Measured: of.slope, Allowed: program.Sigmas(r.Runs)*of.err + tilt,
		})
	}
	// A standard deviation over n runs has a relative error below 1/√(2n), as it would
	// have at a single time; the ratio of two, below 1/√n.
	ratio, bias := 0.0, 0.0
	for _, s := range samples {
		ratio += math.Log(s.signSGD.spread/s.weak.spread) / float64(len(samples))
		bias += program.FiniteSize(s.dim) / float64(len(samples))
	}
	last := samples[len(samples)-1]
	follows := func(name string, e deviations) program.Claim {
		return program.Follows(fmt.Sprintf("d = %d, mean risk of %s on signODE", last.dim, name), last.times, last.curve, e.Mean, e.StdErr, r.Runs, last.dim)
	}
	r.Claim(program.Claim{
		What:      "spread of signSGD over that of the weak approximation, mean over d",
		Predicted: 1, Measured: math.Exp(ratio), Allowed: program.Sigmas(r.Runs)/math.Sqrt(float64(len(samples)*r.Runs)) + bias,
	}, follows("signSGD", last.signSGD), follows("signHSGD", last.signHSGD))
	return r.Save("concentration-slope", c, table)
}

// quantile99 is the 99.5% quantile of the normal law: ± so many standard errors are a
// 99% interval.
const quantile99 = 2.5758

// line is a power law a d^slope with the standard error of its slope.
type line struct{ factor, slope, err float64 }

func (l line) at(d float64) float64 { return l.factor * math.Pow(d, l.slope) }

// fit fits log gap = log a + slope log d by least squares, weighted by the standard
// errors of the gaps.
func fit(samples []*sample, of func(s *sample) deviations) line {
	var x, y, w []float64
	for _, s := range samples {
		e := of(s)
		x, y, w = append(x, math.Log(float64(s.dim))), append(y, math.Log(e.gap)), append(w, math.Pow(e.gap/e.gapErr, 2))
	}
	a, b := stat.LinearRegression(x, y, w, false)
	mean, square := stat.Mean(x, w), 0.0
	for i := range x {
		square += w[i] * (x[i] - mean) * (x[i] - mean)
	}
	return line{math.Exp(a), b, 1 / math.Sqrt(square)}
}
