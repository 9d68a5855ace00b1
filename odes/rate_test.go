package odes

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// diagonalProblem returns a problem with the given variances and ν = 1.
func diagonalProblem(t testing.TB, law noise.Law, variances ...float64) signsgd.Problem {
	t.Helper()
	k, err := spectra.NewDiagonal(variances)
	if err != nil {
		t.Fatal(err)
	}
	init := make([]float64, len(variances))
	for i := range init {
		init[i] = 1
	}
	return signsgd.Problem{Covariance: k, Noise: law, Init: init}
}

// jacobianRate returns the smallest real part of the spectrum of minus the Jacobian
// of the modes' equations at rest, from differences of the equations themselves.
func jacobianRate(t *testing.T, s *System) float64 {
	t.Helper()
	limit, err := s.LimitRisk(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := march.NewCoefficients(len(s.Limit.Noise))
	eq := s.equation()
	at := eq.At(limit)
	if err := eq.Evaluate(&c, 1, &at); err != nil {
		t.Fatal(err)
	}
	n := len(s.Modes.Lambda)
	modes := make([]float64, n)
	eq.AtRest(&c, modes)
	slope := func(r []float64) []float64 {
		at := eq.At(floats.Sum(r))
		if err := eq.Evaluate(&c, 1, &at); err != nil {
			t.Fatal(err)
		}
		out := make([]float64, n)
		for i, l := range s.Modes.Lambda {
			out[i] = -2 * c.Decay * l * r[i]
			for k, w := range s.Modes.Weights {
				out[i] += c.Input[k] * w[i]
			}
		}
		return out
	}
	m := mat.NewDense(n, n, nil)
	for j := range n {
		// Fourth-order differences; the step balances their error and rounding.
		diff := func(step float64) []float64 {
			up, down := append([]float64{}, modes...), append([]float64{}, modes...)
			up[j] += step
			down[j] -= step
			d := floats.SubTo(make([]float64, n), slope(down), slope(up))
			floats.Scale(1/(2*step), d)
			return d
		}
		step := 2e-3 * limit
		coarse, fine := diff(2*step), diff(step)
		finest := diff(step / 2)
		for i := range n {
			a, b := fine[i]+(fine[i]-coarse[i])/3, finest[i]+(finest[i]-fine[i])/3
			m.Set(i, j, b+(b-a)/15)
		}
	}
	var e mat.Eigen
	if !e.Factorize(m, mat.EigenNone) {
		t.Fatal("no eigenvalues")
	}
	rate := math.Inf(1)
	for _, v := range e.Values(nil) {
		rate = min(rate, real(v))
	}
	return rate
}

// TestLocalRate compares the rate with the dense Jacobian's spectrum for all signs of
// the couplings, and with the slope of a long solution.
func TestLocalRate(t *testing.T) {
	t.Parallel()
	variances := []float64{0.01, 0.2, 0.35, 1, 2, 2, 3.5}
	mixed := homogenized.Limit{
		Basis: spectra.Plain,
		Drift: func(r float64) (float64, float64) { return 1 / (1 + r), -1 / ((1 + r) * (1 + r)) },
		Noise: []homogenized.Term{
			{Gain: func(r float64) (float64, float64) { return 1 + r, 1 }, Shape: spectra.Shape{Scaled: true}},
			{Gain: func(r float64) (float64, float64) { return 4 / (1 + 20*r), -80 / ((1 + 20*r) * (1 + 20*r)) }, Shape: spectra.Shape{Odd: func(x float64) float64 { return x * x * x }, Scaled: true}},
		},
	}
	gauss := diagonalProblem(t, noise.Normal{Sigma: 0.5}, variances...)
	two := diagonalProblem(t, noise.Rademacher{Scale: 1}, variances...)
	for _, c := range []struct {
		name  string
		p     signsgd.Problem
		limit homogenized.Limit
		eta   float64
	}{
		{"signSGD, normal", gauss, must(homogenized.SignSGD(gauss)), 0.3},
		{"SGD, normal", gauss, must(homogenized.SGD(gauss)), 0.3},
		{"Adam heuristic", gauss, must(homogenized.AdamHeuristic(gauss)), 0.3},
		{"preconditioned SGD", gauss, must(homogenized.PreconditionedSGD(gauss)), 0.3},
		{"signSGD, Rademacher, small η", two, must(homogenized.SignSGD(two)), 0.01},
		{"mixed signs", gauss, mixed, 0.2},
	} {
		s := system(t, c.p, c.limit, schedule.Constant(c.eta))
		if c.name == "mixed signs" { // weights that break the proportion of the two terms
			s.Modes.Weights[1] = []float64{0.5, 0.1, 0, 0.2, 0, 0, 0.01}
		}
		rate, err := s.LocalRate(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		want := jacobianRate(t, s)
		t.Logf("%s: rate %.12g, Jacobian %.12g", c.name, rate, want)
		if math.Abs(rate-want) > 1e-10 {
			t.Errorf("%s: rate %v, Jacobian %v", c.name, rate, want)
		}
		// Long after, ln |R − R∞| falls by the rate.
		limit, _ := s.LimitRisk(t.Context())
		s.Tolerance = 1e-13
		start := 12 / rate
		r := risks(t, s, start, start+2/rate)
		slope := math.Log((r[0]-limit)/(r[1]-limit)) / 2
		if math.Abs(slope-1) > 1e-3 {
			t.Errorf("%s: slope %v of the rate", c.name, slope)
		}
	}
	// Diverging SGD has nothing to settle at.
	s := system(t, gauss, must(homogenized.SGD(gauss)), schedule.Constant(10))
	if _, err := s.LocalRate(t.Context()); !errors.Is(err, ErrNoStationary) {
		t.Errorf("divergent SGD: %v", err)
	}
}

// TestTheorem4 checks the scaling of the rate: for small η it is proportional to η
// and to λ_min(K̄)/v, whatever the rest of the spectrum.
func TestTheorem4(t *testing.T) {
	t.Parallel()
	rate := func(v, eta, smallest float64) float64 {
		p := diagonalProblem(t, noise.Normal{Sigma: v}, smallest*smallest, 0.5, 1, 2)
		r, err := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(eta)).LocalRate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	base := rate(0.5, 1e-4, 0.1)
	want := 4 / math.Pi * 1e-4 * 0.1 / 0.5 // 2ηhλ with h = (2/π)/v
	for name, c := range map[string][2]float64{
		"value":  {base, want},
		"η":      {rate(0.5, 1e-5, 0.1), base / 10},
		"λ_min":  {rate(0.5, 1e-4, 0.01), base / 10},
		"noise":  {rate(5, 1e-4, 0.1), base / 10},
		"all":    {rate(5, 1e-3, 0.01), base / 10},
		"larger": {rate(0.5, 2e-4, 0.2), base * 4},
	} {
		if math.Abs(c[0]/c[1]-1) > 2e-3 {
			t.Errorf("%s: rate %v, want %v", name, c[0], c[1])
		}
	}
}

// TestTimeToReach checks the time against the curve.
func TestTimeToReach(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 0.1, 1, 3)
	s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.3))
	limit, err := s.LimitRisk(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, eps := range []float64{1, 0.1, 1e-3} {
		at, err := s.TimeToReach(ctx, (1+eps)*limit, 1e6)
		if err != nil {
			t.Fatal(err)
		}
		if r := risks(t, s, at)[0]; math.Abs(r/((1+eps)*limit)-1) > 1e-9 {
			t.Errorf("ε = %v: risk %v at t = %v, want %v", eps, r, at, (1+eps)*limit)
		}
	}
	if at, err := s.TimeToReach(ctx, limit/2, 1e3); err != nil || !math.IsInf(at, 1) {
		t.Errorf("below the limit: %v, %v", at, err)
	}
	if at, err := s.TimeToReach(ctx, 1e9, 1); err != nil || at != 0 {
		t.Errorf("above the start: %v, %v", at, err)
	}
	if _, err := s.TimeToReach(ctx, math.NaN(), 1); err == nil {
		t.Error("NaN level: no error")
	}
}

