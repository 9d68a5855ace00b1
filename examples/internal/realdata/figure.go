package realdata

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	eigenvalues "github.com/riskcurves/riskcurves/examples/internal/spectra"
)

// Figure returns Figures 1(c), 1(d), 4 and 10 on the data that are there. Texts
// have an eighth of the dimension of images: 50 and 400, as in the paper.
func Figure() figure.Figure {
	var o options
	return figure.Figure{
		Name:  "realdata",
		About: "Figures 1(c, d), 4 and 10, signSGD on real data beside its limits",
		Full:  figure.Size{Dim: 400, Runs: 32},
		Quick: figure.Size{Dim: 128, Runs: 16},
		Flags: o.flags,
		Make:  o.make,
	}
}

func (o *options) make(ctx context.Context, c figure.Config) (*figure.Result, error) {
	if err := o.fetch(ctx, c.Progress); err != nil {
		return nil, err
	}
	tasks, err := o.tasks(c)
	if err != nil {
		return nil, err
	}
	result := new(figure.Result)
	var absent error
	for _, t := range tasks {
		l, err := t.open()
		if err != nil {
			if o.sets == "" && o.x == "" && missing(err) {
				absent = errors.Join(absent, err)
				continue
			}
			return nil, err
		}
		err = o.panels(ctx, c, t, l, result)
		if err := errors.Join(err, l.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if len(result.Panels) == 0 {
		return nil, fmt.Errorf("there are no data (-download fetches cifar, imdb and glove):\n%w", absent)
	}
	return result, nil
}

// panels adds the pictures of one data set to the result.
func (o *options) panels(ctx context.Context, c figure.Config, t task, l *Labelled, result *figure.Result) error {
	features := Features{Dim: t.dim, Activation: Activation(o.activation), Regularizer: t.regularizer}
	if o.activation == "" {
		features.Activation = Tanh
	}
	if t.raw {
		features.Layers, features.Activation = 3, Identity
	}
	if o.columns {
		features.Scaling = Columns
	}
	eta := t.eta
	if o.eta != 0 {
		eta = o.eta
	}
	problem, err := NewProblem(ctx, l, features, c.Seed, c.Progress.Stage(t.name+", features"))
	if err != nil {
		return err
	}
	title := l.Name
	switch {
	case t.raw:
		title += ", three linear layers"
	case t.regularizer > 0:
		title += ", regularised"
	}
	n, d := problem.X.Dims()
	config := Config{Name: t.name, Title: fmt.Sprintf("%s, η = %g, d = %d", title, eta, d), Eta: eta, Runs: c.Runs, Seed: c.Seed}
	panel, err := Run(ctx, problem, config, c.Progress)
	if err != nil {
		return err
	}
	spectrum, err := eigenvalues.New(fmt.Sprintf("%s: %d samples, d = %d", title, n, d), problem.K)
	if err != nil {
		return err
	}
	eigen := spectrum.Chart()
	eigen.Legend = chart.BottomLeft
	var report strings.Builder
	fmt.Fprintf(&report, "%s, %s features, %d runs, seed %d; best law %v\n", config.Title, features.Activation, c.Runs, c.Seed, problem.Best.Law)
	if err := problem.Report.Print(&report); err != nil {
		return err
	}
	name := "realdata-" + t.name
	result.Panels = append(result.Panels,
		figure.Panel{Name: name, Title: strings.TrimRight(report.String(), "\n"), Chart: panel.Curves(), Table: panel.Table(), Stride: 20},
		figure.Panel{Name: name + "-laws", Title: "laws of the noise, gaps ODE/mean − 1 of signSGD", Table: panel.LawTable(), Stride: 1},
		figure.Panel{Name: name + "-gaps", Chart: panel.Gaps()},
		figure.Panel{Name: name + "-noise", Chart: problem.Histogram(title)},
		figure.Panel{Name: name + "-spectra", Chart: eigen, Table: spectrum.Table()},
	)
	result.Claims = append(result.Claims, panel.claims()...)
	return nil
}
