package noise_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise"
)

// fourthByQuadrature returns ∫ x⁴ f(x) dx by the trapezoidal rule in s on both sides of
// mu, x = mu ± e^s, where f may have a kink.
func fourthByQuadrature(f func(x float64) float64, mu float64) float64 {
	const h, ends = 1. / 32, 60
	sum := 0.0
	for i := -ends / h; i <= ends/h; i++ {
		away := math.Exp(i * h)
		for _, x := range []float64{mu - away, mu + away} {
			if p := f(x); p > 0 {
				sum += h * away * x * x * x * x * p
			}
		}
	}
	return sum
}

// TestFourthMoment compares the formulas with quadrature of the densities.
func TestFourthMoment(t *testing.T) {
	t.Parallel()
	normal := noise.Normal{Mu: 0.3, Sigma: 1.7}
	laplace := noise.Laplace{Mu: -0.4, Scale: 0.8}
	logistic := noise.Logistic{Mu: 1.2, S: 0.6}
	student := noise.StudentsT{Mu: -0.7, Sigma: 1.3, Nu: 9.5}
	stable := noise.AlphaStable{Alpha: 2, C: 0.9, Mu: 0.5}
	uniform := noise.Uniform{Min: -0.3, Max: 2.1}
	gumbel := distuv.GumbelRight{Mu: 0.4, Beta: 1.1}
	onUniform := quad.Fixed(func(x float64) float64 { return x * x * x * x / (uniform.Max - uniform.Min) }, uniform.Min, uniform.Max, 5, quad.Legendre{}, 0)
	ofNormal := fourthByQuadrature(distuv.Normal{Mu: 0.3, Sigma: 1.7}.Prob, 0.3)
	ofLaplace := fourthByQuadrature(distuv.Laplace{Mu: -0.4, Scale: 0.8}.Prob, -0.4)
	for _, c := range []struct {
		law  noise.Law
		want float64
	}{
		{normal, ofNormal},
		{laplace, ofLaplace},
		{logistic, fourthByQuadrature(distuv.Logistic{Mu: 1.2, S: 0.6}.Prob, 1.2)},
		{student, fourthByQuadrature(distuv.StudentsT{Mu: -0.7, Sigma: 1.3, Nu: 9.5}.Prob, -0.7)},
		{stable, fourthByQuadrature(distuv.Normal{Mu: 0.5, Sigma: 0.9 * math.Sqrt2}.Prob, 0.5)},
		{uniform, onUniform},
		{noise.Distuv{Dist: gumbel}, fourthByQuadrature(gumbel.Prob, 0.4)},
		{noise.Rademacher{Scale: 1.5}, 5.0625},
		{noise.None{}, 0},
		{noise.Discrete{Atoms: []float64{-1, 2}, Weights: []float64{0.25, 0.75}}, 12.25},
		{noise.Empirical{Sample: []float64{1, -1, 2, 0}}, 4.5},
		{noise.NormalMixture{Weights: []float64{0.5, 0.5}, Mu: []float64{0.3, 0.3}, Sigma: []float64{1.7, 1.7}}, ofNormal},
		{noise.Mixture{Weights: []float64{0.2, 0.8}, Laws: []noise.Law{normal, laplace}}, 0.2*ofNormal + 0.8*ofLaplace},
		{noise.StudentsT{Sigma: 1, Nu: 4}, math.Inf(1)},
		{noise.Cauchy{Scale: 1}, math.Inf(1)},
		{noise.AlphaStable{Alpha: 1.9, C: 1, Mu: 1}, math.Inf(1)},
	} {
		got := c.law.(noise.FourthMoment).FourthMoment()
		if got != c.want && !(math.Abs(got-c.want) <= 1e-9*c.want) {
			t.Errorf("%v: %v, want %v", c.law, got, c.want)
		}
		again, err := noise.FiniteFourthMoment(c.law)
		if infinite := math.IsInf(c.want, 1); again != got || infinite != errors.Is(err, noise.ErrInfiniteFourthMoment) {
			t.Errorf("%v: FiniteFourthMoment gives %v, %v", c.law, again, err)
		}
	}
	table, err := noise.Tabulate(t.Context(), normal, 1e-3, 1e3, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	if got := (noise.Tabulated{Law: normal, Table: table}).FourthMoment(); got != normal.FourthMoment() {
		t.Errorf("tabulated: %v", got)
	}
	unknown := noise.Mixture{Weights: []float64{0.5, 0.5}, Laws: []noise.Law{normal, noise.Density{F: distuv.UnitNormal.Prob}}}
	if m, err := noise.FiniteFourthMoment(unknown); m == m || err == nil || !strings.Contains(err.Error(), "Mixture") {
		t.Errorf("unknown: %v, %v", m, err)
	}
}

// TestZeta compares ζ_B with its closed form for normal noise, and with means of samples of
// its definition for other laws, at four standard errors.
func TestZeta(t *testing.T) {
	t.Parallel()
	for _, b := range []int{1, 2, 3, 4, 7, 50, 300} {
		for _, risk := range []float64{1e-4, 0.3, 50} {
			got := noise.MiniBatch{Law: noise.Normal{Sigma: 0.7}, Batch: b}.Zeta(risk)
			want := 2 / math.Pi * float64(b-1) * 2 * risk / (2*risk + 0.49)
			if math.Abs(got-want) > 2e-12*want {
				t.Errorf("normal noise, B = %d, R = %g: %v, want %v", b, risk, got, want)
			}
		}
	}
	const samples = 200_000
	for n, law := range []noise.Law{noise.Rademacher{Scale: 1}, noise.Cauchy{Mu: 1, Scale: 0.5}, noise.Laplace{Scale: 1}} {
		for _, b := range []int{2, 3, 8} {
			rng := rand.New(rand.NewPCG(7, uint64(10*n+b)))
			const risk = 0.6
			x := make([]float64, samples)
			for i := range x {
				dot, square := 0.0, 0.0
				for range b {
					l := math.Sqrt(2*risk) * rng.NormFloat64()
					r := l - law.Rand(rng)
					dot += r * l
					square += r * r
				}
				x[i] = 2 / math.Pi * (dot*dot/square/(2*risk) - 1)
			}
			mean, deviation := stat.MeanStdDev(x, nil)
			got := noise.MiniBatch{Law: law, Batch: b}.Zeta(risk)
			if se := stat.StdErr(deviation, samples); math.Abs(got-mean) > 4*se {
				t.Errorf("%v, B = %d: %v, sampled %v ± %v", law, b, got, mean, se)
			}
		}
	}
	for _, m := range []float64{(noise.MiniBatch{Law: noise.None{}}).Zeta(1), (noise.MiniBatch{Law: noise.None{}, Batch: 2}).Zeta(0), (noise.MiniBatch{Law: noise.None{}, Batch: 2}).Zeta(math.Inf(1))} {
		if !math.IsNaN(m) {
			t.Errorf("bad arguments give %v", m)
		}
	}
}
