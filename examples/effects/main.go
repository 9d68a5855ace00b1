// Effects separates the four effects of Section 4 of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135): what the effective learning rate, the noise
// compression φ, the diagonal preconditioner and the reshaped gradient noise each
// contribute to the risk of signSGD over that of SGD.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "effects",
	Text: "Effects separates the four effects of Section 4 between SGD and signSGD, one at a time.",
	Dim:  program.Default{Full: 200, Quick: 100},
	Runs: program.Default{Full: 32, Quick: 32},
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	settings := ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed}
	times := settings.RecordTimes()
	var scenes []*scene
	for _, k := range covariances {
		matrix, err := k.make(r.Dim, r.Seed)
		if err != nil {
			return err
		}
		for _, l := range laws {
			p, err := problem(matrix, l.law, r.Seed)
			if err != nil {
				return err
			}
			s, err := newScene(ctx, p, times)
			if err != nil {
				return err
			}
			s.covariance, s.law = k.name, l.name
			scenes = append(scenes, s)
		}
	}
	if err := tabulate(r, scenes); err != nil {
		return err
	}
	// The last covariance is the one that shows all effects.
	last := scenes[len(scenes)-len(laws):]
	if err := picture(ctx, r, last[1], "effects-students-t", settings, times); err != nil {
		return err
	}
	if err := picture(ctx, r, last[2], "effects-rademacher", settings, times); err != nil {
		return err
	}
	return exact(ctx, r, scenes, times)
}

// tabulate prints the final risks and the factor of each effect.
func tabulate(r *program.Run, scenes []*scene) error {
	table := &program.Table{Head: "K, noise", Names: []string{"R of SGD", "of signSGD", "factor of (16)",
		"φ alone", "D⁻¹K alone", "K_σ alone", "φ in mean", "D⁻¹K in mean", "K_σ in mean"}}
	for _, s := range scenes {
		table.AddRow(s.covariance+", "+s.law, end(s.unmatched), end(s.curves[7]), end(s.curves[0])/end(s.unmatched),
			s.alone(0), s.alone(1), s.alone(2), s.share(0), s.share(1), s.share(2))
	}
	r.Print(fmt.Sprintf("Risks at t = %g, and the factors that lead from one to the other: the matched schedule (16), then the three others,\n"+
		"alone and in the mean over all orders", horizon), table, 1)
	return r.Save("effects", nil, table)
}

// picture draws the curves of a scene over the bands of its runs, and claims that they
// agree: runs of SGD and signSGD, and paths of the hybrids with one effect.
func picture(ctx context.Context, r *program.Run, s *scene, name string, settings ensemble.Settings, times []float64) error {
	c := &chart.Chart{
		Title: fmt.Sprintf("%s, %s noise, d = %d: ODE (lines), runs (dots)", s.covariance, s.law, r.Dim),
		X:     chart.Time, Y: chart.Risk, LogY: true,
	}
	table := new(program.Table)
	table.Add("t", times)
	table.Add("SGD, constant rate", s.unmatched)
	matched, err := signsgd.MatchSGD(s.problem, schedule.Constant(eta))
	if err != nil {
		return err
	}
	c.Line("SGD, constant rate", times, s.unmatched, chart.Black, chart.Dotted)
	for _, shown := range []struct {
		mask   int
		colour color.NRGBA
	}{{0, chart.Vermillion}, {1, chart.Orange}, {2, chart.Green}, {4, chart.Purple}, {7, chart.Blue}} {
		h, curve := hybrids[shown.mask], s.curves[shown.mask]
		settings.Progress = r.Progress.Stage(fmt.Sprintf("%s noise, %s", s.law, h))
		var band *ensemble.Band
		switch shown.mask {
		case 0:
			band, err = signsgd.Ensemble(ctx, s.problem, signsgd.SGD{}, matched, settings)
		case 7:
			band, err = signsgd.Ensemble(ctx, s.problem, signsgd.SignSGD{}, schedule.Constant(eta), settings)
		default:
			var limit homogenized.Limit
			if limit, err = h.limit(s.problem); err == nil {
				sde := homogenized.SDE{Problem: s.problem, Limit: limit, Rate: schedule.Constant(eta), Scheme: homogenized.EulerMaruyama{Step: 0.005}}
				band, err = sde.Ensemble(ctx, settings)
			}
		}
		if err != nil {
			return err
		}
		runs := band.Risk.Summary(0.8)
		// Only SGD and signSGD have their bands: more of them would hide each other.
		if shown.mask == 0 || shown.mask == 7 {
			c.Band("", times, runs.Lo, runs.Hi, shown.colour)
			c.Line(h.String(), times, curve, shown.colour, chart.Solid)
		} else {
			c.Line(h.String(), times, curve, shown.colour, chart.Dashed)
		}
		c.Dots("", times, runs.Mean, shown.colour)
		table.Add(h.String()+", mean", runs.Mean)
		r.Claim(program.Follows(fmt.Sprintf("%s noise, mean risk of %s on its ODE", s.law, h), times, curve, runs.Mean, runs.StdErr, r.Runs, r.Dim))
	}
	for mask, h := range hybrids {
		table.Add(h.String()+", ODE", s.curves[mask])
	}
	return r.Save(name, c, table)
}

// exact claims what holds of the curves without any runs.
func exact(ctx context.Context, r *program.Run, scenes []*scene, times []float64) error {
	var ends, compression, rotated, allowed float64
	for _, s := range scenes {
		matched, err := signsgd.MatchSGD(s.problem, schedule.Constant(eta))
		if err != nil {
			return err
		}
		for _, e := range []struct {
			optimizer signsgd.Optimizer
			rate      schedule.Schedule
			curve     []float64
		}{
			{signsgd.SGD{}, matched, s.curves[0]},
			{signsgd.SignSGD{}, schedule.Constant(eta), s.curves[7]},
		} {
			system, err := odes.New(s.problem, e.optimizer, e.rate)
			if err != nil {
				return err
			}
			curve, err := system.Solve(ctx, times)
			if err != nil {
				return err
			}
			for i, risk := range curve.Risk {
				ends = max(ends, math.Abs(e.curve[i]/risk-1))
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
	r.Claim(
		program.AtMost("SGD under (16) and signSGD as hybrids off their own ODEs", ends, 1e-7),
		program.AtMost("φ alone under normal noise, where ψ = 1: its factor off 1", compression, 1e-7),
		// K̄ = D⁻¹K, and every rate of decay changes by no more than D.
		program.AtMost("D⁻¹K alone on a rotated K, where D ≈ I: its factor off 1", rotated, allowed),
	)
	return nil
}
