package main

import (
	"context"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// config says how a problem is run.
type config struct {
	name    string
	eta     float64
	horizon float64 // in t = k/d, one pass at most
	runs    int
	seed    uint64
}

// runs holds the runs on a problem and their deterministic curves.
type runs struct {
	config
	problem *Problem

	times    []float64
	signSGD  ensemble.Summary // on the data, in one pass
	redrawn  ensemble.Summary // of signSGD on the data drawn with replacement
	mixed    ensemble.Summary // of signSGD on redrawn features with independent noise of the best law
	model    ensemble.Summary // of signSGD on Gaussian samples with noise of the best law
	signHSGD ensemble.Summary // with the best law
	signODE  [][]float64      // with each law of the problem
	sgd      ensemble.Summary // on the data, under the matched schedule (16)
	vanilla  []float64        // the ODE of SGD
}

// simulate makes the runs, recorded at 101 times.
func simulate(ctx context.Context, p *Problem, c config, progress *program.Progress) (*runs, error) {
	r := &runs{config: c, problem: p, times: ensemble.LinearTimes(c.horizon, 101)}
	settings := func(name string) ensemble.Settings {
		return ensemble.Settings{Horizon: c.horizon, Times: r.times, Runs: c.runs, Seed: c.seed, Progress: progress.Stage(c.name + ", " + name)}
	}
	eta := schedule.Constant(c.eta)
	for _, e := range []struct {
		name   string
		source Source
		to     *ensemble.Summary
	}{
		{"signSGD", Real, &r.signSGD},
		{"signSGD, redrawn", Redrawn, &r.redrawn},
		{"signSGD, independent noise", Independent, &r.mixed},
		{"signSGD, Gaussian samples", Model, &r.model},
	} {
		band, err := signsgd.Ensemble(ctx, p.With(p.Best.Law, e.source), signsgd.SignSGD{}, eta, settings(e.name))
		if err != nil {
			return nil, err
		}
		*e.to = band.Risk.Summary(0.8)
	}
	real := p.With(p.Best.Law, Real)
	sde, err := homogenized.SignHSGD(real, eta)
	if err != nil {
		return nil, err
	}
	band, err := sde.Ensemble(ctx, settings("signHSGD"))
	if err != nil {
		return nil, err
	}
	r.signHSGD = band.Risk.Summary(0.8)
	if err := r.signODEs(ctx, eta); err != nil {
		return nil, err
	}
	return r, r.runSGD(ctx, eta, settings("SGD"))
}

// signODEs solves signODE with every law.
func (r *runs) signODEs(ctx context.Context, eta schedule.Schedule) error {
	for _, l := range r.problem.Laws {
		// A table pays for the empirical law, whose φ takes an exponential for each residual.
		phi, err := noise.TabulateLazily(l.Law, 1e-9)
		if err != nil {
			return err
		}
		limit, err := homogenized.SignSGDWith(phi.Phi)
		if err != nil {
			return err
		}
		system, err := odes.NewFromLimit(r.problem.With(l.Law, Model), limit, eta)
		if err != nil {
			return err
		}
		curve, err := system.Solve(ctx, r.times)
		if err != nil {
			return fmt.Errorf("signODE with the %s law: %w", l.Name, err)
		}
		r.signODE = append(r.signODE, curve.Risk)
	}
	return nil
}

// runSGD runs SGD and solves its ODE with the residuals' own second moment.
func (r *runs) runSGD(ctx context.Context, eta schedule.Schedule, s ensemble.Settings) error {
	empirical := r.problem.Laws[len(r.problem.Laws)-1].Law
	problem := r.problem.With(empirical, Real)
	matched, err := signsgd.MatchSGD(problem, eta)
	if err != nil {
		return err
	}
	band, err := signsgd.Ensemble(ctx, problem, signsgd.SGD{}, matched, s)
	if err != nil {
		return err
	}
	r.sgd = band.Risk.Summary(0.8)
	system, err := odes.New(problem, signsgd.SGD{}, matched)
	if err != nil {
		return err
	}
	curve, err := system.Solve(ctx, r.times)
	if err != nil {
		return fmt.Errorf("vanillaODE: %w", err)
	}
	r.vanilla = curve.Risk
	return nil
}

// best returns signODE with the best law.
func (r *runs) best() []float64 {
	for i, l := range r.problem.Laws {
		if l.Name == r.problem.Best.Name {
			return r.signODE[i]
		}
	}
	panic("realdata: the best law is none of the laws")
}

// gap returns curve/mean − 1 at every time.
func gap(curve []float64, of ensemble.Summary) []float64 {
	g := make([]float64, len(curve))
	for i, mean := range of.Mean {
		g[i] = curve[i]/mean - 1
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
func (r *runs) claims() []program.Claim {
	_, d := r.problem.X.Dims()
	follows := func(what string, of ensemble.Summary) program.Claim {
		return program.Follows(r.name+", "+what, r.times, r.best(), of.Mean, of.StdErr, r.runs, d)
	}
	return []program.Claim{
		follows("signSGD on Gaussian samples of the same K on signODE", r.model),
		follows("signHSGD on signODE", r.signHSGD),
	}
}
