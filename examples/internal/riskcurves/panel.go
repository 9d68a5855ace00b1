// Package riskcurves makes Figure 1(a) and (b) of arXiv:2411.12135: the risk of
// signSGD on synthetic data beside its limits, signHSGD and signODE, and beside
// SGD under the matched schedule (16).
package riskcurves

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Config describes a panel.
type Config struct {
	Name        string    // of the files
	Title       string    // of the chart
	Eigenvalues []float64 // of K, which has Haar-distributed eigenvectors
	Noise       noise.Law
	Eta         float64
	Horizon     float64 // in t = k/d
	Runs        int
	Seed        uint64
}

// Panel is one panel of the figure: ensembles and their deterministic curves at
// the same times.
type Panel struct {
	Config      Config
	InitialRisk float64
	LimitRisk   float64 // of signODE
	SGDLimit    float64 // of vanillaODE under the matched schedule; NaN without SGD

	Times      []float64
	SignSGD    signsgd.Paths
	SignHSGD   signsgd.Paths
	SignODE    []float64
	SGD        signsgd.Paths // nil where the noise has no variance
	VanillaODE []float64     // nil likewise
}

// New computes a panel. Without a variance of the noise it leaves SGD out.
func New(ctx context.Context, c Config, progress *cli.Progress) (*Panel, error) {
	rng := signsgd.NewRand(c.Seed, 0, "problem")
	k, err := spectra.NewRotated(c.Eigenvalues, rng)
	if err != nil {
		return nil, err
	}
	target := make([]float64, k.Dim())
	for i := range target {
		target[i] = rng.NormFloat64()
	}
	problem := signsgd.Problem{Covariance: k, Noise: c.Noise, Target: target}
	eta := signsgd.Constant(c.Eta)

	sign, err := odes.New(problem, homogenized.SignSGD(problem), eta)
	if err != nil {
		return nil, err
	}
	matched, err := signsgd.MatchSGD(problem, eta)
	withSGD := !errors.Is(err, noise.ErrInfiniteVariance)
	if withSGD && err != nil {
		return nil, err
	}
	var vanilla *odes.System
	if withSGD {
		if vanilla, err = odes.New(problem, homogenized.SGD(problem), matched); err != nil {
			return nil, err
		}
	}

	p := &Panel{Config: c}
	if err := p.scale(target, sign, vanilla); err != nil {
		return nil, err
	}
	settings := signsgd.Settings{Horizon: c.Horizon, Runs: c.Runs, Seed: c.Seed}
	p.Times = settings.RecordTimes()
	stage := func(name string) signsgd.Settings {
		settings.Progress = progress.Stage(c.Name + ", " + name)
		return settings
	}
	if p.SignODE, err = solve(ctx, sign, p.Times); err != nil {
		return nil, err
	}
	if p.SignSGD, err = paths(signsgd.Ensemble(ctx, problem, signsgd.SignSGD{}, eta, stage("signSGD"))); err != nil {
		return nil, err
	}
	if p.SignHSGD, err = paths(homogenized.SignHSGD(problem, eta).Ensemble(ctx, stage("signHSGD"))); err != nil {
		return nil, err
	}
	if !withSGD {
		return p, nil
	}
	if p.VanillaODE, err = solve(ctx, vanilla, p.Times); err != nil {
		return nil, err
	}
	p.SGD, err = paths(signsgd.Ensemble(ctx, problem, signsgd.SGD{}, matched, stage("SGD")))
	return p, err
}

// scale scales the target, and the systems with it, so that the risk starts at ten
// times the larger limit risk.
func (p *Panel) scale(target []float64, sign, vanilla *odes.System) (err error) {
	if p.LimitRisk, err = sign.LimitRisk(); err != nil {
		return err
	}
	p.SGDLimit = math.NaN()
	larger := p.LimitRisk
	if vanilla != nil {
		if p.SGDLimit, err = vanilla.LimitRisk(); err != nil {
			return err
		}
		if !math.IsInf(p.SGDLimit, 1) {
			larger = max(larger, p.SGDLimit)
		}
	}
	if !(larger > 0) {
		return fmt.Errorf("riskcurves: eta is %v: the risk has no limit above 0 to start from", p.Config.Eta)
	}
	p.InitialRisk = 10 * larger
	square := p.InitialRisk / floats.Sum(sign.Modes.Risk)
	floats.Scale(math.Sqrt(square), target)
	floats.Scale(square, sign.Modes.Risk)
	if vanilla != nil {
		floats.Scale(square, vanilla.Modes.Risk)
	}
	return nil
}

func solve(ctx context.Context, s *odes.System, times []float64) ([]float64, error) {
	curve, err := s.Solve(ctx, times)
	if err != nil {
		return nil, err
	}
	return curve.Risk, nil
}

func paths(band *signsgd.Band, err error) (signsgd.Paths, error) {
	if err != nil {
		return nil, err
	}
	return band.Risk, nil
}

// Share is the share of the runs that a band holds.
const Share = 0.8

// Table returns every curve of the panel.
func (p *Panel) Table() *cli.Table {
	t := new(cli.Table)
	t.Add("t", p.Times)
	lo, hi := p.SignSGD.Central(Share)
	t.Add("signSGD", p.SignSGD.Mean())
	t.Add("signSGD 10%", lo)
	t.Add("signSGD 90%", hi)
	lo, hi = p.SignHSGD.Central(Share)
	t.Add("signHSGD", p.SignHSGD.Mean())
	t.Add("signHSGD 10%", lo)
	t.Add("signHSGD 90%", hi)
	t.Add("signODE", p.SignODE)
	if p.SGD != nil {
		t.Add("SGD", p.SGD.Mean())
		t.Add("vanillaODE", p.VanillaODE)
	}
	return t
}

// Chart returns the picture of the panel.
func (p *Panel) Chart() *chart.Chart {
	c := &chart.Chart{Title: p.Config.Title, X: "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true}
	lo, hi := p.SignSGD.Central(Share)
	c.Band("signSGD, 80% of runs", p.Times, lo, hi, chart.Blue)
	lo, hi = p.SignHSGD.Central(Share)
	c.Band("signHSGD, 80% of paths", p.Times, lo, hi, chart.Orange)
	if p.SGD != nil {
		lo, hi = p.SGD.Central(Share)
		c.Band("SGD at the matched rate (16), 80% of runs", p.Times, lo, hi, chart.Green)
		c.Line("vanillaODE", p.Times, p.VanillaODE, chart.Green, chart.Dashed)
	}
	c.Line("signODE", p.Times, p.SignODE, chart.Black, chart.Solid)
	return c
}

// Outside returns the number of times t > 0 at which the curve leaves the band of
// the runs.
func (p *Panel) Outside() int {
	lo, hi := p.SignSGD.Central(Share)
	n := 0
	for i, r := range p.SignODE {
		if p.Times[i] > 0 && (r < lo[i] || r > hi[i]) {
			n++
		}
	}
	return n
}
