package riskcurves

import (
	"context"
	"flag"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/signsgd"
)

// The size of the figure.
const fullDim, fullRuns = 500, 32

// horizon is the length of the runs in t = k/d: 5,000 steps at d = 500.
const horizon = 10

// Figure returns Figure 1(a) and (b), or with its flag -noise a single panel with
// that noise.
func Figure() figure.Figure {
	var o options
	return figure.Figure{
		Name:  "riskcurves",
		About: "Figure 1(a, b), runs of signSGD on the curves of signHSGD and signODE, and SGD on its own",
		Full:  figure.Size{Dim: fullDim, Runs: fullRuns},
		Quick: figure.Size{Dim: 200, Runs: 64},
		Flags: o.flags,
		Make:  o.make,
	}
}

type options struct {
	eta             float64
	noise, spectrum string
}

const defaultSpectrum = "log:0.01,3.16"

func (o *options) flags(flags *flag.FlagSet) {
	flags.Float64Var(&o.eta, "eta", 0, "learning rate `η` of signSGD (default 0.7, for Cauchy noise 0.5)")
	flags.StringVar(&o.noise, "noise", "", "label noise `LAW`: "+cli.NoiseHelp+" (default: both panels of the figure)")
	flags.StringVar(&o.spectrum, "spectrum", defaultSpectrum, "eigenvalues of K: "+cli.SpectrumHelp)
}

func (o *options) make(ctx context.Context, c figure.Config) (*figure.Result, error) {
	spectrum := o.spectrum
	if spectrum == "" {
		spectrum = defaultSpectrum
	}
	eigenvalues, err := cli.ParseSpectrum(spectrum, c.Dim)
	if err != nil {
		return nil, err
	}
	panels := []struct {
		name, title, noise string
		eta                float64
	}{
		{"riskcurves-a", "(a) Gaussian noise, σ = 0.5", "normal:0.5", 0.7},
		{"riskcurves-b", "(b) Cauchy noise, location 2, scale 1", "cauchy:2,1", 0.5},
	}
	if o.noise != "" {
		panels = panels[:1]
		panels[0].name, panels[0].title, panels[0].noise = "riskcurves", o.noise+" noise", o.noise
	}
	result := new(figure.Result)
	for _, panel := range panels {
		config := Config{Name: panel.name, Eigenvalues: eigenvalues, Eta: panel.eta, Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
		if o.eta != 0 {
			config.Eta = o.eta
		}
		config.Title = fmt.Sprintf("%s, η = %g, d = %d", panel.title, config.Eta, c.Dim)
		if config.Noise, err = cli.ParseNoise(panel.noise); err != nil {
			return nil, err
		}
		p, err := New(ctx, config, c.Progress)
		if err != nil {
			return nil, err
		}
		result.Panels = append(result.Panels, figure.Panel{
			Name:   panel.name,
			Title:  fmt.Sprintf("%s, noise %s, eigenvalues %s in a Haar-random basis, %d runs, seed %d\n%s", config.Title, panel.noise, spectrum, c.Runs, c.Seed, p.summary()),
			Chart:  p.Chart(),
			Table:  p.Table(),
			Stride: 20,
		})
		for _, claim := range p.claims(c.Dim >= fullDim && c.Runs >= fullRuns) {
			claim.What = panel.name + ", " + claim.What
			result.Claims = append(result.Claims, claim)
		}
	}
	return result, nil
}

// summary says where the risk starts, where the curves end, and how far the means of the
// runs are from them.
func (p *Panel) summary() string {
	start := fmt.Sprintf("R(0) = %.4g; limit risks: signSGD %.4g", p.InitialRisk, p.LimitRisk)
	gaps := fmt.Sprintf("largest relative gap of a mean to its ODE: signSGD %.2g, signHSGD %.2g", gap(p.SignODE, p.SignSGD), gap(p.SignODE, p.SignHSGD))
	if p.SGD != nil {
		start += fmt.Sprintf(", SGD at the matched rate (16) %.4g", p.SGDLimit)
		gaps += fmt.Sprintf(", SGD %.2g", gap(p.VanillaODE, p.SGD))
	}
	return start + "\n" + gaps
}

// gap returns the largest relative gap between a curve and the mean of the runs.
func gap(curve []float64, runs signsgd.Paths) float64 {
	largest := 0.0
	for i, mean := range runs.Mean() {
		largest = max(largest, math.Abs(mean/curve[i]-1))
	}
	return largest
}

// claims are that the curves are those of the runs and, with inBand, that signODE never leaves the band.
func (p *Panel) claims(inBand bool) []figure.Claim {
	d := len(p.Config.Eigenvalues)
	claims := []figure.Claim{
		figure.Follows("mean risk of signSGD on signODE", p.Times, p.SignODE, p.SignSGD, d),
		figure.Follows("mean risk of signHSGD on signODE", p.Times, p.SignODE, p.SignHSGD, d),
	}
	if p.SGD != nil {
		claims = append(claims, figure.Follows("mean risk of SGD on vanillaODE", p.Times, p.VanillaODE, p.SGD, d))
	}
	if inBand {
		claims = append(claims, figure.Claim{What: "times at which signODE leaves the 80% band of signSGD", Measured: float64(p.Outside())})
	}
	return claims
}
