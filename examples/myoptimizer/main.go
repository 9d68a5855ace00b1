// Myoptimizer defines an optimizer of your own with its limit: the scaled sign,
// θ ← θ − η' (‖g‖₁/d) sign(g) (Karimireddy et al., ICML 2019).
package main

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// ScaledSign is the optimizer. It has no parameters and no memory.
type ScaledSign struct{}

func (ScaledSign) Start(int) signsgd.State { return ScaledSign{} }

func (ScaledSign) Step(theta, grad []float64, rate float64) {
	size := rate * floats.Norm(grad, 1) / float64(len(grad))
	for i, g := range grad {
		theta[i] -= math.Copysign(size, g)
	}
}

// Limit makes it a homogenized.Limiter. With g = r x, ‖g‖₁/d → m|r| for m = √(2/π) tr D/d.
// The step m r sign(x) has the mean m √(2/π) K̄ν and the covariance m² 2𝓟 (2/π) K_σ.
func (ScaledSign) Limit(p signsgd.Problem) (homogenized.Limit, error) {
	v2, err := noise.FiniteSecondMoment(p.Law())
	if err != nil {
		return homogenized.Limit{}, err
	}
	m := math.Sqrt(2/math.Pi) * floats.Sum(spectra.StandardDeviations(p.Covariance)) / float64(p.Dim())
	drift := func(float64) (h, slope float64) { return m * math.Sqrt(2/math.Pi), 0 }
	gain := func(risk float64) (g, slope float64) { return m * m * 2 / math.Pi * (2*risk + v2), m * m * 4 / math.Pi }
	return homogenized.Limit{
		Name: "scaled sign", Basis: spectra.Preconditioned, Drift: drift,
		Noise: []homogenized.Term{{Gain: gain, Shape: spectra.Shape{Odd: math.Asin}}},
	}, nil
}

func main() {
	ctx, eta := context.Background(), schedule.Constant(0.5)
	k, err := spectra.NewAR1(400, 1, 0.5)
	check(err)
	init := make([]float64, 400)
	spectra.FillNormal(init, ensemble.NewRand(1, 0, "start"))
	p := signsgd.Problem{Covariance: k, Noise: noise.Laplace{Scale: 0.3}, Init: init}

	settings := ensemble.Settings{Horizon: 8, Runs: 16, Times: []float64{0, 2, 4, 6, 8}}
	runs, err := signsgd.Ensemble(ctx, p, ScaledSign{}, eta, settings)
	check(err)
	system, err := odes.New(p, ScaledSign{}, eta)
	check(err)
	curve, err := system.Solve(ctx, settings.Times)
	check(err)
	fmt.Printf("curve %.4g\nruns  %.4g\n", curve.Risk, runs.Risk.Mean())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
