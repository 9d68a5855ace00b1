// Memory asks what the memory of an optimizer does: the limit risk, the rate of decay, the
// best learning rate and the risk that it ends at, as functions of β, for signSGD with
// momentum, Lion, RMSProp, Adam and SGD with momentum; what batch the memory is worth; and a
// map of the final risk over memory and rate.
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
	Name: "memory",
	Text: "Memory shows what momentum and adaptive methods of short memory do to the risk.",
	Dim:  program.Default{Full: 800, Quick: 200},
	Runs: program.Default{Full: 16, Quick: 8},
}

// horizon is the time t = step/d at which final risks are taken.
const horizon = 8

// The methods as functions of one β.
var methods = []struct {
	name   string
	of     func(beta float64) signsgd.Optimizer
	colour color.NRGBA
}{
	{"Signum β", func(b float64) signsgd.Optimizer { return signsgd.Signum{Beta: b} }, chart.Blue},
	{"Lion β, 0.95", func(b float64) signsgd.Optimizer { return signsgd.Lion{Beta1: b, Beta2: 0.95} }, chart.Orange},
	{"RMSProp β", func(b float64) signsgd.Optimizer { return signsgd.RMSProp{Beta: b} }, chart.Green},
	{"Adam β, 0.95", func(b float64) signsgd.Optimizer { return signsgd.Adam{Beta1: b, Beta2: 0.95} }, chart.Vermillion},
	{"SGD with momentum β", func(b float64) signsgd.Optimizer { return signsgd.Momentum{Beta: b} }, chart.Black},
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
	p, err := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}}.WithInitialRisk(1)
	if err != nil {
		return err
	}
	betas := []float64{0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95}
	if r.Quick {
		betas = []float64{0, 0.5, 0.9}
	}
	if err := byBeta(ctx, r, p, betas); err != nil {
		return err
	}
	if err := worth(r, p, betas); err != nil {
		return err
	}
	spots, err := rates(ctx, r, p)
	if err != nil {
		return err
	}
	return plane(ctx, r, p, spots)
}

// byBeta draws the best constant rate, the risk that it ends at, and the limit risk and the
// local rate of decay there.
func byBeta(ctx context.Context, r *program.Run, p signsgd.Problem, betas []float64) error {
	best := &chart.Chart{Title: fmt.Sprintf("Best constant rate for t = %v, d = %d", horizon, r.Dim), X: "β", Y: "best η", LogY: true}
	final := &chart.Chart{Title: fmt.Sprintf("Risk at t = %v under the best constant rate, d = %d", horizon, r.Dim), X: "β", Y: "risk", LogY: true}
	rest := &chart.Chart{Title: fmt.Sprintf("Limit risk under the best constant rate for t = %v", horizon), X: "β", Y: "R∞", LogY: true}
	decay := &chart.Chart{Title: fmt.Sprintf("Rate of decay at the limit risk, best constant rate for t = %v", horizon), X: "β", Y: "rate of decay of R − R∞", LogY: true}
	table := new(program.Table)
	table.Add("β", betas)
	for _, m := range methods {
		var eta, risk, limit, rate []float64
		for _, b := range betas {
			system, err := odes.New(p, m.of(b), schedule.Constant(0.1))
			if err != nil {
				return err
			}
			e, end, err := system.BestConstant(ctx, horizon)
			if err != nil {
				return err
			}
			system = system.WithRate(schedule.Constant(e))
			l, err := system.LimitRisk(ctx)
			if err != nil {
				return err
			}
			s, err := system.LocalRate(ctx)
			if err != nil {
				return err
			}
			eta, risk, limit, rate = append(eta, e), append(risk, end), append(limit, l), append(rate, s)
		}
		best.Line(m.name, betas, eta, m.colour, chart.Solid)
		final.Line(m.name, betas, risk, m.colour, chart.Solid)
		rest.Line(m.name, betas, limit, m.colour, chart.Solid)
		decay.Line(m.name, betas, rate, m.colour, chart.Solid)
		table.Add(m.name+", best η", eta)
		table.Add("risk", risk)
		table.Add("R∞", limit)
		table.Add("rate", rate)
	}
	r.Print(final.Title, table, 1)
	for _, picture := range []struct {
		name  string
		chart *chart.Chart
	}{{"memory-rate", best}, {"memory-limit", rest}, {"memory-decay", decay}, {"memory-risk", final}} {
		if err := r.Save(picture.name, picture.chart, table); err != nil {
			return err
		}
	}
	return nil
}

