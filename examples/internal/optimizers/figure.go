package optimizers

import (
	"context"
	"fmt"

	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Figure returns the figures of all families.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "optimizers",
		About: "every optimizer on one problem at the pace of signSGD, on its curve where that is known",
		Full:  figure.Size{Dim: 300, Runs: 16},
		Quick: figure.Size{Dim: 100, Runs: 16},
		Make:  makeFigure,
	}
}

const (
	eta     = 0.3
	horizon = 15 // in t = k/d
)

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	p, err := NewProblem(c.Dim, c.Seed)
	if err != nil {
		return nil, err
	}
	families, err := Families(p, eta)
	if err != nil {
		return nil, err
	}
	result := new(figure.Result)
	settings := signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
	for _, family := range families {
		results, err := ensembles.Run(ctx, family.Entries, settings, c.Progress)
		if err != nil {
			return nil, err
		}
		f := ensembles.Figure{Title: fmt.Sprintf("Optimizers: %s, d = %d", family.Title, c.Dim), Times: settings.RecordTimes(), Results: results}
		result.Panels = append(result.Panels, f.Panels(family.Name)...)
		for _, r := range results {
			if r.Curve != nil {
				result.Claims = append(result.Claims, figure.Follows(r.Name, f.Times, r.Curve, r.Risk, c.Dim))
			}
		}
	}
	return result, nil
}
