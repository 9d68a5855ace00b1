package noise

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestCheckLaws checks all laws of this package, of many shapes and scales.
func TestCheckLaws(t *testing.T) {
	t.Parallel()
	normal := func(x float64) float64 { return distuv.UnitNormal.Prob(x) }
	table := func(law Law) Law {
		made, err := Tabulate(t.Context(), law, 1e-3, 1e3, 1e-9)
		if err != nil {
			t.Fatal(err)
		}
		return Tabulated{law, made}
	}
	for _, law := range []Law{
		None{}, Normal{Sigma: 0.5}, Normal{Sigma: 1e-30}, Normal{Mu: 3, Sigma: 0.1}, Normal{Sigma: 1e60}, Normal{Mu: 1},
		Rademacher{Scale: 2}, Rademacher{}, Uniform{Min: -1, Max: 2}, Uniform{Min: 1, Max: 2}, Uniform{Max: 1},
		Laplace{Scale: 1}, Laplace{Mu: -5, Scale: 0.3}, Logistic{S: 2}, Logistic{Mu: 1, S: 0.1},
		StudentsT{Sigma: 1, Nu: 3}, StudentsT{Sigma: 1, Nu: 1.5}, StudentsT{Sigma: 1, Nu: 2}, StudentsT{Sigma: 1, Nu: 2.01}, StudentsT{Mu: 2, Sigma: 0.5, Nu: 5},
		Cauchy{Scale: 1}, Cauchy{Mu: 2, Scale: 1}, AlphaStable{Alpha: 1.5, C: 1}, AlphaStable{Alpha: 0.5, C: 2}, AlphaStable{Alpha: 2, C: 1}, AlphaStable{Alpha: 1.2, C: 1, Mu: 3},
		Discrete{Atoms: []float64{-1, 0, 3}, Weights: []float64{0.5, 0.2, 0.3}}, Empirical{Sample: []float64{1, -2, 0.5, 3}},
		NormalMixture{Weights: []float64{0.9, 0.1}, Mu: []float64{0, 1}, Sigma: []float64{0.1, 10}},
		Mixture{Weights: []float64{0.5, 0.5}, Laws: []Law{Normal{Sigma: 1}, Cauchy{Scale: 0.1}}},
		Density{F: normal, V2: 1, Quantile: distuv.UnitNormal.Quantile}, Density{F: normal},
		Density{F: func(x float64) float64 { return distuv.StudentsT{Sigma: 1, Nu: 1.5}.Prob(x) }, V2: math.Inf(1)},
		Density{F: func(x float64) float64 { return distuv.Uniform{Min: 2, Max: 3}.Prob(x) }, Breaks: []float64{2, 3}, V2: 19. / 3},
		table(Laplace{Scale: 1}),
	} {
		if err := Check(t.Context(), law, rand.New(rand.NewPCG(1, 2))); err != nil {
			t.Error(err)
		}
	}
}

// changed is a standard normal law of which parts are changed.
type changed struct {
	Normal
	phi    func(phi, slope, risk float64) (float64, float64)
	second func() float64
	rand   func(rng *rand.Rand) float64
	origin float64
}

func (c changed) Phi(risk float64) (phi, slope float64) {
	phi, slope = c.Normal.Phi(risk)
	if c.phi != nil {
		return c.phi(phi, slope, risk)
	}
	return phi, slope
}

func (c changed) SecondMoment() float64 {
	if c.second != nil {
		return c.second()
	}
	return c.Normal.SecondMoment()
}

func (c changed) Rand(rng *rand.Rand) float64 {
	if c.rand != nil {
		return c.rand(rng)
	}
	return c.Normal.Rand(rng)
}

func (c changed) DensityAtZero() float64 {
	if c.origin != 0 {
		return c.origin
	}
	return c.Normal.DensityAtZero()
}

