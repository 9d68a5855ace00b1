// Weakapprox compares, after Appendix G of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135), the runs of signSGD with the paths of signHSGD and of
// the weak approximation, whose noise lacks the square of the drift: at d = 2 they
// differ, at d = 100 hardly. It writes a PNG, an SVG and a CSV file for each dimension.
//
// The iterates of signSGD live on a lattice, of which a step reaches every second point:
// at d = 2 that makes the quantiles of its risk alternate.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/weakapprox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "weakapprox:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("weakapprox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dims := flags.String("d", "2,10,100", "dimensions, a `list`")
	eta := flags.Float64("eta", 0.7, "learning rate `η`")
	horizon := flags.Float64("horizon", 12, "length of the runs in t = k/d")
	runs := flags.Int("runs", 2000, "runs of each kind")
	seed := flags.Uint64("seed", 1, "seed of everything random")
	law := flags.String("noise", "normal:0.5", "label noise `LAW`: "+cli.NoiseHelp)
	spectrum := flags.String("spectrum", "log:0.3,3", "eigenvalues of K: "+cli.SpectrumHelp)
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
	c := weakapprox.Config{Eta: *eta, Horizon: *horizon, Runs: *runs, Seed: *seed}
	var err error
	if c.Noise, err = cli.ParseNoise(*law); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "K: eigenvalues %s in a Haar-random basis, noise %s, η = %g, %d runs of each, seed %d\n", *spectrum, *law, *eta, *runs, *seed)
	progress := cli.NewProgress(stderr)
	for word := range strings.SplitSeq(*dims, ",") {
		d, err := strconv.Atoi(word)
		if err != nil || d < 1 {
			return fmt.Errorf("d is %q: must be a list of positive integers", *dims)
		}
		if c.Eigenvalues, err = cli.ParseSpectrum(*spectrum, d); err != nil {
			return err
		}
		p, err := weakapprox.New(ctx, c, progress)
		if err != nil {
			return err
		}
		if err := report(stdout, p, filepath.Join(*out, fmt.Sprintf("weakapprox-d%d", d))); err != nil {
			return err
		}
	}
	return nil
}

// report prints a panel and saves its files.
func report(w io.Writer, p *weakapprox.Panel, path string) error {
	full, fullErr := p.Gap(p.SignHSGD)
	weak, weakErr := p.Gap(p.Weak)
	fmt.Fprintf(w, "\nd = %d: late mean risk, relative to that of signSGD: signHSGD %+.2f%% ± %.2f%%, weak approximation %+.2f%% ± %.2f%%\n",
		p.Dim(), 100*full, 100*fullErr, 100*weak, 100*weakErr)
	table := p.Table()
	if err := table.Print(w, (len(p.Times)-1+9)/10); err != nil {
		return err
	}
	files, err := p.Chart().Save(path)
	if err != nil {
		return err
	}
	if err := table.SaveCSV(path + ".csv"); err != nil {
		return err
	}
	fmt.Fprintln(w, "wrote", files[0], files[1], path+".csv")
	return nil
}
