package weakapprox

import (
	"context"
	"flag"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

// Figure returns the comparison of Appendix G at d = 2, 10 and the size's dimension.
func Figure() figure.Figure {
	o := options{eta: 0.7, noise: "normal:0.5", spectrum: "log:0.3,3"}
	return figure.Figure{
		Name:  "weakapprox",
		About: "Appendix G, signHSGD and the weak approximation, which differ in low dimension",
		Full:  figure.Size{Dim: 100, Runs: 2000},
		Quick: figure.Size{Dim: 100, Runs: 200},
		Flags: o.flags,
		Make:  o.make,
	}
}

type options struct {
	eta             float64
	noise, spectrum string
}

func (o *options) flags(flags *flag.FlagSet) {
	flags.Float64Var(&o.eta, "eta", o.eta, "learning rate `η`")
	flags.StringVar(&o.noise, "noise", o.noise, "label noise `LAW`: "+cli.NoiseHelp)
	flags.StringVar(&o.spectrum, "spectrum", o.spectrum, "eigenvalues of K: "+cli.SpectrumHelp)
}

const horizon = 12 // in t = k/d

func (o *options) make(ctx context.Context, c figure.Config) (*figure.Result, error) {
	law, err := cli.ParseNoise(o.noise)
	if err != nil {
		return nil, err
	}
	result := new(figure.Result)
	for _, d := range []int{2, 10, c.Dim} {
		config := Config{Noise: law, Eta: o.eta, Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
		if d < c.Dim { // small dimensions cost little and vary much
			config.Runs = max(c.Runs, 2000)
		}
		if config.Eigenvalues, err = cli.ParseSpectrum(o.spectrum, d); err != nil {
			return nil, err
		}
		p, err := New(ctx, config, c.Progress)
		if err != nil {
			return nil, err
		}
		table := p.Table()
		result.Panels = append(result.Panels, figure.Panel{
			Name: fmt.Sprintf("weakapprox-d%d", d), Chart: p.Chart(), Table: table, Stride: (len(p.Times) - 1 + 9) / 10,
		})
		full, fullErr := p.Gap(p.SignHSGD)
		weak, weakErr := p.Gap(p.Weak)
		apart, se := full-weak, math.Hypot(fullErr, weakErr)
		switch d {
		case 2:
			result.Claims = append(result.Claims, figure.Claim{
				What:      "d = 2: late mean risks of signHSGD and weak approximation differ, in fives of standard errors, 1 or more",
				Predicted: 1, Measured: min(apart/(5*se), 1),
			})
		case c.Dim:
			result.Claims = append(result.Claims, figure.Claim{
				What:     fmt.Sprintf("d = %d: relative difference of the late mean risks", d),
				Measured: apart, Allowed: 3/float64(d) + figure.Sigmas(config.Runs)*se,
			})
		}
	}
	return result, nil
}
