// Realdata reproduces Figures 1(c), 1(d), 4 and 10 of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135) on real data: it makes random features of images or
// of texts with labels of two classes, estimates K, θ* and the law of the noise, runs
// signSGD and SGD in one pass over shuffled data, and sets them beside signHSGD, signODE
// with each law, and the ODE of SGD.
//
// README.md says which files it wants where, and why the curves differ from the data.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/program"
)

var about = program.About{
	Name: "realdata",
	Text: "Realdata makes Figures 1(c, d), 4 and 10: signSGD on real data beside its limits.\n" +
		"examples/realdata/README.md says where the data come from. Texts have an eighth of the dimension of images.",
	Dim:  program.Default{Full: 400, Quick: 128},
	Runs: program.Default{Full: 32, Quick: 32},
}

var (
	folder = flag.String("data", "", "`folder` of the data sets (default $RISKCURVES_DATA, or data)")
	only   = flag.String("sets", "", "`list` of cifar, mnist, imdb, imdb-raw (default: those that are there)")
	inputs = flag.String("x", "", "`file` of your own inputs, NPY, CSV or IDX, in place of the sets")
	labels = flag.String("y", "", "`file` of their labels")
	rate   = program.OptionalFlag("eta", "learning rate `η` (default 0.9 for CIFAR-10, 0.5 for MNIST, 0.2 for texts and files)")
)

// set is a data set with what is done to it.
type set struct {
	name        string
	title       string // added to the name of the data
	eta         float64
	textual     bool    // of an eighth of the dimension
	layers      int     // of features
	linear      bool    // features without a nonlinearity
	regularizer float64 // standard deviation of the noise on the features
	open        func(ctx context.Context, folder string, seed uint64) (*Labelled, error)
}

var sets = []set{
	{name: "cifar", eta: 0.9, layers: 1, open: openCIFAR},
	{name: "mnist", eta: 0.5, layers: 1, open: openMNIST},
	{name: "imdb", title: ", regularised", eta: 0.2, textual: true, layers: 1, regularizer: 0.1, open: openIMDB},
	// As ill-conditioned as it comes.
	{name: "imdb-raw", title: ", three linear layers", eta: 0.2, textual: true, layers: 3, linear: true, open: openIMDB},
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	if (*inputs == "") != (*labels == "") {
		return fmt.Errorf("-x is %q and -y %q: give both or neither", *inputs, *labels)
	}
	if *inputs != "" {
		own := set{name: "file", eta: 0.2, layers: 1, open: func(ctx context.Context, _ string, _ uint64) (*Labelled, error) {
			return openFiles(ctx, *inputs, *labels)
		}}
		return own.draw(ctx, r)
	}
	wanted := strings.Split(*only, ",")
	for _, name := range wanted {
		if *only != "" && !slices.ContainsFunc(sets, func(s set) bool { return s.name == name }) {
			return fmt.Errorf("-sets has %q: must be a list of cifar, mnist, imdb, imdb-raw", name)
		}
	}
	var absent error
	for _, s := range sets {
		if *only != "" && !slices.Contains(wanted, s.name) {
			continue
		}
		err := s.draw(ctx, r)
		if *only == "" && errors.Is(err, fs.ErrNotExist) {
			absent = errors.Join(absent, err)
			continue
		}
		if err != nil {
			return err
		}
	}
	if len(r.Files) == 0 {
		return fmt.Errorf("there are no data; examples/realdata/README.md says how to get them:\n%w", absent)
	}
	return nil
}

// where returns the folder of the data sets.
func where() string {
	for _, path := range []string{*folder, os.Getenv("RISKCURVES_DATA")} {
		if path != "" {
			return path
		}
	}
	return "data"
}

// draw makes the runs and pictures of one data set.
func (s set) draw(ctx context.Context, r *program.Run) error {
	data, err := s.open(ctx, where(), r.Seed)
	if err != nil {
		return err
	}
	defer data.Close()
	features := Features{Dim: r.Dim, Layers: s.layers, Linear: s.linear, Regularizer: s.regularizer}
	if s.textual {
		features.Dim = max(r.Dim/8, 32)
	}
	p, err := NewProblem(ctx, data, features, r.Seed, r.Progress.Stage(s.name+", features"))
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	c := config{name: s.name, eta: rate.Or(s.eta), horizon: p.Horizon(), runs: r.Runs, seed: r.Seed}
	runs, err := simulate(ctx, p, c, r.Progress)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	n, d := p.X.Dims()
	title := data.Name + s.title
	r.Printf("%s, %d samples, d = %d, η = %g, %d runs, seed %d; best law %v\n", title, n, d, c.eta, c.runs, c.seed, p.Best.Law)
	r.Printf("%s", p.Report)
	r.Claim(runs.claims()...)
	r.Print("The curves", runs.table(), 20)
	r.Print("Laws of the noise, gaps ODE/mean − 1 of signSGD", runs.laws(), 1)
	eigenvalues, table, err := p.spectra(title)
	if err != nil {
		return err
	}
	name := "realdata-" + s.name
	return errors.Join(
		r.Save(name, runs.curves(fmt.Sprintf("%s, η = %g, d = %d", title, c.eta, d)), runs.table()),
		r.Save(name+"-laws", nil, runs.laws()),
		r.Save(name+"-gaps", runs.gaps(title), nil),
		r.Save(name+"-noise", p.histogram(title), nil),
		r.Save(name+"-spectra", eigenvalues, table),
	)
}
