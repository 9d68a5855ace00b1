// Package adam examines Appendix F of arXiv:2411.12135, the heuristic for Adam.
package adam

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Figure returns the figure for Appendix F.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "adam",
		About: "Appendix F, Adam beside its heuristic, the limit of its slow memory, and signSGD",
		Full:  figure.Size{Dim: 400, Runs: 100},
		Quick: figure.Size{Dim: 300, Runs: 48},
		Make:  makeFigure,
	}
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

// experiment is one rule with its limit.
type experiment struct {
	name   string
	limit  string
	runs   signsgd.Paths
	curve  []float64
	colour color.NRGBA
	delay  float64 // in t, by which the claim lets the runs be late or early
	hidden bool    // leave it out of the picture
}

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	p, err := problem(c)
	if err != nil {
		return nil, err
	}
	settings := signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
	times := settings.RecordTimes()
	systems := make(map[string]*odes.System)
	curves := make(map[string][]float64)
	for _, l := range []struct {
		name  string
		limit homogenized.Limit
		rate  signsgd.Constant
	}{
		{"heuristic", homogenized.AdamHeuristic(p), eta},
		{"same noise", homogenized.SignSGD(p), eta},
		{"same drift", homogenized.SignSGD(p), matched},
	} {
		if systems[l.name], err = odes.New(p, l.limit, l.rate); err != nil {
			return nil, err
		}
		curve, err := systems[l.name].Solve(ctx, times)
		if err != nil {
			return nil, err
		}
		curves[l.name] = curve.Risk
	}
	rule, err := signsgd.NewAdamHeuristic(p)
	if err != nil {
		return nil, err
	}
	var experiments []*experiment
	gather := func(e *experiment, run func(signsgd.Settings) (*signsgd.Band, error)) error {
		settings.Progress = c.Progress.Stage(e.name)
		band, err := run(settings)
		if err == nil {
			e.runs = band.Risk
			experiments = append(experiments, e)
		}
		return err
	}
	simulate := func(e *experiment, o signsgd.Optimizer, rate signsgd.Schedule) error {
		return gather(e, func(s signsgd.Settings) (*signsgd.Band, error) { return signsgd.Ensemble(ctx, p, o, rate, s) })
	}
	for _, m := range memories {
		curve, err := slowMemory(systems["heuristic"], eta, m.gamma, sigma*sigma, times, 20)
		if err != nil {
			return nil, err
		}
		o := signsgd.Adam{Beta1: m.beta1, Beta2: 1 - m.gamma/float64(c.Dim), Epsilon: 1e-8}
		e := &experiment{
			name:  fmt.Sprintf("Adam, β1 = %g, β2 = %.4g", o.Beta1, o.Beta2),
			limit: fmt.Sprintf("slow memory, γ = %g", m.gamma),
			curve: curve, colour: m.colour, hidden: m.beta1 == 0,
			delay: firstSteps(o, c.Dim),
		}
		if err := simulate(e, o, signsgd.Constant(eta)); err != nil {
			return nil, err
		}
	}
	if err := simulate(&experiment{name: "heuristic rule (264)", limit: "heuristic, ODE", curve: curves["heuristic"], colour: chart.Blue}, rule, signsgd.Constant(eta)); err != nil {
		return nil, err
	}
	sde := homogenized.SDE{Problem: p, Limit: homogenized.AdamHeuristic(p), Rate: signsgd.Constant(eta)}
	if err := gather(&experiment{name: "heuristic SDE (265)", limit: "heuristic, ODE", curve: curves["heuristic"], hidden: true},
		func(s signsgd.Settings) (*signsgd.Band, error) { return sde.Ensemble(ctx, s) }); err != nil {
		return nil, err
	}
	for _, sign := range []struct {
		match  string
		rate   signsgd.Constant
		colour color.NRGBA
	}{{"same noise", eta, chart.SkyBlue}, {"same drift", matched, chart.Purple}} {
		e := &experiment{
			name: fmt.Sprintf("signSGD, η = %.3g", float64(sign.rate)), limit: "signODE, " + sign.match,
			curve: curves[sign.match], colour: sign.colour,
		}
		if err := simulate(e, signsgd.SignSGD{}, sign.rate); err != nil {
			return nil, err
		}
	}
	return present(experiments, times, c)
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

func problem(c figure.Config) (signsgd.Problem, error) {
	lambda, err := spectra.LogSpaced(c.Dim, lowest, highest)
	if err != nil {
		return signsgd.Problem{}, err
	}
	rng := signsgd.NewRand(c.Seed, 0, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return signsgd.Problem{}, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: make([]float64, c.Dim)}
	for i := range p.Init {
		p.Init[i] = rng.NormFloat64()
	}
	floats.Scale(math.Sqrt(start/p.InitialRisk()), p.Init)
	return p, nil
}

// present draws the bands, the curves over them, and claims that they agree.
func present(experiments []*experiment, times []float64, c figure.Config) (*figure.Result, error) {
	picture := &chart.Chart{
		Title: fmt.Sprintf("Adam, η = %g, noise N(0, %g²), d = %d", float64(eta), sigma, c.Dim),
		X:     "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true,
		YMin: 0.05, YMax: 20,
	}
	table := new(cli.Table)
	table.Add("t", times)
	result := &figure.Result{Panels: []figure.Panel{{Name: "adam", Chart: picture, Table: table, Stride: 20}}}
	for _, e := range experiments {
		table.Add(e.name, e.runs.Mean())
		table.Add(e.limit, e.curve)
		if !e.hidden {
			lo, hi := e.runs.Central(0.8)
			picture.Band(e.name+", 80% of runs", times, lo, hi, e.colour)
		}
		result.Claims = append(result.Claims, figure.FollowsWithin(fmt.Sprintf("mean risk of %s on %s", e.name, e.limit),
			times, e.curve, e.runs, c.Dim, slack(times, e.curve, e.delay)))
	}
	for i, e := range experiments {
		if !e.hidden {
			dashes := chart.Solid
			if i >= len(memories) {
				dashes = chart.Dashed
			}
			picture.Line(e.limit, times, e.curve, e.colour, dashes)
		}
	}
	return result, nil
}
