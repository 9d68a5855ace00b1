// Package weakapprox compares the two stochastic differential equations of signSGD,
// Appendix G of arXiv:2411.12135: signHSGD, which is exact as d → ∞, and the weak
// approximation, whose noise lacks the square of the drift as that of a single step
// does. The two differ by a part of order 1/d of the risk.
package weakapprox

import (
	"context"
	"fmt"
	"image/color"
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
	Eigenvalues []float64 // of K, which has Haar-distributed eigenvectors
	Noise       noise.Law
	Eta         float64
	Horizon     float64 // in t = k/d
	Runs        int
	Seed        uint64
}

// Panel holds the ensembles in one dimension, recorded at the same times.
type Panel struct {
	Config   Config
	Times    []float64
	SignSGD  signsgd.Paths
	SignHSGD signsgd.Paths
	Weak     signsgd.Paths
	SignODE  []float64
}

// New computes a panel. The risk starts at ten times the limit risk of signODE, in a
// direction drawn at random.
func New(ctx context.Context, c Config, progress *cli.Progress) (*Panel, error) {
	rng := signsgd.NewRand(c.Seed, 0, "problem")
	k, err := spectra.NewRotated(c.Eigenvalues, rng)
	if err != nil {
		return nil, err
	}
	init := make([]float64, k.Dim())
	for i := range init {
		init[i] = rng.NormFloat64()
	}
	problem, eta := signsgd.Problem{Covariance: k, Noise: c.Noise, Init: init}, signsgd.Constant(c.Eta)
	system, err := odes.New(problem, homogenized.SignSGD(problem), eta)
	if err != nil {
		return nil, err
	}
	limit, err := system.LimitRisk()
	if err != nil {
		return nil, err
	}
	if !(limit > 0) {
		return nil, fmt.Errorf("weakapprox: eta is %v: the risk has no limit above 0 to start from", c.Eta)
	}
	square := 10 * limit / problem.InitialRisk()
	floats.Scale(math.Sqrt(square), init)
	floats.Scale(square, system.Modes.Risk)

	p := &Panel{Config: c, Times: times(k.Dim(), c.Horizon)}
	curve, err := system.Solve(ctx, p.Times)
	if err != nil {
		return nil, err
	}
	p.SignODE = curve.Risk
	settings := signsgd.Settings{Horizon: c.Horizon, Runs: c.Runs, Seed: c.Seed, Times: p.Times}
	stage := func(name string) signsgd.Settings {
		settings.Progress = progress.Stage(fmt.Sprintf("d = %d, %s", k.Dim(), name))
		return settings
	}
	band, err := signsgd.Ensemble(ctx, problem, signsgd.SignSGD{}, eta, stage("signSGD"))
	if err != nil {
		return nil, err
	}
	p.SignSGD = band.Risk
	sde := homogenized.SignHSGD(problem, eta)
	if band, err = sde.Ensemble(ctx, stage("signHSGD")); err != nil {
		return nil, err
	}
	p.SignHSGD = band.Risk
	sde.Limit = homogenized.WeakSignSGD(problem)
	if band, err = sde.Ensemble(ctx, stage("weak approximation")); err != nil {
		return nil, err
	}
	p.Weak = band.Risk
	return p, nil
}

// times returns when to record: every so many steps, about 100 times in all.
func times(d int, horizon float64) []float64 {
	steps := int(horizon * float64(d))
	stride := max((steps+99)/100, 1)
	var all []float64
	for k := 0; k <= steps; k += stride {
		all = append(all, float64(k)/float64(d))
	}
	return all
}

// Share is the share of the runs that a band holds.
const Share = 0.8

// Dim returns the dimension of the panel.
func (p *Panel) Dim() int { return len(p.Config.Eigenvalues) }

// Table returns every curve of the panel.
func (p *Panel) Table() *cli.Table {
	t := new(cli.Table)
	t.Add("t", p.Times)
	t.Add("signODE", p.SignODE)
	for _, c := range p.ensembles() {
		lo, hi := c.paths.Central(Share)
		t.Add(c.name, c.paths.Mean())
		t.Add(c.name+" 10%", lo)
		t.Add(c.name+" 90%", hi)
	}
	return t
}

type ensemble struct {
	name  string
	paths signsgd.Paths
	color color.NRGBA
}

func (p *Panel) ensembles() []ensemble {
	return []ensemble{
		{"signSGD", p.SignSGD, chart.Blue},
		{"signHSGD", p.SignHSGD, chart.Vermillion},
		{"weak approximation", p.Weak, chart.Green},
	}
}

// Chart returns the picture of the panel.
func (p *Panel) Chart() *chart.Chart {
	c := &chart.Chart{
		Title: fmt.Sprintf("d = %d, η = %g, %d runs of each", p.Dim(), p.Config.Eta, p.Config.Runs),
		X:     "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true,
	}
	lo, hi := p.SignSGD.Central(Share)
	c.Band("signSGD, 80% of runs", p.Times, lo, hi, chart.Blue)
	c.Line("signSGD, mean", p.Times, p.SignSGD.Mean(), chart.Blue, chart.Solid)
	for _, e := range p.ensembles()[1:] {
		lo, hi := e.paths.Central(Share)
		c.Line(e.name+" (dotted: 10%, 90%)", p.Times, e.paths.Mean(), e.color, chart.Solid)
		c.Line("", p.Times, lo, e.color, chart.Dotted)
		c.Line("", p.Times, hi, e.color, chart.Dotted)
	}
	c.Line("signODE", p.Times, p.SignODE, chart.Black, chart.Dashed)
	return c
}

// Gap returns by how much of itself the mean risk of the runs differs from that of
// signSGD, averaged over the second half of the times, and its standard error.
func (p *Panel) Gap(runs signsgd.Paths) (gap, se float64) {
	late := func(paths signsgd.Paths) signsgd.Paths {
		means := make(signsgd.Paths, len(paths))
		for i, path := range paths {
			half := path[len(path)/2:]
			means[i] = []float64{floats.Sum(half) / float64(len(half))}
		}
		return means
	}
	a, b := late(runs), late(p.SignSGD)
	mean := b.Mean()[0]
	return a.Mean()[0]/mean - 1, math.Hypot(a.StdErr()[0], b.StdErr()[0]) / mean
}
