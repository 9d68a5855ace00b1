package homogenized_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func isotropicProblem(law noise.Law) signsgd.Problem {
	k, err := spectra.NewIsotropic(100, 1)
	check(err)
	start := make([]float64, 100)
	for i := range start {
		start[i] = 0.1
	}
	return signsgd.Problem{Covariance: k, Noise: law, Init: start}
}

// The limit of an optimizer is found from its value.
func ExampleOf() {
	p := isotropicProblem(noise.Normal{Sigma: 0.5})
	for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}, signsgd.AdamHeuristic{}} {
		l, err := homogenized.Of(p, o)
		check(err)
		h, _ := l.Drift(1)
		g, _ := l.Noise[0].Gain(1)
		fmt.Printf("%s: h(1) = %.4f, g(1) = %.4f\n", l.Name, h, g)
	}
	p.Noise = noise.Cauchy{Scale: 1}
	_, err := homogenized.Of(p, signsgd.SGD{})
	fmt.Println(err)
	// Output:
	// signSGD: h(1) = 0.4244, g(1) = 0.6366
	// SGD: h(1) = 1.0000, g(1) = 2.2500
	// Adam heuristic: h(1) = 0.6667, g(1) = 1.0000
	// homogenized: SGD has no limit: noise: the second moment E ε² is infinite: Cauchy(μ=0, γ=1)
}

// Paths of signHSGD, the limit of signSGD.
func ExampleSDE_Ensemble() {
	sde, err := homogenized.SignHSGD(isotropicProblem(noise.Normal{Sigma: 0.5}), schedule.Constant(0.3))
	check(err)
	paths, err := sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 4, Runs: 200, Times: []float64{0, 2, 4}})
	check(err)
	fmt.Printf("mean risk %.2f\n", paths.Risk.Mean())
	// Output: mean risk [0.50 0.30 0.18]
}

// A limit that you derived yourself is a literal. This is SGD that sees only the cosine
// of every residual's phase: a made-up rule with drift e^{−R} and constant noise.
func ExampleLimit() {
	l := homogenized.Limit{
		Name:  "made-up rule",
		Basis: spectra.Plain,
		Drift: func(risk float64) (h, slope float64) { return math.Exp(-risk), -math.Exp(-risk) },
		Noise: []homogenized.Term{{
			Gain:  func(float64) (g, slope float64) { return 0.5, 0 },
			Shape: spectra.Shape{Scaled: true}, // D C D = K
		}},
	}
	sde := homogenized.SDE{Problem: isotropicProblem(nil), Limit: l, Rate: schedule.Constant(0.5), Scheme: homogenized.SRA1{Step: 0.1}}
	paths, err := sde.Ensemble(context.Background(), ensemble.Settings{Horizon: 4, Runs: 200, Times: []float64{0, 4}})
	check(err)
	fmt.Printf("mean risk %.2f\n", paths.Risk.Mean())
	// Output: mean risk [0.50 0.09]
}
