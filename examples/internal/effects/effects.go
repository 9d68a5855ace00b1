// Package effects separates the four effects of Section 4 of arXiv:2411.12135.
package effects

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
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Figure returns the figure for Section 4.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "effects",
		About: "Section 4, the four effects between SGD and signSGD, one at a time",
		Full:  figure.Size{Dim: 200, Runs: 32},
		Quick: figure.Size{Dim: 100, Runs: 32},
		Make:  makeFigure,
	}
}

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	settings := signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
	times := settings.RecordTimes()
	var scenes []*scene
	for _, k := range covariances {
		matrix, err := k.make(c.Dim, c.Seed)
		if err != nil {
			return nil, err
		}
		for _, l := range laws {
			p, err := problem(matrix, l.law, c.Seed)
			if err != nil {
				return nil, err
			}
			s, err := newScene(ctx, p, times)
			if err != nil {
				return nil, err
			}
			s.covariance, s.law = k.name, l.name
			scenes = append(scenes, s)
		}
	}
	result := &figure.Result{Panels: []figure.Panel{tabulate(scenes)}}
	// The last covariance is the one that shows all effects.
	for i, s := range scenes[len(scenes)-len(laws):] {
		if s.law == "normal" {
			continue
		}
		panel, claims, err := draw(ctx, s, settings, times, c)
		if err != nil {
			return nil, err
		}
		panel.Name = fmt.Sprintf("effects-%s", []string{"normal", "students-t", "rademacher"}[i])
		result.Panels = append(result.Panels, panel)
		result.Claims = append(result.Claims, claims...)
	}
	exact, err := exactClaims(ctx, scenes, times)
	result.Claims = append(result.Claims, exact...)
	return result, err
}

// tabulate returns the final risks and the factor of each effect.
func tabulate(scenes []*scene) figure.Panel {
	table := &cli.Table{Head: "K, noise"}
	for _, s := range scenes {
		table.Labels = append(table.Labels, s.covariance+", "+s.law)
	}
	add := func(name string, of func(s *scene) float64) {
		column := make([]float64, len(scenes))
		for i, s := range scenes {
			column[i] = of(s)
		}
		table.Add(name, column)
	}
	add("R of SGD", func(s *scene) float64 { return end(s.unmatched) })
	add("of signSGD", func(s *scene) float64 { return end(s.curves[7]) })
	add("factor of (16)", func(s *scene) float64 { return end(s.curves[0]) / end(s.unmatched) })
	names := []string{"φ", "D⁻¹K", "K_σ"}
	for effect, name := range names {
		add(name+" alone", func(s *scene) float64 { return s.alone(effect) })
	}
	for effect, name := range names {
		add(name+" in mean", func(s *scene) float64 { return s.share(effect) })
	}
	return figure.Panel{
		Name: "effects", Table: table, Stride: 1,
		Title: fmt.Sprintf("Risks at t = %g, and the factors that lead from one to the other: the matched schedule (16), then the three others, "+
			"alone and in the mean over all orders", horizon),
	}
}

