// Optimizers runs every optimizer of the library on one least squares problem, at rates
// that give each the drift of signSGD, and draws the bands of their risks with the
// deterministic curves of those whose limit is known.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/examples/internal/optimizers"
	"github.com/riskcurves/riskcurves/signsgd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "optimizers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("optimizers", flag.ContinueOnError)
	flags.SetOutput(stderr)
	d := flags.Int("d", 300, "dimension; the runs make horizon·d steps")
	eta := flags.Float64("eta", 0.3, "learning rate `η` of signSGD, from which the others follow")
	horizon := flags.Float64("horizon", 15, "length of the runs in t = k/d")
	runs := flags.Int("runs", 16, "runs of each optimizer")
	seed := flags.Uint64("seed", 1, "seed of everything random")
	out := flags.String("out", "figures", "`folder` to write to")
	if err := flags.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	p, err := optimizers.NewProblem(*d, *seed)
	if err != nil {
		return err
	}
	families, err := optimizers.Families(p, *eta)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "d = %d, scales of the features 0.3 to 3, noise normal:0.5, η = %g, %d runs, seed %d\n", *d, *eta, *runs, *seed)
	settings := signsgd.Settings{Horizon: *horizon, Runs: *runs, Seed: *seed}
	if err := settings.Validate(); err != nil {
		return err
	}
	progress := cli.NewProgress(stderr)
	for _, f := range families {
		results, err := ensembles.Run(ctx, f.Entries, settings, progress)
		if err != nil {
			return err
		}
		figure := ensembles.Figure{Title: fmt.Sprintf("Optimizers: %s, d = %d", f.Title, *d), Times: settings.RecordTimes(), Results: results}
		if err := figure.Report(stdout, filepath.Join(*out, f.Name)); err != nil {
			return err
		}
	}
	return nil
}
