// Package limitrisk makes Figure 7 of arXiv:2411.12135: the limit risk R∞ of signSGD
// against its learning rate, for several laws of the noise.
package limitrisk

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

// Figure returns Figure 7.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "limitrisk",
		About: "Figure 7, the limit risk of signSGD against its learning rate",
		Full:  figure.Size{Dim: 240, Runs: 16},
		Quick: figure.Size{Dim: 160, Runs: 16},
		Make:  makeFigure,
	}
}

// Eigenvalues of the diagonal K.
const lowest, highest = 0.25, 4.0

type law struct {
	name   string
	law    noise.Law
	colour color.NRGBA
}

// The laws have variance 1 where they have one.
var laws = []law{
	{"none", noise.None{}, chart.Black},
	{"uniform", noise.Uniform{Min: -math.Sqrt(3), Max: math.Sqrt(3)}, chart.Green},
	{"normal", noise.Normal{Sigma: 1}, chart.Blue},
	{"Student t, ν = 3", noise.StudentsT{Sigma: math.Sqrt(1. / 3), Nu: 3}, chart.SkyBlue},
	{"Cauchy, γ = 1", noise.Cauchy{Scale: 1}, chart.Orange},
	{"Rademacher", noise.Rademacher{Scale: 1}, chart.Vermillion},
}

// rates are the simulated learning rates.
func rates(quick bool) []float64 {
	if quick {
		return []float64{0.2, 0.8}
	}
	return []float64{0.05, 0.1, 0.2, 0.4, 0.8, 1.6}
}

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	lambda, err := spectra.LogSpaced(c.Dim, lowest, highest)
	if err != nil {
		return nil, err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return nil, err
	}
	picture := &chart.Chart{
		Title: fmt.Sprintf("Limit risk of signSGD, Theorem 3 (lines) and %d runs (dots ± s.e.), d = %d", c.Runs, c.Dim),
		X:     "learning rate η  (steps of η/d)", Y: "limit risk  R∞", LogX: true, LogY: true,
		Legend: chart.BottomRight,
	}
	fine := make([]float64, 60)
	for i := range fine {
		fine[i] = 0.04 * math.Pow(50, float64(i)/float64(len(fine)-1))
	}
	simulated := rates(c.Quick)
	table := new(cli.Table)
	table.Add("η", simulated)
	result := new(figure.Result)
	var dots []func()
	for _, l := range laws {
		p := signsgd.Problem{Covariance: k, Noise: l.law}
		line := make([]float64, len(fine))
		for i, eta := range fine {
			if line[i], err = limit(p, eta); err != nil {
				return nil, err
			}
		}
		picture.Line(l.name, fine, line, l.colour, chart.Solid)
		predicted, mean, se := make([]float64, len(simulated)), make([]float64, len(simulated)), make([]float64, len(simulated))
		stage := c.Progress.Stage(l.name)
		for i, eta := range simulated {
			if predicted[i], err = limit(p, eta); err != nil {
				return nil, err
			}
			if mean[i], se[i], err = late(ctx, p, eta, predicted[i], c); err != nil {
				return nil, err
			}
			stage(i+1, len(simulated))
		}
		table.Add(l.name+", R∞", predicted)
		table.Add("simulated", mean)
		table.Add("± s.e.", se)
		dots = append(dots, func() { picture.Points("", simulated, mean, se, l.colour) })
		result.Claims = append(result.Claims, worst(l.name, simulated, predicted, mean, se, c))
	}
	for _, draw := range dots {
		draw()
	}
	result.Panels = []figure.Panel{{Name: "limitrisk", Chart: picture, Table: table, Stride: 1}}
	closed, err := closedForm(k, fine)
	result.Claims = append(result.Claims, closed)
	return result, err
}

// limit returns R∞ of Theorem 3.
func limit(p signsgd.Problem, eta float64) (float64, error) {
	s, err := odes.New(p, homogenized.SignSGD(p), signsgd.Constant(eta))
	if err != nil {
		return 0, err
	}
	return s.LimitRisk()
}

// late returns the mean risk of signSGD over late times, with its standard error over
// the runs. They start at twice the limit risk, spread like their own limit, and wait
// until signODE has come within 1% of it before they are averaged over as much time
// again.
func late(ctx context.Context, p signsgd.Problem, eta, limit float64, c figure.Config) (mean, se float64, err error) {
	d := p.Dim()
	// At rest r_i ∝ c_i/λ_i, which is constant for a diagonal K up to D.
	p.Init = make([]float64, d)
	for i := range p.Init {
		p.Init[i] = 1
	}
	floats.Scale(math.Sqrt(2*limit/p.InitialRisk()), p.Init)
	system, err := odes.New(p, homogenized.SignSGD(p), signsgd.Constant(eta))
	if err != nil {
		return 0, 0, err
	}
	wait, risk := 1.0, 2*limit
	for math.Abs(risk/limit-1) > 0.01 {
		wait *= 1.3
		curve, err := system.Solve(ctx, []float64{wait})
		if err != nil {
			return 0, 0, err
		}
		risk = curve.Risk[0]
	}
	times := make([]float64, 101)
	for i := range times {
		times[i] = wait * (1 + float64(i)/float64(len(times)-1))
	}
	band, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, signsgd.Constant(eta),
		signsgd.Settings{Horizon: 2 * wait, Runs: c.Runs, Seed: c.Seed, Times: times})
	if err != nil {
		return 0, 0, err
	}
	// The runs are independent, the times of one are not.
	var sum, square float64
	for _, run := range band.Risk {
		m := floats.Sum(run) / float64(len(run))
		sum += m
		square += m * m
	}
	n := float64(len(band.Risk))
	mean = sum / n
	return mean, math.Sqrt((square/n - mean*mean) / (n - 1)), nil
}

// worst claims R∞ at the learning rate where it is furthest from the simulation for
// what is allowed: 1% for the time waited, the finite dimension and the standard error.
func worst(name string, rates, predicted, mean, se []float64, c figure.Config) figure.Claim {
	share, claim := -1.0, figure.Claim{}
	for i, eta := range rates {
		allowed := figure.Sigmas(c.Runs)*se[i] + (0.01+figure.FiniteSize(c.Dim))*predicted[i]
		if s := math.Abs(mean[i]-predicted[i]) / allowed; s > share {
			share = s
			claim = figure.Claim{
				What:      fmt.Sprintf("R∞ of signSGD under %s noise, worst at η = %g", name, eta),
				Predicted: predicted[i], Measured: mean[i], Allowed: allowed,
			}
		}
	}
	return claim
}

// closedForm claims that the solver of R∞ gives equation (19) for normal noise.
func closedForm(k spectra.Covariance, rates []float64) (figure.Claim, error) {
	const v = 1
	trace := floats.Sum(spectra.StandardDeviations(k))
	off := 0.0
	for _, eta := range rates {
		a := math.Pi * eta * trace / (8 * float64(k.Dim()))
		r, err := limit(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: v}}, eta)
		if err != nil {
			return figure.Claim{}, err
		}
		off = max(off, math.Abs(r/(a*(a+math.Sqrt(a*a+v*v)))-1))
	}
	return figure.Claim{What: "R∞ under normal noise off equation (19), at most", Measured: off, Allowed: 1e-10}, nil
}
