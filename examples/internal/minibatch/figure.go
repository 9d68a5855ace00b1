package minibatch

import (
	"context"
	"fmt"

	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Figure returns Figure 5.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "minibatch",
		About: "Figure 5, signSGD in batches of 1, 4, 16 and 64 samples on its curves",
		Full:  figure.Size{Dim: 400, Runs: 16},
		Quick: figure.Size{Dim: 200, Runs: 12},
		Make:  makeFigure,
	}
}

const (
	eta         = 0.3
	initialRisk = 0.5
	horizon     = 15 // in t = k/d
)

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	result := new(figure.Result)
	settings := signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
	for _, panel := range []struct {
		name, title string
		law         noise.Law
	}{
		{"minibatch-normal", "(a) Gaussian noise", noise.Normal{Sigma: 1}},
		{"minibatch-rademacher", "(b) Rademacher noise", noise.Rademacher{Scale: 1}},
	} {
		entries, err := Entries(c.Dim, panel.law, eta, initialRisk, c.Seed)
		if err != nil {
			return nil, err
		}
		if c.Quick {
			entries = entries[:3]
		}
		results, err := ensembles.Run(ctx, entries, settings, c.Progress)
		if err != nil {
			return nil, err
		}
		f := ensembles.Figure{
			Title: fmt.Sprintf("signSGD in batches, %s, η = %g/c_B, d = %d", panel.title, eta, c.Dim),
			Times: settings.RecordTimes(), Results: results,
		}
		result.Panels = append(result.Panels, f.Panels(panel.name)...)
		for i, r := range results {
			// The errors of the theory grow with the batch: they are of order B/d.
			result.Claims = append(result.Claims, figure.Follows(panel.title+", "+r.Name, f.Times, r.Curve, r.Risk, c.Dim*4/(4+Batches[i])))
		}
	}
	return result, nil
}
