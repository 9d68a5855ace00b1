// Minibatch reproduces Figure 5 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): signSGD with mini-batches of 1, 4, 16 and 64 samples and its
// deterministic curves, under normal noise, for which batches change only the noise of
// the steps, and under noise ±a, for which they change everything: alone, the sign of a
// gradient says nothing once the risk is far below a², and a batch gives the noise a
// density. The theory holds for batches far smaller than d: at B = 64 the runs end some
// percent above their curve.
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
	"github.com/riskcurves/riskcurves/examples/internal/minibatch"
	"github.com/riskcurves/riskcurves/signsgd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "minibatch:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("minibatch", flag.ContinueOnError)
	flags.SetOutput(stderr)
	d := flags.Int("d", 400, "dimension; the runs make horizon·d steps")
	eta := flags.Float64("eta", 0.3, "learning rate `η`; batches of B take η/c_B")
	risk := flags.Float64("risk", 0.5, "risk at the start")
	horizon := flags.Float64("horizon", 15, "length of the runs in t = k/d")
	runs := flags.Int("runs", 16, "runs of each size")
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
	if !(*risk > 0) {
		return fmt.Errorf("risk is %v: must be positive", *risk)
	}
	settings := signsgd.Settings{Horizon: *horizon, Runs: *runs, Seed: *seed}
	if err := settings.Validate(); err != nil {
		return err
	}
	progress := cli.NewProgress(stderr)
	for _, panel := range []struct{ name, title, noise string }{
		{"minibatch-normal", "(a) Gaussian noise", "normal:1"},
		{"minibatch-rademacher", "(b) Rademacher noise", "rademacher:1"},
	} {
		law, err := cli.ParseNoise(panel.noise)
		if err != nil {
			return err
		}
		entries, err := minibatch.Entries(*d, law, *eta, *risk, *seed)
		if err != nil {
			return err
		}
		results, err := ensembles.Run(ctx, entries, settings, progress)
		if err != nil {
			return err
		}
		figure := ensembles.Figure{
			Title: fmt.Sprintf("signSGD in batches, %s, η = %g/c_B, d = %d", panel.title, *eta, *d),
			Times: settings.RecordTimes(), Results: results,
		}
		if err := figure.Report(stdout, filepath.Join(*out, panel.name)); err != nil {
			return err
		}
	}
	return nil
}