// TestCheckFinds checks that each thing that can be wrong with a law is found and named.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	unit := Normal{Sigma: 1}
	normal := func(x float64) float64 { return distuv.UnitNormal.Prob(x) }
	for _, c := range []struct {
		says string
		law  Law
	}{
		{"law is nil", nil},
		{"Normal.Sigma is -1", Normal{Sigma: -1}},
		{"must be at most 2/π", Density{F: func(x float64) float64 { return 2 * normal(x) }}},
		{"must be at most 2/π", Density{F: func(x float64) float64 { return 1.001 * normal(x) }}},
		{"Density.F has the integral 0.5: must be 1", Density{F: func(x float64) float64 { return normal(x) / 2 }}},
		{"or the mass of the law is", Density{F: func(x float64) float64 { return normal(x) / 2 }, V2: 0.5}},
		{"Density.V2 is 1.5: F has the second moment 1", Density{F: normal, V2: 1.5}},
		{"Density.V2 is +Inf: F has the second moment 1", Density{F: normal, V2: math.Inf(1)}},
		{"the SecondMoment v² = 0.5 is too small", Density{F: normal, V2: 0.5}},
		{"draws of Rand is ", Density{F: normal, Quantile: distuv.Normal{Sigma: 1.1}.Quantile}},
		{"φ(0) = NaN: must be at least 0", changed{Normal: unit, phi: func(_, _, _ float64) (float64, float64) { return math.NaN(), 0 }}},
		{"after φ(0) = 0.5: must increase", changed{Normal: unit, phi: func(phi, slope, risk float64) (float64, float64) {
			if risk == 0 {
				return 0.5, slope
			}
			return phi, slope
		}}},
		{"must increase", changed{Normal: unit, phi: func(phi, slope, risk float64) (float64, float64) {
			if risk > 3 && risk < 30 {
				return phi / 2, slope
			}
			return phi, slope
		}}},
		{"φ(+Inf) = 0", changed{Normal: unit, phi: func(phi, slope, risk float64) (float64, float64) {
			if math.IsInf(risk, 1) {
				return 0.6, slope
			}
			return phi * 0.9, slope * 0.9
		}}},
		{"φ' must be the derivative", changed{Normal: unit, phi: func(phi, slope, _ float64) (float64, float64) { return phi, slope * 1.001 }}},
		{"must be at least 0", changed{Normal: unit, phi: func(phi, slope, _ float64) (float64, float64) { return phi, -slope }}},
		{"the SecondMoment v² = 0.9 is too small", changed{Normal: unit, second: func() float64 { return 0.9 }}},
		{"SecondMoment is 1.1: φ has the second moment 1", changed{Normal: unit, second: func() float64 { return 1.1 }}},
		{"SecondMoment is +Inf: φ has the second moment 1", changed{Normal: unit, second: func() float64 { return math.Inf(1) }}},
		{"SecondMoment is -1", changed{Normal: unit, second: func() float64 { return -1 }}},
		{"DensityAtZero is 0.5: φ has the density 0.398942 at 0", changed{Normal: unit, origin: 0.5}},
		{"DensityAtZero is +Inf", changed{Normal: unit, origin: math.Inf(1)}},
		{"DensityAtZero is -1", changed{Normal: unit, origin: -1}},
		{"Rand returns NaN", changed{Normal: unit, rand: func(*rand.Rand) float64 { return math.NaN() }}},
		{"draws of Rand is ", changed{Normal: unit, rand: func(rng *rand.Rand) float64 { return 1.05 * rng.NormFloat64() }}},
		{"at R = 0: must be (π/2) φ(R) = 0", changed{Normal: unit, rand: func(rng *rand.Rand) float64 {
			if rng.Float64() < 0.01 {
				return 0
			}
			return rng.NormFloat64()
		}}},
	} {
		err := Check(t.Context(), c.law, rand.New(rand.NewPCG(3, 4)))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want one that says %q", err, c.says)
		}
	}
}
