package realdata

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Config says how a problem is run.
type Config struct {
	Name, Title string
	Eta         float64
	Horizon     float64 // in t = k/d; 0 means one pass, which is also the most
	Runs        int
	Seed        uint64
}

// Panel holds the runs on a problem and their deterministic curves.
type Panel struct {
	Config  Config
	Problem *Problem

	Times    []float64
	SignSGD  signsgd.Paths // on the data, in one pass
	Redrawn  signsgd.Paths // of signSGD on the data drawn with replacement
	Mixed    signsgd.Paths // of signSGD on redrawn features with independent noise of the best law
	Model    signsgd.Paths // of signSGD on Gaussian samples with noise of the best law
	SignHSGD signsgd.Paths // with the best law
	SignODE  [][]float64   // with each law of the problem
	SGD      signsgd.Paths // on the data, under the matched schedule (16)
	Vanilla  []float64     // the ODE of SGD
}

// records is the number of times recorded.
const records = 101

// Run makes the runs.
func Run(ctx context.Context, p *Problem, c Config, progress *cli.Progress) (*Panel, error) {
	if c.Horizon == 0 {
		c.Horizon = p.Horizon()
	}
	if !(c.Horizon > 0 && c.Horizon <= p.Horizon()) {
		return nil, fmt.Errorf("realdata: horizon is %v: must be positive and at most %.4g, one pass", c.Horizon, p.Horizon())
	}
	panel := &Panel{Config: c, Problem: p, Times: signsgd.LinearTimes(c.Horizon, records)}
	settings := func(name string) signsgd.Settings {
		return signsgd.Settings{Horizon: c.Horizon, Times: panel.Times, Runs: c.Runs, Seed: c.Seed, Progress: progress.Stage(c.Name + ", " + name)}
	}
	eta := signsgd.Constant(c.Eta)
	for _, e := range []struct {
		name   string
		source Source
		paths  *signsgd.Paths
	}{
		{"signSGD", Real, &panel.SignSGD},
		{"signSGD, redrawn", Redrawn, &panel.Redrawn},
		{"signSGD, independent noise", Independent, &panel.Mixed},
		{"signSGD, Gaussian samples", Model, &panel.Model},
	} {
		band, err := signsgd.Ensemble(ctx, p.With(p.Best.Law, e.source), signsgd.SignSGD{}, eta, settings(e.name))
		if err != nil {
			return nil, err
		}
		*e.paths = band.Risk
	}
	real := p.With(p.Best.Law, Real)
	band, err := homogenized.SignHSGD(real, eta).Ensemble(ctx, settings("signHSGD"))
	if err != nil {
		return nil, err
	}
	panel.SignHSGD = band.Risk
	if err := panel.signODEs(ctx, eta); err != nil {
		return nil, err
	}
	return panel, panel.sgd(ctx, eta, settings("SGD"))
}

// signODEs solves signODE with every law.
func (p *Panel) signODEs(ctx context.Context, eta signsgd.Schedule) error {
	problem := p.Problem.With(p.Problem.Best.Law, Model)
	system, err := odes.New(problem, homogenized.SignSGD(problem), eta)
	if err != nil {
		return err
	}
	for _, l := range p.Problem.Laws {
		var phi noise.Compression = l.Law
		if l.Density == nil { // the empirical law takes an exponential for each residual
			if phi, err = noise.Tabulate(l.Law, 1e-3*problem.InitialRisk(), 1e2*problem.InitialRisk(), 1e-9); err != nil {
				return err
			}
		}
		one := *system
		one.Drift = homogenized.SignSGDWith(phi.Phi).Drift
		curve, err := one.Solve(ctx, p.Times)
		if err != nil {
			return fmt.Errorf("signODE with the %s law: %w", l.Name, err)
		}
		p.SignODE = append(p.SignODE, curve.Risk)
	}
	return nil
}

// sgd runs SGD and solves its ODE with the residuals' own second moment.
func (p *Panel) sgd(ctx context.Context, eta signsgd.Schedule, s signsgd.Settings) error {
	empirical := p.Problem.Laws[len(p.Problem.Laws)-1].Law
	problem := p.Problem.With(empirical, Real)
	matched, err := signsgd.MatchSGD(problem, eta)
	if err != nil {
		return err
	}
	band, err := signsgd.Ensemble(ctx, problem, signsgd.SGD{}, matched, s)
	if err != nil {
		return err
	}
	p.SGD = band.Risk
	system, err := odes.New(problem, homogenized.SGD(problem), matched)
	if err != nil {
		return err
	}
	curve, err := system.Solve(ctx, p.Times)
	if err != nil {
		return fmt.Errorf("vanillaODE: %w", err)
	}
	p.Vanilla = curve.Risk
	return nil
}

// best returns signODE with the best law.
func (p *Panel) best() []float64 {
	for i, l := range p.Problem.Laws {
		if l.Name == p.Problem.Best.Name {
			return p.SignODE[i]
		}
	}
	panic("realdata: the best law is none of the laws")
}

// gap returns curve/mean − 1 at every time.
func gap(curve []float64, runs signsgd.Paths) []float64 {
	g := runs.Mean()
	for i := range g {
		g[i] = curve[i]/g[i] - 1
	}
	return g
}

// largest returns the entry of the largest absolute value, and its time.
func largest(g, times []float64) (value, time float64) {
	for i, v := range g {
		if math.Abs(v) > math.Abs(value) {
			value, time = v, times[i]
		}
	}
	return value, time
}

// claims are what theory does promise: that signODE is the mean of runs on Gaussian
// samples with independent noise, and of signHSGD. Of data it promises nothing; how far
// they are is in the table of gaps.
func (p *Panel) claims() []figure.Claim {
	_, d := p.Problem.X.Dims()
	return []figure.Claim{
		figure.Follows(p.Config.Name+", signSGD on Gaussian samples of the same K on signODE", p.Times, p.best(), p.Model, d),
		figure.Follows(p.Config.Name+", signHSGD on signODE", p.Times, p.best(), p.SignHSGD, d),
	}
}
