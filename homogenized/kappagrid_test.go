package homogenized

import (
	"fmt"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized/internal/memory"
	"github.com/riskcurves/riskcurves/noise"
)

// TestKappaBetweenNodes compares κ(ρ; R) of the terms of a limit with its integrals, at ρ that
// are not points of the fit and at R that are not nodes of a table. The largest error is below
// the documented 1e-6 κ(1), and 2e-6 κ(1) under noise of few values.
func TestKappaBetweenNodes(t *testing.T) {
	t.Parallel()
	rho := []float64{0.08, 0.29, 0.55, 0.77, 0.87, 0.955, 0.978, 0.991, 0.9965, 0.9987, 0.9998, 1}
	type integrals func(r memory.Residual, rho []float64) []float64
	rules := []struct {
		name  string
		limit func(law noise.Law) Limit
		kappa integrals
		sign  bool // whether (2/π) arcsin ρ is beside the integrals
	}{
		{"Signum 0.4", func(law noise.Law) Limit { return must(Signum(problem(t, law, 1), 0.4)) }, memory.Signum{Beta: 0.4}.Rest, true},
		{"Signum 0.6", func(law noise.Law) Limit { return must(Signum(problem(t, law, 1), 0.6)) }, memory.Signum{Beta: 0.6}.Rest, true},
		{"Signum 0.9", func(law noise.Law) Limit { return must(Signum(problem(t, law, 1), 0.9)) }, memory.Signum{Beta: 0.9}.Rest, true},
		{"Signum 0.99", func(law noise.Law) Limit { return must(Signum(problem(t, law, 1), 0.99)) }, memory.Signum{Beta: 0.99}.Rest, true},
		{"Lion 0.9, 0.97", func(law noise.Law) Limit { return must(Lion(problem(t, law, 1), 0.9, 0.97)) }, memory.Lion{Beta1: 0.9, Beta2: 0.97}.Rest, true},
		{"Lion 0.5, 0.2", func(law noise.Law) Limit { return must(Lion(problem(t, law, 1), 0.5, 0.2)) }, memory.Lion{Beta1: 0.5, Beta2: 0.2}.Rest, true},
		{"Adam 0.9, 0.95", func(law noise.Law) Limit { return must(ShortAdam(problem(t, law, 1), 0.9, 0.95)) }, memory.Adam{Beta1: 0.9, Beta2: 0.95}.Kappa, false},
		{"Adam 0, 0.4", func(law noise.Law) Limit { return must(ShortAdam(problem(t, law, 1), 0, 0.4)) }, memory.Adam{Beta2: 0.4}.Kappa, false},
	}
	worst, where := map[bool]float64{}, map[bool]string{}
	for i, rule := range rules {
		for j, c := range []struct {
			law noise.Law
			few bool
		}{
			{noise.Cauchy{Scale: 0.2}, false},
			{noise.Rademacher{Scale: 0.5}, true},
			{noise.NormalMixture{Weights: []float64{0.9, 0.1}, Mu: []float64{0, 0}, Sigma: []float64{0.1, 3}}, false},
			{noise.Discrete{Weights: []float64{0.3, 0.3, 0.2, 0.2}, Atoms: []float64{-0.2, 0.2, -1, 1}}, true},
		} {
			l := rule.limit(c.law)
			risks := []float64{1.1e-4, 0.0043, 0.11}
			if i > 3 { // whose tables take longer
				risks = risks[(i+j)%2 : (i+j)%2+1]
			}
			for _, risk := range risks {
				want := rule.kappa(memory.Residual{Noise: c.law, Risk: risk, Batch: 1}, rho)
				if rule.sign {
					for k, v := range rho {
						want[k] += 2 / math.Pi * math.Asin(v)
					}
				}
				for k, v := range rho {
					if e := math.Abs(kappa(l, v, risk)-want[k]) / want[len(want)-1]; !(e <= worst[c.few]) {
						worst[c.few], where[c.few] = e, fmt.Sprintf("%s, %v, ρ = %v, R = %v", rule.name, c.law, v, risk)
					}
				}
			}
		}
	}
	t.Logf("largest errors: %.1e at %s; of noise of few values %.1e at %s", worst[false], where[false], worst[true], where[true])
	if !(worst[false] <= 1e-6) || !(worst[true] <= 2e-6) {
		t.Errorf("the error is %.1e κ(1) at %s, and %.1e κ(1) at %s", worst[false], where[false], worst[true], where[true])
	}
}
