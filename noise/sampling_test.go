package noise

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestKolmogorovSmirnov tests every continuous law whose distribution function is
// known at level 1e-4.
func TestKolmogorovSmirnov(t *testing.T) {
	t.Parallel()
	normal := func(mu, sigma float64) func(float64) float64 { return distuv.Normal{Mu: mu, Sigma: sigma}.CDF }
	for _, c := range []struct {
		law Law
		cdf func(x float64) float64
	}{
		{Normal{Mu: 2, Sigma: 0.3}, normal(2, 0.3)},
		{Uniform{Min: 0.5, Max: 2}, distuv.Uniform{Min: 0.5, Max: 2}.CDF},
		{Laplace{Mu: -2, Scale: 0.3}, distuv.Laplace{Mu: -2, Scale: 0.3}.CDF},
		{Logistic{Mu: 3, S: 0.2}, distuv.Logistic{Mu: 3, S: 0.2}.CDF},
		{StudentsT{Mu: 1, Sigma: 0.5, Nu: 4.5}, distuv.StudentsT{Mu: 1, Sigma: 0.5, Nu: 4.5}.CDF},
		{StudentsT{Sigma: 0.5, Nu: 0.4}, distuv.StudentsT{Sigma: 0.5, Nu: 0.4}.CDF},
		{Cauchy{Mu: 2, Scale: 0.5}, func(x float64) float64 { return 0.5 + math.Atan((x-2)/0.5)/math.Pi }},
		{AlphaStable{Alpha: 1, C: 0.5, Mu: 2}, func(x float64) float64 { return 0.5 + math.Atan((x-2)/0.5)/math.Pi }},
		{AlphaStable{Alpha: 2, C: 0.5, Mu: 2}, normal(2, 0.5*math.Sqrt2)},
		{
			NormalMixture{Weights: []float64{0.3, 0.7}, Mu: []float64{-1, 2}, Sigma: []float64{1, 0.1}},
			func(x float64) float64 { return 0.3*normal(-1, 1)(x) + 0.7*normal(2, 0.1)(x) },
		},
		{
			Mixture{Weights: []float64{0.3, 0.7}, Laws: []Law{Normal{Mu: -1, Sigma: 1}, Uniform{Min: 0, Max: 1}}},
			func(x float64) float64 { return 0.3*normal(-1, 1)(x) + 0.7*min(max(x, 0), 1) },
		},
		{Distuv{Dist: distuv.Gamma{Alpha: 2, Beta: 3}}, distuv.Gamma{Alpha: 2, Beta: 3}.CDF},
		{Density{F: distuv.UnitNormal.Prob, Quantile: distuv.UnitNormal.Quantile}, distuv.UnitNormal.CDF},
	} {
		rng := rand.New(rand.NewPCG(11, 7))
		const n = 40_000
		x := make([]float64, n)
		for i := range x {
			x[i] = c.law.Rand(rng)
		}
		slices.Sort(x)
		d := 0.0
		for i, v := range x {
			f := c.cdf(v)
			d = max(d, f-float64(i)/n, float64(i+1)/n-f)
		}
		if critical := math.Sqrt(-0.5*math.Log(1e-4/2)) / math.Sqrt(n); d > critical {
			t.Errorf("%v: Kolmogorov's distance is %v, critical at level 1e-4 %v", c.law, d, critical)
		}
	}
}

// TestChiSquared tests the discrete laws at level 1e-4.
func TestChiSquared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		law   Law
		probs map[float64]float64
	}{
		{Rademacher{Scale: 1.3}, map[float64]float64{1.3: 0.5, -1.3: 0.5}},
		{Discrete{Atoms: []float64{-1, 0, 2, 7}, Weights: []float64{0.2, 0.1, 0.6, 0.1}}, map[float64]float64{-1: 0.2, 0: 0.1, 2: 0.6, 7: 0.1}},
		{Empirical{Sample: []float64{1, 2, 2, 5}}, map[float64]float64{1: 0.25, 2: 0.5, 5: 0.25}},
	} {
		rng := rand.New(rand.NewPCG(5, 9))
		const n = 100_000
		counts := map[float64]float64{}
		for range n {
			counts[c.law.Rand(rng)]++
		}
		chi2, seen := 0.0, 0.0
		for x, p := range c.probs {
			seen += counts[x]
			chi2 += (counts[x] - n*p) * (counts[x] - n*p) / (n * p)
		}
		critical := distuv.ChiSquared{K: float64(len(c.probs) - 1)}.Quantile(1 - 1e-4)
		if chi2 > critical || seen != n {
			t.Errorf("%v: χ² = %v, critical at level 1e-4 %v; %v of %v draws are atoms", c.law, chi2, critical, seen, n)
		}
	}
}

// TestMonteCarlo compares φ with the mean of (2/π) exp(−ε²/(4R)) at 4.5 standard
// errors and the rounding of the sum: for AlphaStable the test of its sampling too.
func TestMonteCarlo(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		rng := rand.New(rand.NewPCG(17, 3))
		risks := []float64{1e-3, 0.05, 1, 30}
		const n = 100_000
		sum, squares := make([]float64, len(risks)), make([]float64, len(risks))
		for range n {
			e := l.Rand(rng)
			for k, risk := range risks {
				p := limitPhi * math.Exp(-e*e/(4*risk))
				sum[k] += p
				squares[k] += p * p
			}
		}
		for k, risk := range risks {
			mean := sum[k] / n
			se := math.Sqrt(max(squares[k]/n-mean*mean, 0) / n)
			phi, _ := l.Phi(risk)
			if phi < 1e-3 { // too few draws count
				continue
			}
			if math.Abs(phi-mean) > 4.5*se+1e-10 {
				t.Errorf("%v: φ(%v) = %v, Monte Carlo %v ± %v", l, risk, phi, mean, se)
			}
		}
	}
}
