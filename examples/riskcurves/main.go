// Riskcurves reproduces Figure 1(a) and (b) of "Exact risk curves of signSGD in
// high dimensions" (arXiv:2411.12135): runs of signSGD on synthetic least squares
// problems, the paths of signHSGD and the curve of signODE, which agree; and SGD
// with its own curve, where the noise has a variance. It writes a PNG, an SVG and
// a CSV file for each panel.
//
// With -noise it makes a single panel with that noise.
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
	"github.com/riskcurves/riskcurves/examples/internal/riskcurves"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "riskcurves:", err)
		os.Exit(1)
	}
}

// horizon is the length of the runs in t = k/d: 5,000 steps at d = 500.
const horizon = 10

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("riskcurves", flag.ContinueOnError)
	flags.SetOutput(stderr)
	d := flags.Int("d", 500, "dimension; the runs make 10·d steps")
	eta := flags.Float64("eta", 0, "learning rate `η` of signSGD (default 0.7, for Cauchy noise 0.5)")
	runs := flags.Int("runs", 32, "runs of each kind")
	seed := flags.Uint64("seed", 1, "seed of everything random")
	law := flags.String("noise", "", "label noise `LAW`: "+cli.NoiseHelp+" (default: both panels of the figure)")
	spectrum := flags.String("spectrum", "log:0.01,3.16", "eigenvalues of K: "+cli.SpectrumHelp)
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
	eigenvalues, err := cli.ParseSpectrum(*spectrum, *d)
	if err != nil {
		return err
	}
	panels := []struct {
		name, title, noise string
		eta                float64
	}{
		{"riskcurves-a", "(a) Gaussian noise", "normal:0.5", 0.7},
		{"riskcurves-b", "(b) Cauchy noise", "cauchy:2,1", 0.5},
	}
	if *law != "" {
		panels = panels[:1]
		panels[0].name, panels[0].title, panels[0].noise = "riskcurves", *law+" noise", *law
	}
	fmt.Fprintf(stdout, "K: d = %d, eigenvalues %s in a Haar-random basis\n", *d, *spectrum)
	progress := cli.NewProgress(stderr)
	for _, panel := range panels {
		c := riskcurves.Config{Name: panel.name, Eigenvalues: eigenvalues, Eta: panel.eta, Horizon: horizon, Runs: *runs, Seed: *seed}
		if *eta != 0 {
			c.Eta = *eta
		}
		c.Title = fmt.Sprintf("%s, η = %g, d = %d", panel.title, c.Eta, *d)
		if c.Noise, err = cli.ParseNoise(panel.noise); err != nil {
			return err
		}
		p, err := riskcurves.New(ctx, c, progress)
		if err != nil {
			return err
		}
		if err := report(stdout, p, panel.noise, filepath.Join(*out, c.Name)); err != nil {
			return err
		}
	}
	return nil
}

// report prints a panel and saves its files.
func report(w io.Writer, p *riskcurves.Panel, law, path string) error {
	fmt.Fprintf(w, "\n%s, noise %s, %d runs, seed %d\n", p.Config.Title, law, p.Config.Runs, p.Config.Seed)
	fmt.Fprintf(w, "R(0) = %.4g; limit risks: signSGD %.4g", p.InitialRisk, p.LimitRisk)
	if p.SGD != nil {
		fmt.Fprintf(w, ", SGD under (16) %.4g", p.SGDLimit)
	}
	fmt.Fprintln(w)
	table := p.Table()
	if err := table.Print(w, 20); err != nil {
		return err
	}
	fmt.Fprintf(w, "largest relative gap: signODE to the mean of signSGD %.2g, to that of signHSGD %.2g",
		riskcurves.Gap(p.SignODE, p.SignSGD), riskcurves.Gap(p.SignODE, p.SignHSGD))
	if p.SGD != nil {
		fmt.Fprintf(w, ", vanillaODE to SGD %.2g", riskcurves.Gap(p.VanillaODE, p.SGD))
	}
	fmt.Fprintf(w, "\nsignODE outside the 80%% band of signSGD at %d of %d times\n", p.Outside(), len(p.Times)-1)
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