// draw draws the curves of a scene over the bands of its runs, and claims that they
// agree: runs of SGD and signSGD, and paths of the hybrids with one effect.
func draw(ctx context.Context, s *scene, settings signsgd.Settings, times []float64, c figure.Config) (figure.Panel, []figure.Claim, error) {
	picture := &chart.Chart{
		Title: fmt.Sprintf("The effects one at a time: K %s, %s noise, η = %g, d = %d", s.covariance, s.law, eta, c.Dim),
		X:     "t = k/d  (steps / dimension)", Y: "risk  R = ½ νᵀKν", LogY: true,
	}
	table := new(cli.Table)
	table.Add("t", times)
	table.Add("SGD, constant rate", s.unmatched)
	var claims []figure.Claim
	matched, err := signsgd.MatchSGD(s.problem, signsgd.Constant(eta))
	if err != nil {
		return figure.Panel{}, nil, err
	}
	colours := map[int]color.NRGBA{0: chart.Vermillion, 1: chart.Orange, 2: chart.Green, 4: chart.Purple, 7: chart.Blue}
	shown := []int{0, 1, 2, 4, 7}
	for _, mask := range shown {
		h := hybrids[mask]
		settings.Progress = c.Progress.Stage(fmt.Sprintf("%s noise, %s", s.law, h))
		var runs signsgd.Paths
		switch mask {
		case 0:
			runs, err = simulate(ctx, s.problem, signsgd.SGD{}, matched, settings)
		case 7:
			runs, err = simulate(ctx, s.problem, signsgd.SignSGD{}, signsgd.Constant(eta), settings)
		default:
			runs, err = h.paths(ctx, s.problem, eta, settings)
		}
		if err != nil {
			return figure.Panel{}, nil, err
		}
		lo, hi := runs.Central(0.8)
		picture.Band("", times, lo, hi, colours[mask])
		table.Add(h.String()+", mean", runs.Mean())
		claims = append(claims, figure.Follows(fmt.Sprintf("%s noise, mean risk of %s on its ODE", s.law, h), times, s.curves[mask], runs, c.Dim))
	}
	picture.Line("SGD, constant rate", times, s.unmatched, chart.Black, chart.Dotted)
	for _, mask := range shown {
		dashes := chart.Dashed
		if mask == 0 || mask == 7 {
			dashes = chart.Solid
		}
		picture.Line(hybrids[mask].String(), times, s.curves[mask], colours[mask], dashes)
	}
	for mask, h := range hybrids {
		table.Add(h.String()+", ODE", s.curves[mask])
	}
	return figure.Panel{Chart: picture, Table: table}, claims, nil
}

func simulate(ctx context.Context, p signsgd.Problem, o signsgd.Optimizer, rate signsgd.Schedule, settings signsgd.Settings) (signsgd.Paths, error) {
	band, err := signsgd.Ensemble(ctx, p, o, rate, settings)
	if err != nil {
		return nil, err
	}
	return band.Risk, nil
}

// exactClaims are what holds of the curves without any runs.
func exactClaims(ctx context.Context, scenes []*scene, times []float64) ([]figure.Claim, error) {
	var ends, compression, rotated, allowed float64
	for _, s := range scenes {
		matched, err := signsgd.MatchSGD(s.problem, signsgd.Constant(eta))
		if err != nil {
			return nil, err
		}
		for _, e := range []struct {
			limit homogenized.Limit
			rate  signsgd.Schedule
			curve []float64
		}{
			{homogenized.SGD(s.problem), matched, s.curves[0]},
			{homogenized.SignSGD(s.problem), signsgd.Constant(eta), s.curves[7]},
		} {
			system, err := odes.New(s.problem, e.limit, e.rate)
			if err != nil {
				return nil, err
			}
			curve, err := system.Solve(ctx, times)
			if err != nil {
				return nil, err
			}
			for i, r := range curve.Risk {
				ends = max(ends, math.Abs(e.curve[i]/r-1))
			}
		}
		if s.law == "normal" {
			compression = max(compression, math.Abs(s.alone(0)-1))
		}
		if s.covariance == "rotated" {
			rotated = max(rotated, math.Abs(s.alone(1)-1))
			deviations := spectra.StandardDeviations(s.problem.Covariance)
			allowed = max(floats.Max(deviations)-1, 1-floats.Min(deviations))
		}
	}
	return []figure.Claim{
		{What: "SGD under (16) and signSGD as hybrids off their own ODEs, at most", Measured: ends, Allowed: 1e-7},
		{What: "φ alone under normal noise, where ψ = 1: its factor off 1", Measured: compression, Allowed: 1e-7},
		// K̄ = D⁻¹K, and every rate of decay changes by no more than D.
		{What: "D⁻¹K alone on a rotated K, where D ≈ I: its factor off 1", Measured: rotated, Allowed: allowed},
	}, nil
}
