package odes_test

import (
	"math"
	"slices"
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
