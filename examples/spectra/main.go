// Spectra reproduces Figure 4 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): the spectra of K and of K_σ, with fitted power laws, for a
// power-law K in a random basis and, with -images, for random features of image
// data. It prints when diagonal preconditioning helps (Section 4.3) and a 3×3
// covariance that it makes worse (Appendix H). It writes a PNG, an SVG and a CSV
// file for each panel.
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	figure "github.com/riskcurves/riskcurves/examples/internal/spectra"
	"github.com/riskcurves/riskcurves/spectra"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "spectra:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("spectra", flag.ContinueOnError)
	flags.SetOutput(stderr)
	d := flags.Int("d", 1000, "dimension of the power-law K")
	alpha := flags.Float64("alpha", 1, "its eigenvalues are j^{-`α`}")
	images := flags.String("images", "", "IDX `file` of images, as of MNIST, gzipped or not")
	features := flags.Int("features", 400, "number of random features of the images")
	limit := flags.Int("limit", 10000, "number of images read at most")
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
	if *features < 1 {
		return fmt.Errorf("-features is %d: must be at least 1", *features)
	}
	rng := rand.New(rand.NewPCG(*seed, 0))

	lambda, err := spectra.PowerLaw(*d, *alpha)
	if err != nil {
		return err
	}
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return err
	}
	if err := panel(stdout, fmt.Sprintf("Eigenvalues j^−%g, random basis, d = %d", *alpha, *d), k, filepath.Join(*out, "spectra-a")); err != nil {
		return err
	}
	if *images != "" {
		data, err := figure.ReadImages(*images, *limit)
		if err != nil {
			return err
		}
		k, err := figure.Features(data, *features, rng)
		if err != nil {
			return err
		}
		n, _ := data.Dims()
		title := fmt.Sprintf("Random features of %d images, d = %d", n, *features)
		if err := panel(stdout, title, k, filepath.Join(*out, "spectra-b")); err != nil {
			return err
		}
	}

	fmt.Fprintln(stdout, "\nDiagonal preconditioning, Section 4.3:")
	cases, err := figure.Cases(200, rng)
	if err != nil {
		return err
	}
	if err := figure.Print(stdout, cases); err != nil {
		return err
	}
	worse, condition, err := figure.Counterexample(rng)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nK̄ can be worse, Appendix H: K has the condition number %.4g, K̄ %.4g, for K =\n%v\n",
		condition.NumberK(), condition.NumberKbar(), mat.Formatted(worse))
	return nil
}

// panel prints a panel and saves its files.
func panel(w io.Writer, title string, k *spectra.Dense, path string) error {
	p, err := figure.New(title, k)
	if err != nil {
		return err
	}
	exponentK, _ := p.Fit(p.K)
	exponentSigma, _ := p.Fit(p.KSigma)
	fmt.Fprintf(w, "%s: fitted to ranks %d to %d, exponents %.3f of K and %.3f of K_σ\n", title, p.First, p.Last, exponentK, exponentSigma)
	files, err := p.Chart().Save(path)
	if err != nil {
		return err
	}
	if err := p.Table().SaveCSV(path + ".csv"); err != nil {
		return err
	}
	fmt.Fprintln(w, "wrote", files[0], files[1], path+".csv")
	return nil
}