// worth draws the batch of signSGD that has the h²/κ(1) of a memory. At matched speed ηh
// the limit risk is proportional to κ(1)/h². signSGD with batch B lowers it by the factor
// c_B², at the price of B samples a step; memory costs none.
func worth(r *program.Run, p signsgd.Problem, betas []float64) error {
	c := &chart.Chart{Title: "What memory is worth", X: "β", Y: "batch B of signSGD with the same limit risk"}
	table := new(program.Table)
	table.Add("β", betas)
	// quality returns h²/κ(1), which normal noise makes 1/(2𝓟) times a constant.
	quality := func(o signsgd.Optimizer) (float64, error) {
		l, err := homogenized.Of(p, o)
		if err != nil {
			return 0, err
		}
		h, _ := l.Drift(1)
		kappa := 0.0
		for _, term := range l.Noise {
			g, _ := term.Gain(1)
			f := 1.0
			if term.Shape.Odd != nil {
				f = term.Shape.Odd(1)
			}
			kappa += g * f
		}
		return h * h / kappa, nil
	}
	one, err := quality(signsgd.SignSGD{})
	if err != nil {
		return err
	}
	last := 0.0
	for _, m := range methods[:4] {
		var factor []float64
		for _, b := range betas {
			q, err := quality(m.of(b))
			if err != nil {
				return err
			}
			factor = append(factor, q/one)
		}
		if m.name == methods[0].name {
			last = factor[len(factor)-1]
		}
		batches := make([]float64, len(factor))
		for i, f := range factor {
			batches[i] = batchOf(f)
		}
		c.Line(m.name, betas, batches, m.colour, chart.Solid)
		table.Add(m.name+", h²/κ(1) against signSGD", factor)
		table.Add("batch", batches)
	}
	r.Print(c.Title, table, 1)
	// As β → 1 h² → (2/π)(2/(1−β))/(2𝓟) and κ(1) → 2 log 2/(1−β), against (2/π)² and 1.
	r.Claim(program.AtMost("the worth of Signum's memory under normal noise, below that of β → 1", last, math.Pi/(2*math.Ln2)))
	return r.Save("memory-worth", c, table)
}

// batchOf returns the real B ≥ 1 with c_B² equal to the factor, c_B = √π Γ((B+1)/2)/Γ(B/2).
func batchOf(factor float64) float64 {
	lo, hi := 1.0, 1+factor
	for hi-lo > 1e-12*hi {
		b := (lo + hi) / 2
		above, _ := math.Lgamma((b + 1) / 2)
		below, _ := math.Lgamma(b / 2)
		if math.Pi*math.Exp(2*(above-below)) < factor {
			lo = b
		} else {
			hi = b
		}
	}
	return lo
}

// rates draws the final risk of Signum over η for a few β, with runs beside the curves, and
// returns both.
func rates(ctx context.Context, r *program.Run, p signsgd.Problem) ([]spot, error) {
	c := &chart.Chart{
		Title: fmt.Sprintf("Signum: risk at t = %v (lines) and %d runs (dots), d = %d", horizon, r.Runs, r.Dim),
		X:     "η √((1+β)/(1−β))", Y: "risk", LogX: true, LogY: true,
	}
	table := new(program.Table)
	scaled := []float64{0.15, 0.25, 0.4, 0.6, 0.9}
	table.Add("scaled η", scaled)
	var claims []program.Claim
	var spots []spot
	for i, beta := range []float64{0, 0.5, 0.9} {
		colour := []color.NRGBA{chart.Black, chart.Orange, chart.Blue}[i]
		system, err := odes.New(p, signsgd.Signum{Beta: beta}, schedule.Constant(0.1))
		if err != nil {
			return nil, err
		}
		stage := r.Progress.Stage(fmt.Sprintf("β = %v", beta))
		var line, mean, se []float64
		for k, x := range scaled {
			eta := schedule.Constant(x * math.Sqrt((1-beta)/(1+beta)))
			curve, err := system.WithRate(eta).Solve(ctx, []float64{horizon})
			if err != nil {
				return nil, err
			}
			settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed, Times: []float64{horizon}}
			band, err := signsgd.Ensemble(ctx, p, signsgd.Signum{Beta: beta}, eta, settings)
			if err != nil {
				return nil, err
			}
			line, mean, se = append(line, curve.Risk[0]), append(mean, band.Risk.Mean()[0]), append(se, band.Risk.StdErr()[0])
			spots = append(spots, spot{beta, float64(eta), line[k], mean[k]})
			claims = append(claims, program.Claim{
				What:      fmt.Sprintf("final risk of Signum, worst at β = %v, scaled η = %v", beta, x),
				Predicted: line[k], Measured: mean[k],
				// A window's gradients are up to its memory old.
				Allowed: program.Sigmas(r.Runs)*se[k] + (program.FiniteSize(r.Dim)+1/((1-beta)*float64(r.Dim)))*line[k],
			})
			stage(k+1, len(scaled))
		}
		c.Line(fmt.Sprintf("β = %v", beta), scaled, line, colour, chart.Solid)
		c.Points("", scaled, mean, se, colour)
		table.Add(fmt.Sprintf("β = %v", beta), line)
		table.Add("simulated", mean)
		table.Add("± s.e.", se)
	}
	r.Claim(program.Worst(claims))
	r.Print(c.Title, table, 1)
	return spots, r.Save("memory-slices", c, table)
}