// TestLearningRates checks the largest rate against 2d/tr K, the best constant
// against its neighbours, greedy against (26) and (27).
func TestLearningRates(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := diagonalProblem(t, noise.Normal{Sigma: 0.5}, 0.1, 0.5, 1, 3)
	one := schedule.Constant(1)
	sgd, sign := system(t, p, must(homogenized.SGD(p)), one), system(t, p, must(homogenized.SignSGD(p)), one)
	if got, err := sgd.LargestRate(t.Context()); err != nil || math.Abs(got/(2*4/4.6)-1) > 1e-10 {
		t.Errorf("largest rate of SGD %v, %v, want %v", got, err, 2*4/4.6)
	}
	if got, err := sign.LargestRate(t.Context()); err != nil || !math.IsInf(got, 1) {
		t.Errorf("largest rate of signSGD %v, %v", got, err)
	}
	for name, s := range map[string]*System{"SGD": sgd, "signSGD": sign} {
		for _, horizon := range []float64{1, 50} {
			eta, risk, err := s.BestConstant(ctx, horizon)
			if err != nil {
				t.Fatal(err)
			}
			for _, factor := range []float64{0.5, 0.99, 1.01, 2} {
				if r := risks(t, s.WithRate(schedule.Constant(eta*factor)), horizon)[0]; r < risk {
					t.Errorf("%s, T = %v: risk %v at η = %v, below %v at the best", name, horizon, r, eta*factor, risk)
				}
			}
		}
	}
	// On isotropic data the greedy schedules give dR/dt = −φ²R and −R²/𝓟.
	iso, err := Isotropic(must(homogenized.SignSGD(p)), 2, one)
	if err != nil {
		t.Fatal(err)
	}
	step := 1e-4
	r := risks(t, iso.WithRate(iso.Greedy()), 0, step)
	phi, _ := p.Noise.Phi(2)
	if got := (r[1] - r[0]) / step; math.Abs(got/(-phi*phi*2)-1) > 1e-3 {
		t.Errorf("greedy signSGD falls at %v, want %v", got, -phi*phi*2)
	}
	if iso, err = Isotropic(must(homogenized.SGD(p)), 2, one); err != nil {
		t.Fatal(err)
	}
	r = risks(t, iso.WithRate(iso.Greedy()), 0, step)
	if got, want := (r[1]-r[0])/step, -4/(2+0.125); math.Abs(got/want-1) > 1e-3 {
		t.Errorf("greedy SGD falls at %v, want %v", got, want)
	}
}

