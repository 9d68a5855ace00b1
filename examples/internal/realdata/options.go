package realdata

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/download"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
)

type options struct {
	data, sets, digits, glove string
	download                  string
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
	flags.StringVar(&o.download, "download", "", "`list` of cifar, imdb, glove to fetch into the folder first, if they are not there")
	flags.StringVar(&o.digits, "digits", defaultDigits, "`split` of MNIST")
	flags.StringVar(&o.glove, "glove", "", "`file` of GloVe vectors (default: "+gloveVectors+" in the folder; without it, tf-idf)")
	flags.StringVar(&o.x, "x", "", "`file` of your own inputs, NPY, CSV or IDX, in place of the sets")
	flags.StringVar(&o.y, "y", "", "`file` of their labels")
	flags.StringVar(&o.activation, "activation", string(Tanh), "tanh, relu or identity")
	flags.BoolVar(&o.columns, "columns", false, "scale every input by its own standard deviation, not all by one number")
	flags.Float64Var(&o.regularizer, "regularizer", defaultRegularizer, "standard deviation of the noise on text features")
	flags.Float64Var(&o.eta, "eta", 0, "learning rate `η` (default 0.9 for CIFAR-10, 0.5 for MNIST, 0.2 for texts and files)")
}

func (o *options) folder() string {
	if o.data != "" {
		return o.data
	}
	if folder := os.Getenv("RISKCURVES_DATA"); folder != "" {
		return folder
	}
	return "data"
}

// fetch downloads what the flag asks for. Nothing else touches the network.
func (o *options) fetch(ctx context.Context, progress *cli.Progress) error {
	if o.download == "" {
		return nil
	}
	client := download.Client{Progress: progress.Stage}
	for name := range strings.SplitSeq(o.download, ",") {
		archive, err := download.Find(name)
		if err != nil {
			return err
		}
		if err := client.Get(ctx, archive, o.folder()); err != nil {
			return err
		}
	}
	return nil
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
	folder, digits, regularizer := o.folder(), o.digits, o.regularizer
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
