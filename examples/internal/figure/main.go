package figure

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
)

// Main is the program of one figure. It prints the figure's tables and claims, writes
// its files, and exits with status 1 after an error or when a claim fails.
func Main(f Figure) {
	exit(f.Name, func(ctx context.Context) error { return Run(ctx, f, os.Args[1:], os.Stdout, os.Stderr) })
}

// MainAll is the program of all figures.
func MainAll(figures []Figure) {
	exit("all", func(ctx context.Context) error { return RunAll(ctx, figures, os.Args[1:], os.Stdout, os.Stderr) })
}

func exit(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// options are the flags that all programs share.
type options struct {
	quick bool
	seed  uint64
	out   string
}

func (o *options) flags(flags *flag.FlagSet) {
	flags.BoolVar(&o.quick, "quick", false, "make it in the small size of its tests")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of everything random")
	flags.StringVar(&o.out, "out", "figures", "`folder` to write to")
}

// Run is Main with its surroundings passed in.
func Run(ctx context.Context, f Figure, args []string, stdout, stderr io.Writer) error {
	var o options
	var size Size
	flags := flag.NewFlagSet(f.Name, flag.ContinueOnError)
	o.flags(flags)
	if f.Full.Dim > 0 {
		flags.IntVar(&size.Dim, "d", 0, fmt.Sprintf("dimension, the largest of several (default %d)", f.Full.Dim))
	}
	if f.Full.Runs > 0 {
		flags.IntVar(&size.Runs, "runs", 0, fmt.Sprintf("runs of each kind (default %d)", f.Full.Runs))
	}
	if f.Flags != nil {
		f.Flags(flags)
	}
	if done, err := parse(flags, args, stderr); done {
		return err
	}
	c := f.Config(o.quick, o.seed, cli.NewProgress(stderr))
	if err := override(flags, &c.Dim, "d", size.Dim, 16); err != nil {
		return err
	}
	if err := override(flags, &c.Runs, "runs", size.Runs, 2); err != nil {
		return err
	}
	claims, err := produce(ctx, f, c, o.out, stdout)
	if err != nil {
		return err
	}
	return conclude(stdout, claims)
}

// override sets the number to the one that the flag gives, if it is there.
func override(flags *flag.FlagSet, to *int, name string, given, atLeast int) error {
	set := false
	flags.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	if !set {
		return nil
	}
	if given < atLeast {
		return fmt.Errorf("-%s is %d: must be at least %d", name, given, atLeast)
	}
	*to = given
	return nil
}

// RunAll is MainAll with its surroundings passed in.
func RunAll(ctx context.Context, figures []Figure, args []string, stdout, stderr io.Writer) error {
	var o options
	flags := flag.NewFlagSet("all", flag.ContinueOnError)
	o.flags(flags)
	if done, err := parse(flags, args, stderr); done {
		return err
	}
	var all []Claim
	for _, f := range figures {
		fmt.Fprintf(stdout, "== %s: %s\n", f.Name, f.About)
		claims, err := produce(ctx, f, f.Config(o.quick, o.seed, cli.NewProgress(stderr)), o.out, stdout)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		for _, c := range claims {
			c.What = f.Name + ": " + c.What
			all = append(all, c)
		}
	}
	return conclude(stdout, all)
}

// parse reports whether there is nothing left to do but to return the error.
func parse(flags *flag.FlagSet, args []string, stderr io.Writer) (done bool, err error) {
	flags.SetOutput(stderr)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return true, nil
	case err != nil:
		return true, err
	case flags.NArg() > 0:
		return true, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return false, nil
}

// produce makes a figure, prints its tables and writes its files.
func produce(ctx context.Context, f Figure, c Config, folder string, w io.Writer) ([]Claim, error) {
	result, err := f.Make(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, p := range result.Panels {
		if err := p.print(w); err != nil {
			return nil, err
		}
		names, err := p.save(folder)
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(w, append([]any{"wrote"}, names...)...)
		fmt.Fprintln(w)
	}
	return result.Claims, nil
}

func (p Panel) print(w io.Writer) error {
	title := p.Title
	if title == "" && p.Chart != nil {
		title = p.Chart.Title
	}
	if title != "" {
		fmt.Fprintln(w, title)
	}
	if p.Table == nil || p.Stride == 0 {
		return nil
	}
	return p.Table.Print(w, p.Stride)
}

func (p Panel) save(folder string) (names []any, err error) {
	path := filepath.Join(folder, p.Name)
	if p.Chart != nil {
		files, err := p.Chart.Save(path)
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			names = append(names, name)
		}
	}
	if p.Table != nil {
		if err := p.Table.SaveCSV(path + ".csv"); err != nil {
			return nil, err
		}
		names = append(names, path+".csv")
	}
	return names, nil
}

func conclude(w io.Writer, claims []Claim) error {
	failed, err := PrintClaims(w, claims)
	if err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d claims fail", failed, len(claims))
	}
	return nil
}