// TestOptimal checks that the optimal schedule beats the greedy one and the best
// constant where these are not optimal, and is the greedy one on isotropic data. That
// it is stationary is checked by bumps of it.
func TestOptimal(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const horizon = 20
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.Rademacher{Scale: 0.5}} {
		p := diagonalProblem(t, law, 0.01, 0.1, 0.5, 1, 3)
		for name, limit := range map[string]homogenized.Limit{"SGD": must(homogenized.SGD(p)), "signSGD": must(homogenized.SignSGD(p))} {
			s := system(t, p, limit, schedule.Constant(1))
			best, risk, err := s.Optimal(ctx, horizon)
			if err != nil {
				t.Fatal(err)
			}
			_, constant, err := s.BestConstant(ctx, horizon)
			if err != nil {
				t.Fatal(err)
			}
			greedy := risks(t, s.WithRate(s.Greedy()), horizon)[0]
			t.Logf("%s, %v: optimal %.5g, greedy %.5g, constant %.5g", name, law, risk, greedy, constant)
			if risk > greedy || risk > constant {
				t.Errorf("%s, %v: optimal %v, greedy %v, constant %v", name, law, risk, greedy, constant)
			}
			for _, part := range []int{0, 40, 80, 120, 150} {
				for _, factor := range []float64{0.9, 1.1} {
					bumped := schedule.Interpolated{Times: best.Times, Rates: append([]float64{}, best.Rates...)}
					for m := part; m < part+10; m++ {
						bumped.Rates[m] *= factor
					}
					if r := risks(t, s.WithRate(bumped), horizon)[0]; r < risk*(1-1e-5) {
						t.Errorf("%s, %v: a bump at %d lowers the risk from %v to %v", name, law, part, risk, r)
					}
				}
			}
		}
		iso, err := Isotropic(must(homogenized.SignSGD(p)), 2, schedule.Constant(1))
		if err != nil {
			t.Fatal(err)
		}
		_, risk, err := iso.Optimal(ctx, horizon)
		if err != nil {
			t.Fatal(err)
		}
		if greedy := risks(t, iso.WithRate(iso.Greedy()), horizon)[0]; math.Abs(risk/greedy-1) > 1e-3 {
			t.Errorf("isotropic, %v: optimal %v, greedy %v", law, risk, greedy)
		}
	}
}

