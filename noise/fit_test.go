package noise

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func draw(l Law, n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 99))
	x := make([]float64, n)
	for i := range x {
		x[i] = l.Rand(rng)
	}
	return x
}

// within fails unless got is within 4.5 standard errors of want.
func within(t *testing.T, what string, got, want, se float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 4.5*se) {
		t.Errorf("%s = %v, want %v ± %v", what, got, want, se)
	}
}

func TestFitNormal(t *testing.T) {
	t.Parallel()
	const n = 50_000
	fit, err := FitNormal(draw(Normal{Mu: 2, Sigma: 0.5}, n, 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "μ", fit.Law.Mu, 2, 0.5/math.Sqrt(n))
	within(t, "σ", fit.Law.Sigma, 0.5, 0.5/math.Sqrt(2*n))

	// Against the density of gonum.
	x := []float64{-1, 0.5, 2, 2, 7}
	fit, err = FitNormal(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range x {
		sum += distuv.Normal{Mu: fit.Law.Mu, Sigma: fit.Law.Sigma}.LogProb(v)
	}
	if !near(fit.LogLikelihood, sum, 1e-14) || !near(fit.BIC, 2*math.Log(5)-2*sum, 1e-14) {
		t.Errorf("log-likelihood, BIC = %v, %v, want %v, %v", fit.LogLikelihood, fit.BIC, sum, 2*math.Log(5)-2*sum)
	}
}

func TestFitStudentsT(t *testing.T) {
	t.Parallel()
	const n = 50_000
	for _, want := range []StudentsT{{Mu: 1, Sigma: 2, Nu: 3}, {Sigma: 1e-3, Nu: 0.6}, {Mu: -50, Sigma: 1, Nu: 12}} {
		x := draw(want, n, 7)
		fit, err := FitStudentsT(t.Context(), x, nil)
		if err != nil {
			t.Fatal(err)
		}
		// Fisher's information of μ and σ at known ν, the latter doubled for not
		// knowing it; that of ν generously.
		within(t, "μ", fit.Law.Mu, want.Mu, want.Sigma*math.Sqrt((want.Nu+3)/(want.Nu+1)/n))
		within(t, "σ", fit.Law.Sigma, want.Sigma, 2*want.Sigma*math.Sqrt((want.Nu+3)/(2*want.Nu)/n))
		within(t, "log ν", math.Log(fit.Law.Nu), math.Log(want.Nu), (2+want.Nu)/math.Sqrt(n))

		// A maximum: gonum's likelihood agrees and falls on all sides.
		logLikelihood := func(l StudentsT) (sum float64) {
			for _, v := range x {
				sum += distuv.StudentsT{Mu: l.Mu, Sigma: l.Sigma, Nu: l.Nu}.LogProb(v)
			}
			return sum
		}
		top := logLikelihood(fit.Law)
		if !near(fit.LogLikelihood, top, 1e-12) {
			t.Errorf("%v: log-likelihood %v, gonum's %v", want, fit.LogLikelihood, top)
		}
		for _, d := range []float64{-1e-2, 1e-2} {
			for k, l := range []StudentsT{fit.Law, fit.Law, fit.Law} {
				switch k {
				case 0:
					l.Mu += d * l.Sigma
				case 1:
					l.Sigma *= 1 + d
				case 2:
					l.Nu *= 1 + 5*d
				}
				if there := logLikelihood(l); there >= top {
					t.Errorf("%v: %v is likelier than the fit by %v", want, l, there-top)
				}
			}
		}
	}
	fit, err := FitStudentsT(t.Context(), draw(Uniform{Min: -1, Max: 1}, 2000, 3), nil)
	if err != nil || fit.Law.Nu < 1e3 {
		t.Errorf("tails lighter than normal: %v, %v", fit.Law, err)
	}
}

func TestFitNormalMixture(t *testing.T) {
	t.Parallel()
	n := 20_000
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		n = 100_000
	}
	root := math.Sqrt(float64(n))
	want := NormalMixture{Weights: []float64{0.35, 0.65}, Mu: []float64{-0.5, 1}, Sigma: []float64{0.45, 0.2}}
	x := draw(want, n, 21)
	fit, err := FitNormalMixture(context.Background(), x, nil, 2, rand.New(rand.NewPCG(1, 1)), MixtureSettings{})
	if err != nil {
		t.Fatal(err)
	}
	for j, w := range want.Weights {
		part := root * math.Sqrt(w)
		within(t, "weight", fit.Law.Weights[j], w, 1.2*math.Sqrt(w*(1-w))/root)
		within(t, "μ", fit.Law.Mu[j], want.Mu[j], 1.2*want.Sigma[j]/part)
		within(t, "σ", fit.Law.Sigma[j], want.Sigma[j], 1.2*want.Sigma[j]/part/math.Sqrt2)
	}
	if err := fit.Law.Validate(); err != nil {
		t.Error(err)
	}
	again, err := FitNormalMixture(context.Background(), x, nil, 2, rand.New(rand.NewPCG(1, 1)), MixtureSettings{})
	if err != nil || again.LogLikelihood != fit.LogLikelihood {
		t.Errorf("the same seed gives another fit: %v, %v; %v", fit, again, err)
	}

	// BIC tells the number of parts, one part is FitNormal, φ is that of the sample.
	one, err := FitNormalMixture(context.Background(), x, nil, 1, rand.New(rand.NewPCG(1, 1)), MixtureSettings{})
	if err != nil {
		t.Fatal(err)
	}
	normal, err := FitNormal(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !near(one.LogLikelihood, normal.LogLikelihood, 1e-12) || !near(one.BIC, normal.BIC, 1e-12) {
		t.Errorf("one part: %v, normal %v", one, normal)
	}
	three, err := FitNormalMixture(context.Background(), x[:5000], nil, 3, rand.New(rand.NewPCG(1, 1)), MixtureSettings{Restarts: 3, Tolerance: 1e-2})
	if err != nil {
		t.Fatal(err)
	}
	two, err := FitNormalMixture(context.Background(), x[:5000], nil, 2, rand.New(rand.NewPCG(1, 1)), MixtureSettings{Restarts: 3})
	if err != nil {
		t.Fatal(err)
	}
	if two.BIC >= three.BIC || fit.BIC >= normal.BIC {
		t.Errorf("BIC of 1, 2 parts: %v, %v; of 2, 3: %v, %v", normal.BIC, fit.BIC, two.BIC, three.BIC)
	}
	for _, risk := range []float64{0.1, 1} {
		p, _ := fit.Law.Phi(risk)
		if q, _ := (Empirical{Sample: x}).Phi(risk); !near(p, q, 5e-3) {
			t.Errorf("φ(%v) of the fit %v, of the sample %v", risk, p, q)
		}
	}
}

// TestFitWeights checks that weights count repetitions.
func TestFitWeights(t *testing.T) {
	t.Parallel()
	x := draw(StudentsT{Mu: 1, Sigma: 2, Nu: 4}, 600, 5)
	weights, repeated := make([]float64, len(x)), []float64(nil)
	for i, v := range x {
		weights[i] = float64(i % 4)
		for range i % 4 {
			repeated = append(repeated, v)
		}
	}
	a, err1 := FitStudentsT(t.Context(), x, weights)
	b, err2 := FitStudentsT(t.Context(), repeated, nil)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !near(a.Law.Nu, b.Law.Nu, 1e-6) || !near(a.LogLikelihood, b.LogLikelihood, 1e-10) || !near(a.BIC, b.BIC, 1e-10) {
		t.Errorf("Student t: weighted %v, repeated %v", a, b)
	}
	c, err1 := FitNormal(x, weights)
	d, err2 := FitNormal(repeated, nil)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !near(c.Law.Mu, d.Law.Mu, 1e-12) || !near(c.Law.Sigma, d.Law.Sigma, 1e-12) || !near(c.LogLikelihood, d.LogLikelihood, 1e-12) {
		t.Errorf("normal: weighted %v, repeated %v", c, d)
	}
	settings := MixtureSettings{Tolerance: 1e-8}
	e, err1 := FitNormalMixture(context.Background(), x, weights, 2, rand.New(rand.NewPCG(1, 1)), settings)
	f, err2 := FitNormalMixture(context.Background(), repeated, nil, 2, rand.New(rand.NewPCG(1, 1)), settings)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !near(e.LogLikelihood, f.LogLikelihood, 1e-6) {
		t.Errorf("mixture: weighted %v, repeated %v", e, f)
	}
}

func TestFitErrors(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	mixture := func(x, w []float64, k int, s MixtureSettings) error {
		_, err := FitNormalMixture(context.Background(), x, w, k, rng, s)
		return err
	}
	for _, bad := range []struct{ x, w []float64 }{
		{nil, nil}, {[]float64{1, 1, 1}, nil}, {[]float64{1, math.NaN()}, nil}, {[]float64{1, math.Inf(1)}, nil},
		{[]float64{1, 2}, []float64{1, -1}}, {[]float64{1, 2}, []float64{0, 0}}, {[]float64{1, 2}, []float64{1, math.NaN()}},
	} {
		_, err1 := FitNormal(bad.x, bad.w)
		_, err2 := FitStudentsT(t.Context(), bad.x, bad.w)
		if err3 := mixture(bad.x, bad.w, 1, MixtureSettings{}); err1 == nil || err2 == nil || err3 == nil {
			t.Errorf("sample %v, weights %v: %v, %v, %v", bad.x, bad.w, err1, err2, err3)
		}
	}
	if _, err := FitStudentsT(t.Context(), []float64{0, 0, 0, 0, 0, 1, 2}, nil); err == nil {
		t.Error("Student t fitted to a sample of ties")
	}
	x := draw(Normal{Sigma: 1}, 100, 1)
	for _, k := range []int{0, -1, 101} {
		if mixture(x, nil, k, MixtureSettings{}) == nil {
			t.Errorf("no error for k = %d", k)
		}
	}
	if _, err := FitNormalMixture(context.Background(), x, nil, 2, nil, MixtureSettings{}); err == nil {
		t.Error("no error without a source of randomness")
	}
	if mixture(x, nil, 2, MixtureSettings{Restarts: -1}) == nil {
		t.Error("no error for negative restarts")
	}
	if err := mixture(x, nil, 3, MixtureSettings{MaxIterations: 1}); !errors.Is(err, ErrNotConverged) {
		t.Errorf("one iteration: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := FitNormalMixture(ctx, x, nil, 2, rng, MixtureSettings{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestFitStops ends the context before a fit.
func TestFitStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FitStudentsT(ctx, draw(Cauchy{Scale: 1}, 100, 1), nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestFitStudentsTNewton checks that the step of ν is that of Newton's method: in θ = log ν,
// the first derivative of the likelihood over the second, both found by differences.
func TestFitStudentsTNewton(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	sample := make([]float64, 300)
	for i := range sample {
		sample[i] = StudentsT{Mu: 1, Sigma: 2, Nu: 3}.Rand(rng)
	}
	const h = 1e-3
	for _, nu := range []float64{1, 2, 3, 4} {
		l := StudentsT{Mu: 1.1, Sigma: 1.9, Nu: nu}
		likelihood := func(theta float64) float64 {
			moved := l
			moved.Nu *= math.Exp(theta)
			return newStudentsStep(moved, sample, nil, 300).logLikelihood
		}
		up, here, down := likelihood(h), likelihood(0), likelihood(-h)
		want := -(up - down) / (2 * h) / ((up - 2*here + down) / (h * h))
		if !(math.Abs(want) < 1) {
			t.Fatalf("ν = %v: the step %v would be cut", nu, want)
		}
		if step := math.Log(newStudentsStep(l, sample, nil, 300).next.Nu / nu); math.Abs(step-want) > 1e-4*math.Abs(want)+1e-6 {
			t.Errorf("ν = %v: the step of log ν is %v, want %v", nu, step, want)
		}
	}
}
