package odes

import (
	"context"
	"fmt"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// coupledProblem returns a problem with eigenvalues from 0.2 to 2, R(0) = 2 and a random
// θ* of ‖θ*‖² = d, started from θ* + ν₀.
func coupledProblem(t testing.TB, d int, dense bool, law noise.Law) signsgd.Problem {
	t.Helper()
	rng := ensemble.NewRand(7, d, "coupled problem")
	lambda := must(spectra.LogSpaced(d, 0.2, 2))
	var k spectra.Covariance = must(spectra.NewDiagonal(lambda))
	if dense {
		k = must(spectra.NewRotated(lambda, rng))
	}
	p := signsgd.Problem{Covariance: k, Noise: law, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, rng)
	p = must(p.WithInitialRisk(2))
	p.Target = make([]float64, d)
	spectra.FillNormal(p.Target, rng)
	for i, v := range p.Target {
		p.Target[i] = v / math.Sqrt(float64(d))
		p.Init[i] += p.Target[i]
	}
	return p
}

// coupledMethods returns optimizers with coupled limits, for dimension d.
func coupledMethods(d int) []struct {
	name      string
	optimizer signsgd.Optimizer
	eta       float64
} {
	n := float64(d)
	fixed := func(x float64) schedule.Schedule { return schedule.Constant(x) }
	slow := signsgd.Adam{Beta1: 0.9, Beta2: 1 - 2/n}
	long := signsgd.Adam{Beta1: 1 - 3/n, Beta2: 1 - 2/n}
	return []struct {
		name      string
		optimizer signsgd.Optimizer
		eta       float64
	}{
		{"EMA of decayed signSGD", signsgd.Averaged{Optimizer: signsgd.Decayed{Optimizer: signsgd.SignSGD{}, Decay: 0.5}, Averages: []signsgd.Average{{Rate: 2}}}, 0.6},
		{"Polyak–Ruppert and tail averages of SGD", signsgd.Averaged{Optimizer: signsgd.SGD{}, Averages: []signsgd.Average{{}, {Start: 2, Name: "tail"}}}, 0.7},
		{"heavy ball", signsgd.Momentum{Beta: 1 - 3/n}, 1.5 / n},
		{"Nesterov", signsgd.Nesterov{Beta: 1 - 3/n}, 1.5 / n},
		{"ridge SGD", signsgd.Decayed{Optimizer: signsgd.SGD{}, Decay: 0.3}, 0.6},
		{"Adam", slow, 0.5},
		{"Adam, long", signsgd.Averaged{Optimizer: long, Averages: []signsgd.Average{{Rate: 2}}}, 0.5},
		{"AdamW", signsgd.AdamW{Beta1: slow.Beta1, Beta2: slow.Beta2, Decay: 0.6}, 0.5},
		{"AdamW, long", signsgd.AdamW{Beta1: long.Beta1, Beta2: long.Beta2, Decay: 0.6}, 0.5},
		{"DANA", signsgd.LongMomentum{Delta: schedule.Power{Start: 4, Scale: 1, Exponent: 1}, Gamma1: fixed(1), Gamma2: fixed(0.4), Gamma3: fixed(0.3)}, 1},
		{"DANA of signs", signsgd.LongMomentum{Delta: fixed(3), Gamma1: fixed(1), Gamma2: fixed(0.3), Gamma3: fixed(0.5), Sign: true}, 1},
		{"momentum of signs", signsgd.LongMomentum{Delta: fixed(3), Gamma1: fixed(1), Gamma3: fixed(1), Sign: true}, 1},
	}
}

// simulateCoupled compares the runs of a method with its curve: the risk, and the risks of
// averages, at six times. It returns the largest gap in standard errors beyond the bias
// of order 1/d that is allowed, and the relative gaps.
func simulateCoupled(t *testing.T, p signsgd.Problem, o signsgd.Optimizer, eta float64, runs int, seed uint64) (worst float64, gaps []float64) {
	t.Helper()
	s := must(New(p, o, schedule.Constant(eta)))
	times := []float64{0, 0.5, 1, 2, 3, 4}
	curve := must(s.Solve(context.Background(), times))
	band := must(signsgd.Ensemble(context.Background(), p, o, schedule.Constant(eta), ensemble.Settings{Horizon: 4, Runs: runs, Seed: seed, Times: times}))
	compare := func(paths ensemble.Paths, theory []float64) {
		summary := paths.Summary(0.8)
		for i := 1; i < len(times); i++ {
			difference := summary.Mean[i] - theory[i]
			allowed := 4 / float64(p.Dim()) * max(theory[i], theory[0]/10)
			worst = max(worst, (math.Abs(difference)-allowed)/summary.StdErr[i])
			gaps = append(gaps, difference/theory[i])
		}
	}
	compare(band.Risk, curve.Risk)
	for i, name := range band.Names {
		compare(band.Observed[i], curve.Overlap(name, name))
	}
	return worst, gaps
}

// rootMeanSquare returns the root of the mean square of x.
func rootMeanSquare(x []float64) float64 { return floats.Norm(x, 2) / math.Sqrt(float64(len(x))) }

// TestCoupledSimulation compares every method with its limit at d = 200. The means agree
// within 4/d and 4.2 standard errors at each of about 80 times: at a confidence of 99.7%
// that none of them is beyond by chance.
func TestCoupledSimulation(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 200, false, noise.Normal{Sigma: 0.5})
	for _, m := range coupledMethods(200) {
		worst, gaps := simulateCoupled(t, p, m.optimizer, m.eta, 24, 11)
		t.Logf("%-40s relative gap %.4f, %.2f standard errors beyond 4/d", m.name, rootMeanSquare(gaps), worst)
		if !(worst < 4.2) {
			t.Errorf("%s: %.2f standard errors", m.name, worst)
		}
	}
}

