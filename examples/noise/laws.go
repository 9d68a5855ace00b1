package main

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/noise"
)

// laws are those of Figure 2 and the others with their (π/2) φ(R), the laws that
// have one scaled to variance 1.
var laws = []struct {
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

type curve struct {
	name   string
	law    noise.Law
	colour color.NRGBA
	dashes []vg.Length
}

type panel struct {
	file, title string
	curves      []curve
}

var panels = []panel{
	{"psi-students-t", "Student t noise of variance 1", []curve{
		{"ν = 2.1", students(2.1), chart.Purple, chart.Solid},
		{"ν = 2.5", students(2.5), chart.Vermillion, chart.DashDotted},
		{"ν = 3", students(3), chart.Orange, chart.Dashed},
		{"ν = 5", students(5), chart.Green, chart.Solid},
		{"ν = 10", students(10), chart.SkyBlue, chart.DashDotted},
		{"ν = ∞, normal", noise.Normal{Sigma: 1}, chart.Blue, chart.Dashed},
	}},
	{"psi-others", "Noise of variance 1", []curve{
		{"0.95 N(0, σ²) + 0.05 N(0, 100σ²)", contaminated, chart.Purple, chart.Solid},
		{"Laplace", noise.Laplace{Scale: math.Sqrt(0.5)}, chart.Orange, chart.DashDotted},
		{"uniform", noise.Uniform{Min: -math.Sqrt(3), Max: math.Sqrt(3)}, chart.Green, chart.Dashed},
		{"½ N(−0.8, 0.36) + ½ N(0.8, 0.36)", bimodal, chart.Blue, chart.Solid},
		{"Rademacher", noise.Rademacher{Scale: 1}, chart.Vermillion, chart.DashDotted},
	}},
}

// students returns Student's t law of variance 1.
func students(nu float64) noise.Law {
	return noise.StudentsT{Sigma: math.Sqrt((nu - 2) / nu), Nu: nu}
}
