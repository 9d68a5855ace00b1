// Package laws makes Figures 2 and 3 of arXiv:2411.12135: the table of the noise
// compression φ, and the curves of ψ.
package laws

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/noise"
)

// Figure returns Figures 2 and 3. Its runs are the draws, in thousands, with which
// the values of φ are checked.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "noise",
		About: "Figures 2 and 3, the noise compression φ and ψ of several laws",
		Full:  figure.Size{Runs: 400},
		Quick: figure.Size{Runs: 50},
		Make:  makeFigure,
	}
}

func makeFigure(_ context.Context, c figure.Config) (*figure.Result, error) {
	table, err := values()
	if err != nil {
		return nil, err
	}
	result := &figure.Result{Panels: []figure.Panel{{Name: "phi", Title: "φ(R) and ψ(R) of several laws", Table: table, Stride: 1}}}
	risks := make([]float64, 400)
	for i := range risks {
		risks[i] = lowest * math.Pow(highest/lowest, float64(i)/float64(len(risks)-1))
	}
	for _, p := range panels() {
		result.Panels = append(result.Panels, p.draw(risks))
	}
	result.Claims = append(sampled(1000*c.Runs, c.Seed), bounds(risks)...)
	return result, nil
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

// tabled are the risks of the table.
var tabled = []float64{0.01, 0.1, 1, 10}

// values returns the table of φ and ψ.
func values() (*cli.Table, error) {
	t := &cli.Table{Head: "law"}
	for _, r := range rows {
		if err := noise.Validate(r.law); err != nil {
			return nil, err
		}
		t.Labels = append(t.Labels, fmt.Sprintf("%s: (π/2) φ(R) = %s", r.name, r.formula))
	}
	for _, risk := range tabled {
		column := make([]float64, len(rows))
		for i, r := range rows {
			column[i], _ = r.law.Phi(risk)
		}
		t.Add(fmt.Sprintf("φ(%g)", risk), column)
	}
	for _, risk := range tabled {
		column := make([]float64, len(rows))
		for i, r := range rows {
			column[i] = noise.Psi(r.law, risk)
		}
		t.Add(fmt.Sprintf("ψ(%g)", risk), column)
	}
	return t, nil
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

// draw draws ψ(R) of every law with the thresholds 1 and π/2.
func (p panel) draw(risks []float64) figure.Panel {
	c := &chart.Chart{Title: p.title, X: "risk R  (units of v²)", Y: "ψ(R)", LogX: true}
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
	return figure.Panel{Name: p.file, Chart: c, Table: table}
}
