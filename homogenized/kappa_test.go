package homogenized

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// TestKappaByRuns compares h(R) and κ(ρ; R) with long averages over steps of the optimizers
// themselves, fed with gradients z r of a fixed risk. Coordinates have the correlation ρ to a
// first one. What is allowed is 4.5 standard errors, taken from 100 blocks: with errors that
// are nearly normal one of the 90 comparisons fails with a probability below 2e-3.
func TestKappaByRuns(t *testing.T) {
	t.Parallel()
	const (
		groups, blocks, length = 8, 100, 1500
		settling               = 400 // steps before the first block
	)
	rhos := []float64{1, 0.9, 0.6, 0.3}
	for i, c := range []struct {
		optimizer signsgd.Optimizer
		window    int // steps after which nothing is remembered to 1e-4
	}{
		{signsgd.Signum{Beta: 0.5}, 14}, {signsgd.Signum{Beta: 0.9}, 90},
		{signsgd.Lion{Beta1: 0.9, Beta2: 0.7}, 30}, {signsgd.Lion{Beta1: 0.4, Beta2: 0.8}, 42},
		{signsgd.Adam{Beta1: 0.5, Beta2: 0.9}, 14}, {signsgd.Adam{Beta1: 0.8, Beta2: 0.85}, 42}, {signsgd.Adam{Beta1: 0.3, Beta2: 0.4}, 8},
		{signsgd.RMSProp{Beta: 0.9}, 1}, {signsgd.RMSProp{Beta: 0.3}, 1},
	} {
		for j, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.StudentsT{Sigma: 0.3, Nu: 3}} {
			risk := []float64{0.02, 1}[(i+j)%2]
			l := must(Of(problem(t, law, slices.Repeat([]float64{1}, 200)...), c.optimizer))
			rng := rand.New(rand.NewPCG(uint64(i), uint64(j)))
			dim := groups * len(rhos)
			state := c.optimizer.Start(dim)
			theta, grad, signal := make([]float64, dim), make([]float64, dim), make([]float64, dim)
			// Rings of the last steps, and their sums.
			var steps, signals [][]float64
			stepSum, signalSum := make([]float64, dim), make([]float64, dim)
			for range c.window + 1 {
				steps, signals = append(steps, make([]float64, dim)), append(signals, make([]float64, dim))
			}
			results := make([][]float64, len(rhos)+1) // of blocks: κ for each ρ, and h
			for q := range results {
				results[q] = make([]float64, blocks)
			}
			for k := range settling + blocks*length {
				ell := math.Sqrt(2*risk) * rng.NormFloat64()
				r := ell - law.Rand(rng)
				for g := range groups {
					first := rng.NormFloat64()
					for q, rho := range rhos {
						z := rho*first + math.Sqrt(1-rho*rho)*rng.NormFloat64()
						grad[g*len(rhos)+q], signal[g*len(rhos)+q] = z*r, z*ell
					}
				}
				clear(theta)
				state.Step(theta, grad, -1)
				at := k % len(steps)
				floats.Sub(stepSum, steps[at])
				floats.Sub(signalSum, signals[at])
				copy(steps[at], theta)
				copy(signals[at], signal)
				floats.Add(stepSum, theta)
				floats.Add(signalSum, signal)
				if k < settling {
					continue
				}
				block := (k - settling) / length
				for g := range groups {
					from := g * len(rhos)
					for q := range rhos {
						// Lags of both signs: newest times the window, each way, less lag 0 once.
						a, b := theta[from], theta[from+q]
						results[q][block] += (a*stepSum[from+q] + b*stepSum[from] - a*b) / (groups * length)
						results[len(rhos)][block] += b * signalSum[from+q] / (2 * risk * float64(dim) * length)
					}
				}
			}
			for q, values := range results {
				mean, deviation := stat.MeanStdDev(values, nil)
				se := deviation / math.Sqrt(blocks)
				want, _ := l.Drift(risk)
				what := "h"
				if q < len(rhos) {
					want, what = kappa(l, rhos[q], risk), fmt.Sprintf("κ(%v)", rhos[q])
				}
				if !(se < 0.05*math.Abs(want)) {
					t.Errorf("%#v, %v, R = %v: %s has the standard error %v: the test says nothing", c.optimizer, law, risk, what, se)
				}
				if math.Abs(mean-want) > 4.5*se {
					t.Errorf("%#v, %v, R = %v: %s = %v, steps give %v ± %v", c.optimizer, law, risk, what, want, mean, se)
				}
			}
		}
	}
}

// TestKappaOfTwoGradients compares κ of a Lion that remembers one gradient beside the newest,
// under no noise, with a double integral. For lag 1 the correlation γ of the two sums depends
// on the quotients x, y of three normal residuals, of density (1+x²+y²)^{−3/2}/(2π).
func TestKappaOfTwoGradients(t *testing.T) {
	t.Parallel()
	p := problem(t, noise.None{}, 1)
	for _, beta1 := range []float64{0.1, 0.5, 0.8} {
		l := must(Lion(p, beta1, 0))
		a0, a1 := 1-beta1, beta1
		for _, rho := range []float64{0.2, 0.7, 0.97, 1} {
			const h = 0.1
			sum := 0.0
			for i := -400; i <= 400; i++ {
				x := math.Exp(float64(i) * h)
				for j := -400; j <= 400; j++ {
					y := math.Exp(float64(j) * h)
					square := 1 + x*x + y*y
					gamma := a0 * a1 / math.Sqrt((a0*a0+a1*a1*x*x)*(a0*a0*y*y+a1*a1))
					sum += x * y / (square * math.Sqrt(square)) * math.Asin(rho*gamma)
				}
			}
			rest := 4 / (2 * math.Pi) * h * h * sum // four signs of x and y
			want := 2 / math.Pi * (math.Asin(rho) + 2*rest)
			if got := kappa(l, rho, 1); math.Abs(got-want) > 3e-6*want {
				t.Errorf("β1 = %v: κ(%v) = %v, want %v", beta1, rho, got, want)
			}
		}
	}
}
