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
	for i, size := 0, rate*floats.Norm(grad, 1)/float64(len(grad)); i < len(grad); i++ {
		theta[i] -= math.Copysign(size, grad[i])
	}
}

// Limit makes it a homogenized.Limiter. With g = r x, ‖g‖₁/d → m|r| for m = √(2/π) tr D/d.
// The step m r sign(x) has the mean m √(2/π) K̄ν and the covariance m² 2𝓟 (2/π) K_σ.
func (ScaledSign) Limit(p signsgd.Problem) (homogenized.Limit, error) {
	v2, err := noise.FiniteSecondMoment(p.Law())
	m := math.Sqrt(2/math.Pi) * floats.Sum(spectra.StandardDeviations(p.Covariance)) / float64(p.Dim())
	drift := func(float64) (h, slope float64) { return m * math.Sqrt(2/math.Pi), 0 }
	gain := func(risk float64) (g, slope float64) { return m * m * 2 / math.Pi * (2*risk + v2), m * m * 4 / math.Pi }
	noise := []homogenized.Term{{Gain: gain, Shape: spectra.Shape{Odd: math.Asin}}}
	return homogenized.Limit{Name: "scaled sign", Basis: spectra.Preconditioned, Drift: drift, Noise: noise}, err
}

func main() {
	ctx, eta := context.Background(), schedule.Constant(0.5)
	k := must(spectra.NewAR1(400, 1, 0.5))
	p := signsgd.Problem{Covariance: k, Noise: noise.Laplace{Scale: 0.3}, Init: floats.Span(make([]float64, 400), -1, 1)}
	settings := ensemble.Settings{Horizon: 8, Runs: 16, Times: []float64{0, 2, 4, 6, 8}}
	runs := must(signsgd.Ensemble(ctx, p, ScaledSign{}, eta, settings))
	curve := must(must(odes.New(p, ScaledSign{}, eta)).Solve(ctx, settings.Times))
	fmt.Printf("curve %.4g\nruns  %.4g\n", curve.Risk, runs.Risk.Mean())
}

func must[T any](x T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return x
}
