// Noise reproduces Figures 2 and 3 of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): the table of the noise compression φ, and the
// curves of ψ, which tell where the law of the label noise slows signSGD (ψ < 1),
// speeds it (ψ > 1) and makes it win at the best learning rates (ψ > π/2). It prints
// the table and writes a PNG, an SVG and a CSV file for each of two panels.
package main

import (
	"flag"
	"fmt"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/noise"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "noise:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("noise", flag.ContinueOnError)
	flags.SetOutput(stderr)
	points := flags.Int("points", 400, "points of each curve of ψ")
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
	if *points < 2 {
		return fmt.Errorf("-points is %d: must be at least 2", *points)
	}
	if err := printTable(stdout); err != nil {
		return err
	}
	risks := make([]float64, *points)
	for i := range risks {
		risks[i] = lowest * math.Pow(highest/lowest, float64(i)/float64(len(risks)-1))
	}
	for _, p := range panels() {
		names, err := p.save(risks, *out)
		if err != nil {
			return err
		}
		for _, name := range names {
			fmt.Fprintln(stdout, "wrote", name)
		}
	}
	return nil
}

// rows are the laws of Figure 2 and the others with their (π/2) φ(R), the laws that
// have one scaled to variance 1.
var rows = []struct {
	name    string
	law     noise.Law
	formula string
}{
	{"none", noise.None{}, "1"},
	{"normal", noise.Normal{Sigma: 1}, "√(2R/(2R+σ²)) exp(−μ²/(4R+2σ²))"},
	{"Rademacher", noise.Rademacher{Scale: 1}, "exp(−a²/(4R))"},
	{"uniform", noise.Uniform{Min: -math.Sqrt(3), Max: math.Sqrt(3)}, "√(πR) [erf(b/(2√R)) − erf(a/(2√R))]/(b−a)"},
	{"Laplace", noise.Laplace{Scale: math.Sqrt(0.5)}, "½√π z exp(−m²) [erfcx(z+m) + erfcx(z−m)], z = √R/b, m = μ/(2√R)"},
	{"logistic", noise.Logistic{S: math.Sqrt(3) / math.Pi}, "∫ sech²((x−μ)/(2s))/(4s) exp(−x²/(4R)) dx"},
	{"Student t, ν = 3", noise.StudentsT{Sigma: math.Sqrt(1. / 3), Nu: 3}, "Γ((ν+1)/2)/Γ(ν/2) U(½, 1−ν/2, νσ²/(4R)) at μ = 0"},
	{"Cauchy, μ = 2, γ = 1", noise.Cauchy{Mu: 2, Scale: 1}, "Re w((μ+iγ)/(2√R))"},
	{"1.5-stable, γ = 1", noise.AlphaStable{Alpha: 1.5, C: 1}, "∫ cos(μu) exp(−|γu|^α) √(R/π) exp(−Ru²) du"},
	{"N(±0.8, 0.36)", bimodal, "Σ w_i √(2R/(2R+σ_i²)) exp(−μ_i²/(4R+2σ_i²))"},
}

// bimodal has two modes and variance 1, contaminated one mode and variance 1.
var (
	bimodal      = noise.NormalMixture{Weights: []float64{0.5, 0.5}, Mu: []float64{-0.8, 0.8}, Sigma: []float64{0.6, 0.6}}
	contaminated = noise.NormalMixture{Weights: []float64{0.95, 0.05}, Mu: []float64{0, 0}, Sigma: []float64{1 / math.Sqrt(5.95), 10 / math.Sqrt(5.95)}}
)

func printTable(w io.Writer) error {
	risks := []float64{0.01, 0.1, 1, 10}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "law\t(π/2) φ(R)\t")
	for _, quantity := range []string{"φ", "ψ"} {
		for _, risk := range risks {
			fmt.Fprintf(tw, "%s(%g)\t", quantity, risk)
		}
	}
	fmt.Fprintln(tw)
	for _, r := range rows {
		if err := noise.Validate(r.law); err != nil {
			return err
		}
		fmt.Fprintf(tw, "%s\t%s\t", r.name, r.formula)
		for _, risk := range risks {
			phi, _ := r.law.Phi(risk)
			fmt.Fprintf(tw, "%.4f\t", phi)
		}
		for _, risk := range risks {
			fmt.Fprintf(tw, "%.4f\t", noise.Psi(r.law, risk))
		}
		fmt.Fprintln(tw)
	}
	return tw.Flush()
}

// The range of R, in units of the variance of the noise, which is 1 throughout.
const lowest, highest = 1e-3, 1e2

type curve struct {
	name   string
	law    noise.Law
	colour color.NRGBA
}

type panel struct {
	file, title string
	curves      []curve
}

func panels() []panel {
	students := func(nu float64) noise.Law {
		return noise.StudentsT{Sigma: math.Sqrt((nu - 2) / nu), Nu: nu}
	}
	return []panel{
		{"psi-students-t", "Student t noise of variance 1", []curve{
			{"ν = 2.1", students(2.1), chart.Purple},
			{"ν = 2.5", students(2.5), chart.Vermillion},
			{"ν = 3", students(3), chart.Orange},
			{"ν = 5", students(5), chart.Green},
			{"ν = 10", students(10), chart.SkyBlue},
			{"ν = ∞, normal", noise.Normal{Sigma: 1}, chart.Blue},
		}},
		{"psi-others", "Noise of variance 1", []curve{
			{"0.95 N(0, σ²) + 0.05 N(0, 100σ²)", contaminated, chart.Purple},
			{"Laplace", noise.Laplace{Scale: math.Sqrt(0.5)}, chart.Orange},
			{"uniform", noise.Uniform{Min: -math.Sqrt(3), Max: math.Sqrt(3)}, chart.Green},
			{"½ N(−0.8, 0.36) + ½ N(0.8, 0.36)", bimodal, chart.Blue},
			{"Rademacher", noise.Rademacher{Scale: 1}, chart.Vermillion},
		}},
	}
}

// save draws ψ(R) of every law with the thresholds 1 and π/2, and writes the numbers.
func (p panel) save(risks []float64, folder string) ([]string, error) {
	c := &chart.Chart{Title: p.title, X: "risk R", Y: "ψ(R)", LogX: true}
	table := &cli.Table{}
	table.Add("R", risks)
	ends := []float64{risks[0], risks[len(risks)-1]}
	for _, k := range p.curves {
		psi := make([]float64, len(risks))
		for i, risk := range risks {
			psi[i] = noise.Psi(k.law, risk)
		}
		c.Line(k.name, risks, psi, k.colour, chart.Solid)
		table.Add(k.name, psi)
	}
	c.Line("ψ = π/2", ends, []float64{math.Pi / 2, math.Pi / 2}, chart.Black, chart.Dotted)
	c.Line("ψ = 1", ends, []float64{1, 1}, chart.Black, chart.Dashed)
	path := filepath.Join(folder, p.file)
	names, err := c.Save(path)
	if err != nil {
		return nil, err
	}
	return append(names, path+".csv"), table.SaveCSV(path + ".csv")
}