// TestCoupledSimulationHeavy compares every method with its limit under three laws of
// noise, for diagonal K from d = 200 to 1600 and for dense K at d = 200 and 400. At each of
// about 1500 times 4/d and 5 standard errors are allowed: with Student's t of 23 degrees of
// freedom one of them is beyond by chance with a probability below 7%.
//
// The gaps of all methods together fall with d. A slope of −1 is a bias of order 1/d, and
// one of −1/2 the Monte Carlo error that is left. The slope has a standard error of about
// 0.07, since the runs of one method and law make some six independent gaps, so that −0.3
// is three of them above −1/2.
func TestCoupledSimulationHeavy(t *testing.T) {
	t.Parallel()
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	sizes := []int{200, 400, 800, 1600}
	all := make([][]float64, len(sizes))
	for which, m := range coupledMethods(sizes[0]) {
		for at, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.StudentsT{Nu: 5, Sigma: 0.4}, noise.Rademacher{Scale: 0.5}} {
			for _, dense := range []bool{false, true} {
				line := fmt.Sprintf("%-40s %-28v dense %-5t", m.name, law, dense)
				for i, d := range sizes {
					if dense && d > 400 {
						break
					}
					m := coupledMethods(d)[which]
					worst, gaps := simulateCoupled(t, coupledProblem(t, d, dense, law), m.optimizer, m.eta, 24, uint64(10*which+at))
					line += fmt.Sprintf("  %.4f (%5.2f)", rootMeanSquare(gaps), worst)
					if !(worst < 5) {
						t.Errorf("%s, %v, dense %t, d = %d: %.2f standard errors", m.name, law, dense, d, worst)
					}
					if !dense {
						all[i] = append(all[i], gaps...)
					}
				}
				t.Log(line)
			}
		}
	}
	var x, y []float64
	for i, d := range sizes {
		x, y = append(x, math.Log(float64(d))), append(y, math.Log(rootMeanSquare(all[i])))
		t.Logf("d = %4d: relative gap %.5f, mean %+.5f", d, math.Exp(y[i]), stat.Mean(all[i], nil))
	}
	_, slope := stat.LinearRegression(x, y, nil, false)
	t.Logf("slope %.3f", slope)
	if !(slope < -0.3) {
		t.Errorf("the gaps do not fall with d: slope %.2f", slope)
	}
}