// TestCompare checks the order where it is known: heavy tails favour signSGD, noise
// bounded away from zero SGD, and an optimizer without a limit comes last.
func TestCompare(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, c := range []struct {
		law  noise.Law
		sign bool
	}{{noise.Cauchy{Scale: 1}, true}, {noise.StudentsT{Sigma: 1, Nu: 2.1}, true}, {noise.Rademacher{Scale: 3}, false}} {
		order, err := Compare(ctx, isotropic(t, 10, c.law, 1), 30, signsgd.SGD{}, signsgd.Lion{Beta1: 0.9, Beta2: 0.99}, signsgd.SignSGD{})
		if err != nil {
			t.Fatal(err)
		}
		if _, sign := order[0].Optimizer.(signsgd.SignSGD); sign != c.sign || !(order[0].Risk < order[1].Risk) {
			t.Errorf("%v: %+v", c.law, order)
		}
		var none *homogenized.NoLimitError
		if !slices.ContainsFunc(order, func(c Contender) bool { return errors.As(c.Err, &none) && math.IsInf(c.Risk, 1) }) {
			t.Errorf("%v: Lion has no error in %+v", c.law, order)
		}
	}
}

// TestRepeatedEigenvalues checks that eigenvalues which differ by rounding count as one:
// with negative couplings the rate would be that of a pole.
func TestRepeatedEigenvalues(t *testing.T) {
	t.Parallel()
	law := noise.Rademacher{Scale: 1}
	exact := isotropic(t, 20, law, 1)
	rough := exact
	k, err := spectra.NewRotated(ones(20), ensemble.NewRand(1, 0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	rough.Covariance = k
	eta := schedule.Constant(0.4285)
	a, err := system(t, exact, must(homogenized.SignSGD(exact)), eta).LocalRate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := system(t, rough, must(homogenized.SignSGD(rough)), eta).LocalRate(t.Context())
	if err != nil || math.Abs(a/b-1) > 1e-9 {
		t.Errorf("rates %v and %v, %v", a, b, err)
	}
}

// TestBestConstantFar checks best rates far from the greedy one at the start, against a
// wide scan.
func TestBestConstantFar(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	slow := diagonalProblem(t, noise.Normal{Sigma: 0.1}, 1, 1e-3)
	slow.Init = []float64{0, math.Sqrt(2000)}
	for name, c := range map[string]struct {
		p       signsgd.Problem
		horizon float64
	}{"slow mode": {slow, 3000}, "long horizon": {isotropic(t, 3, noise.Normal{Sigma: 1}, 1), 1e10}} {
		s := system(t, c.p, must(homogenized.SGD(c.p)), schedule.Constant(1))
		_, risk, err := s.BestConstant(ctx, c.horizon)
		if err != nil {
			t.Fatal(err)
		}
		for x := -30.0; x < 3; x += 0.1 {
			curve, err := s.WithRate(schedule.Constant(math.Exp(x))).Solve(ctx, []float64{c.horizon})
			if err == nil && curve.Risk[0] < risk*(1-1e-6) {
				t.Errorf("%s: risk %v at η = %v, best %v", name, curve.Risk[0], math.Exp(x), risk)
			}
		}
	}
}
