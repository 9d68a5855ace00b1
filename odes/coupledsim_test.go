package odes

import (
	"context"
	"math"
	"os"
	"testing"

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
// of order 1/d that is allowed, and the root mean square of the relative gaps.
func simulateCoupled(t *testing.T, p signsgd.Problem, o signsgd.Optimizer, eta float64, runs int) (worst, gap float64) {
	t.Helper()
	s := must(New(p, o, schedule.Constant(eta)))
	times := []float64{0, 0.5, 1, 2, 3, 4}
	curve := must(s.Solve(context.Background(), times))
	band := must(signsgd.Ensemble(context.Background(), p, o, schedule.Constant(eta), ensemble.Settings{Horizon: 4, Runs: runs, Seed: 11, Times: times}))
	n := 0
	compare := func(paths ensemble.Paths, theory []float64) {
		summary := paths.Summary(0.8)
		for i := 1; i < len(times); i++ {
			difference := summary.Mean[i] - theory[i]
			allowed := 4 / float64(p.Dim()) * max(theory[i], theory[0]/10)
			worst = max(worst, (math.Abs(difference)-allowed)/summary.StdErr[i])
			gap += difference * difference / theory[i] / theory[i]
			n++
		}
	}
	compare(band.Risk, curve.Risk)
	for i, name := range band.Names {
		compare(band.Observed[i], curve.Overlap(name, name))
	}
	return worst, math.Sqrt(gap / float64(n))
}

// TestCoupledSimulation compares every method with its limit at d = 200. The means agree
// within 4/d and 4.2 standard errors at each of about 80 times: at a confidence of 99.7%
// that none of them is beyond by chance.
func TestCoupledSimulation(t *testing.T) {
	t.Parallel()
	p := coupledProblem(t, 200, false, noise.Normal{Sigma: 0.5})
	for _, m := range coupledMethods(200) {
		worst, gap := simulateCoupled(t, p, m.optimizer, m.eta, 24)
		t.Logf("%-40s relative gap %.4f, %.2f standard errors beyond 4/d", m.name, gap, worst)
		if !(worst < 4.2) {
			t.Errorf("%s: %.2f standard errors", m.name, worst)
		}
	}
}

// TestCoupledSimulationHeavy compares every method under three laws of noise, for dense
// and diagonal K, with 4/d and 4.5 standard errors allowed at each of about 500 times, and
// measures how the gap of two methods falls with d: a slope of about −1, as for a bias of
// order 1/d, or of the Monte Carlo error where that is what is left.
func TestCoupledSimulationHeavy(t *testing.T) {
	t.Parallel()
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.StudentsT{Nu: 5, Sigma: 0.4}, noise.Rademacher{Scale: 0.5}} {
		for _, dense := range []bool{false, true} {
			p := coupledProblem(t, 300, dense, law)
			for _, m := range coupledMethods(300) {
				worst, gap := simulateCoupled(t, p, m.optimizer, m.eta, 24)
				t.Logf("%v, dense %t, %-40s relative gap %.4f, %.2f standard errors beyond 4/d", law, dense, m.name, gap, worst)
				if !(worst < 4.5) {
					t.Errorf("%v, dense %t, %s: %.2f standard errors", law, dense, m.name, worst)
				}
			}
		}
	}
	sizes := []int{200, 400, 800, 1600}
	for _, which := range []int{0, 5} {
		gaps := make([]float64, len(sizes))
		name := ""
		for i, d := range sizes {
			m := coupledMethods(d)[which]
			name = m.name
			_, gaps[i] = simulateCoupled(t, coupledProblem(t, d, false, noise.Normal{Sigma: 0.5}), m.optimizer, m.eta, 32)
		}
		slope := math.Log(gaps[3]/gaps[0]) / math.Log(float64(sizes[3])/float64(sizes[0]))
		t.Logf("%s: relative gaps %.4f at d = %v, slope %.2f", name, gaps, sizes, slope)
		if !(slope < -0.3) {
			t.Errorf("%s: the gaps %v at d = %v do not fall, slope %.2f", name, gaps, sizes, slope)
		}
	}
}
