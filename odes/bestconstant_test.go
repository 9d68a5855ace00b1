package odes_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestBestConstantOfSeveralMinima asks for the best rate of a heavy ball that swings. A mode
// λ is near 0 at the horizon T where √(ηλ) T = π/2, 3π/2, …, so the risk has a minimum by η
// for each. Of the modes 1 and 25/9 both are near 0 at the second minimum of the first,
// which is therefore the lowest. A dense scan finds no better rate.
func TestBestConstantOfSeveralMinima(t *testing.T) {
	t.Parallel()
	const horizon = 2.0
	lambda := append(slices.Repeat([]float64{1}, 200), slices.Repeat([]float64{25. / 9}, 200)...)
	p := onDiagonal(lambda, 1, noise.Normal{Sigma: 0.1})
	p.Batch = 10_000 // little noise
	ball := must(homogenized.MomentumOf(must(homogenized.SGD(p)), homogenized.LongMomentum{
		Delta: homogenized.Fixed(0.05), Gamma1: homogenized.Fixed(1), Gamma3: homogenized.TimesRate(1),
	}))
	s := must(odes.NewFromLimit(p, ball, schedule.Constant(1)))
	at := func(x float64) float64 {
		return must(s.WithRate(schedule.Constant(math.Exp(x))).Solve(t.Context(), []float64{horizon})).Risk[0]
	}
	const step = 0.05
	var scan, minima []float64
	for x := -4.0; x < 4; x += step {
		scan = append(scan, at(x))
	}
	for i := 1; i < len(scan)-1; i++ {
		if scan[i] < scan[i-1] && scan[i] <= scan[i+1] {
			minima = append(minima, scan[i])
		}
	}
	lowest := slices.Min(scan)
	if len(minima) < 2 || minima[0] < 2*lowest {
		t.Fatalf("the risk has the minima %v, of which the first is to be far from the lowest", minima)
	}
	eta, risk, err := s.BestConstant(t.Context(), horizon)
	if err != nil || risk > lowest || math.Abs(at(math.Log(eta))/risk-1) > 1e-8 {
		t.Errorf("the best rate is %v with the risk %v, error %v; a scan finds %v", eta, risk, err, lowest)
	}
	if want := math.Pow(1.5*math.Pi/horizon, 2); math.Abs(math.Log(eta/want)) > 0.3 {
		t.Errorf("the best rate is %v, want about %v", eta, want)
	}
}

// TestBestConstantAnywhere checks that the best rate of a coupled limit is found wherever it
// lies among the rates of the scan. If all eigenvalues are divided by s and the squares of ν
// grow by s, the best rate of SGD grows by s, and the risk under it stays the same. An
// average of the iterates makes the limit a coupled one and changes neither.
func TestBestConstantAnywhere(t *testing.T) {
	t.Parallel()
	const horizon = 20.0
	best := func(scale float64, averaged bool) (eta, risk float64) {
		p := onDiagonal([]float64{1 / scale, 0.3 / scale, 0.1 / scale}, math.Sqrt(scale), noise.Normal{Sigma: 0.5})
		limit := must(homogenized.SGD(p))
		if averaged {
			limit = must(homogenized.AverageOf(limit, homogenized.Averaging{}))
		}
		eta, risk, err := must(odes.NewFromLimit(p, limit, schedule.Constant(1))).BestConstant(t.Context(), horizon)
		if err != nil {
			t.Fatal(err)
		}
		return eta, risk
	}
	eta, risk := best(1, false)
	for x := -5.0; x < 5; x += 0.23 {
		got, least := best(math.Exp(x), true)
		if math.Abs(math.Log(got/eta)-x) > 2e-5 || math.Abs(least/risk-1) > 1e-8 {
			t.Errorf("scaled by e^%.2f, the best rate is %v with the risk %v, want %v and %v", x, got, least, eta*math.Exp(x), risk)
		}
	}
}

// TestBestConstantOfALevel checks that a risk that falls to a level, ever more slowly as η
// grows, has no best rate: that of dν = −η/(1+η) (1 + sin² kR) ν dt, which is a falling
// function of Tη/(1+η). Of rough values on the level, any may be the lowest.
func TestBestConstantOfALevel(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{3, 1, 0.1}, 1, nil)
	for _, waves := range []float64{10, 100} {
		limit := must(homogenized.SGD(p))
		limit.Coupling = &homogenized.Coupling{
			Vectors: []homogenized.Vector{{Name: "ν", Start: homogenized.Displacement}},
			Flow: func(f *homogenized.Flow, at *homogenized.State) {
				sin := math.Sin(waves * at.Risk())
				f.F[0][0] = at.Rate / (1 + at.Rate) * (1 + sin*sin)
			},
		}
		for _, horizon := range []float64{0.5, 1, 2} {
			eta, risk, err := must(odes.NewFromLimit(p, limit, schedule.Constant(1))).BestConstant(t.Context(), horizon)
			if err == nil || !strings.Contains(err.Error(), "there is no best rate") {
				t.Errorf("%v waves, horizon %v: η = %v, risk %v, error %v", waves, horizon, eta, risk, err)
			}
		}
	}
}

// TestBestConstantBelowALevel checks that such a level does not hide a best rate far below
// it: θ starts near θ* ≠ 0, from which the decay leads away.
func TestBestConstantBelowALevel(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, 0.5, 0.1, 1e-3}, 0.01, noise.Rademacher{Scale: 0.03})
	p.Target = []float64{1, -1, 0.5, 2}
	for i, v := range p.Target {
		p.Init[i] += v
	}
	limit := must(homogenized.DecayOf(must(homogenized.LongAdam(p, 0.02, 300, homogenized.Corrected)), homogenized.TimesRate(4)))
	s := must(odes.NewFromLimit(p, limit, schedule.Constant(1)))
	_, risk, err := s.BestConstant(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for x := -20.0; x < 10; x += 0.5 {
		if r := must(s.WithRate(schedule.Constant(math.Exp(x))).Solve(t.Context(), []float64{100})).Risk[0]; r < risk {
			t.Errorf("at η = e^%v the risk is %v, the best is %v", x, r, risk)
		}
	}
}
