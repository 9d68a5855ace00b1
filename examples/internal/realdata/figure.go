package realdata

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/figure"
	eigenvalues "github.com/riskcurves/riskcurves/examples/internal/spectra"
)

// Figure returns Figures 1(c), 1(d), 4 and 10 on the data that are there. An ensemble of
// texts has an eighth of the dimension of images: 50 and 400, as in the paper.
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

type options struct {
	data, sets, digits, glove string
	x, y                      string
	activation                string
	regularizer, eta          float64
	columns                   bool
}

const (
	defaultDigits      = "02468/13579"
	defaultRegularizer = 0.1
)

func (o *options) flags(flags *flag.FlagSet) {
	flags.StringVar(&o.data, "data", "", "`folder` of the data sets (default $RISKCURVES_DATA, or data)")
	flags.StringVar(&o.sets, "sets", "", "`list` of cifar, mnist, imdb (default: those that are there)")
	flags.StringVar(&o.digits, "digits", defaultDigits, "`split` of MNIST")
	flags.StringVar(&o.glove, "glove", "", "`file` of GloVe vectors (default: "+gloveVectors+" in the folder; without it, tf-idf)")
	flags.StringVar(&o.x, "x", "", "`file` of your own inputs, NPY, CSV or IDX, in place of the sets")
	flags.StringVar(&o.y, "y", "", "`file` of their labels")
	flags.StringVar(&o.activation, "activation", string(Tanh), "tanh, relu or identity")
	flags.BoolVar(&o.columns, "columns", false, "scale every input by its own standard deviation, not all by one number")
	flags.Float64Var(&o.regularizer, "regularizer", defaultRegularizer, "standard deviation of the noise on text features")
	flags.Float64Var(&o.eta, "eta", 0, "learning rate `η` (default 0.9 for CIFAR-10, 0.5 for MNIST, 0.2 for texts and files)")
}

// task is one data set with what is done to it.
type task struct {
	name        string
	open        func() (*Labelled, error)
	dim         int
	eta         float64
	regularizer float64
	raw         bool // text as ill-conditioned as it comes
}

func (o *options) tasks(c figure.Config) ([]task, error) {
	if (o.x == "") != (o.y == "") {
		return nil, fmt.Errorf("-x is %q and -y %q: give both or neither", o.x, o.y)
	}
	if o.x != "" {
		return []task{{"file", func() (*Labelled, error) { return OpenFiles(o.x, o.y) }, c.Dim, 0.2, 0, false}}, nil
	}
	folder, digits, regularizer := o.data, o.digits, o.regularizer
	if folder == "" {
		if folder = os.Getenv("RISKCURVES_DATA"); folder == "" {
			folder = "data"
		}
	}
	if digits == "" {
		digits, regularizer = defaultDigits, defaultRegularizer // without flags
	}
	glove := o.glove
	if glove == "" {
		if path := filepath.Join(folder, gloveVectors); exists(path) {
			glove = path
		}
	}
	imdb := func() (*Labelled, error) { return OpenIMDB(folder, glove, c.Seed) }
	textDim := max(c.Dim/8, 32)
	sets := map[string][]task{
		"cifar": {{"cifar", func() (*Labelled, error) { return OpenCIFAR(folder) }, c.Dim, 0.9, 0, false}},
		"mnist": {{"mnist", func() (*Labelled, error) { return OpenMNIST(folder, digits) }, c.Dim, 0.5, 0, false}},
		"imdb":  {{"imdb", imdb, textDim, 0.2, regularizer, false}, {"imdb-raw", imdb, textDim, 0.2, 0, true}},
	}
	if o.sets != "" {
		var tasks []task
		for name := range strings.SplitSeq(o.sets, ",") {
			set, ok := sets[name]
			if !ok {
				return nil, fmt.Errorf("-sets has %q: must be a list of cifar, mnist, imdb", name)
			}
			tasks = append(tasks, set...)
		}
		return tasks, nil
	}
	var tasks []task
	for _, name := range []string{"cifar", "mnist", "imdb"} {
		tasks = append(tasks, sets[name]...)
	}
	return tasks, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (o *options) make(ctx context.Context, c figure.Config) (*figure.Result, error) {
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
		if err := o.panels(ctx, c, t, l, result); err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if len(result.Panels) == 0 {
		return nil, fmt.Errorf("there are no data:\n%w", absent)
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
		features.Layers, features.Activation = 2, Identity
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
		title += ", two linear layers"
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
		figure.Panel{Name: name + "-spectra", Chart: spectrum.Chart(), Table: spectrum.Table()},
	)
	result.Claims = append(result.Claims, panel.claims()...)
	return nil
}
