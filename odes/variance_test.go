package odes

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// denseProblem returns a problem on a Haar-rotated K whose eigenvalues span two decades.
func denseProblem(d int, law noise.Law, batch int) signsgd.Problem {
	rng := ensemble.NewRand(5, d, "variance")
	k := must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.03, 3)), rng))
	// Another scale for each coordinate, so that K̄ and K differ.
	scale := make([]float64, d)
	for i := range scale {
		scale[i] = math.Exp(0.3 * rng.NormFloat64())
	}
	scaled := must(k.Congruent(scale)).(*spectra.Dense)
	nu := make([]float64, d)
	spectra.FillNormal(nu, rng)
	return must(signsgd.Problem{Covariance: scaled, Noise: law, Batch: batch, Init: nu}.WithInitialRisk(1.2))
}

// falling is a rate that falls with time and sees the risk.
type falling struct{ eta, power float64 }

func (f falling) Rate(t float64, at schedule.Position) float64 {
	return f.eta * math.Pow(at.Risk(), f.power) / (1 + t/3)
}

// fullVariance integrates the equations of r, P and Γ of theory in all modes, with the
// terms that distinguish the optimizer from its SDE written out for each rule, by the
// classical Runge–Kutta method. It is the slow way, which shares nothing with Variance
// but the modes.
func fullVariance(s *System, p signsgd.Problem, rule string, sde bool, spread spectra.Covariance, horizon float64, steps int) (risk, variance float64) {
	k := p.Covariance.(spectra.Structured)
	d := k.Dim()
	dim := float64(d)
	modes := s.Modes
	tr := must(spectra.NewTransform(k, modes))
	m := must(tr.Covariance(must(spectra.NoiseCovariance(k, modes.Noise[0]))))
	lambda, c := modes.Lambda, modes.Weights[0]
	y := tr.Apply(nil, p.Displacement(nil, p.Init))
	n := d + 2*d*d
	state := make([]float64, n) // r, P, Γ
	start := mat.NewSymDense(d, nil)
	if spread != nil {
		start = must(tr.Covariance(spread))
	}
	for i := range d {
		for j := range d {
			q := start.At(i, j)
			state[d+i*d+j] = y[i]*y[j] + q
			state[d+d*d+i*d+j] = lambda[i] * lambda[j] * q * (q/2 + y[i]*y[j])
			if i == j {
				state[i] = lambda[i] * (y[i]*y[i] + q) / 2
			}
		}
	}
	law, b := p.Law(), float64(p.BatchSize())
	v2 := law.SecondMoment()
	batch := noise.MiniBatch{Law: law, Batch: p.BatchSize()}
	rate := func(t, risk float64) float64 { return s.Rate.Rate(t, &position{risk: risk}) }
	slope := func(f func(float64) float64, x float64) float64 {
		h := 1e-4 * x
		return (8*(f(x+h)-f(x-h)) - f(x+2*h) + f(x-2*h)) / (12 * h)
	}
	derivative := func(t float64, x, dx []float64) {
		r, pairs, gamma := x[:d], x[d:d+d*d], x[d+d*d:]
		risk := floats.Sum(r)
		a := func(risk float64) float64 {
			h, _ := s.Limit.Drift(risk)
			return rate(t, risk) * h
		}
		g := func(risk float64) float64 {
			g, _ := s.Limit.Noise[0].Gain(risk)
			return rate(t, risk) * rate(t, risk) * g
		}
		decay, input, eta := a(risk), g(risk), rate(t, risk)
		da, dg := slope(a, risk), slope(g, risk)
		beta, sums := make([]float64, d), make([]float64, d)
		for i := range d {
			dx[i] = -2*decay*lambda[i]*r[i] + input*c[i]/(2*dim)
			beta[i] = -2*da*lambda[i]*r[i] + dg*c[i]/(2*dim)
			sums[i] = floats.Sum(gamma[i*d:][:d])
		}
		fourth := law.(noise.FourthMoment).FourthMoment()
		spreadOfSquare := 8*risk*risk + 8*risk*v2 + fourth - v2*v2
		p2 := 2*risk + v2
		zeta := batch.Zeta(risk)
		for i := range d {
			for j := range d {
				at := i*d + j
				mij := m.At(i, j)
				dx[d+at] = -decay*(lambda[i]+lambda[j])*pairs[at] + input/dim*mij
				noise := input / dim * lambda[i] * lambda[j] * pairs[at] * mij
				ui, uj := lambda[i]*r[i], lambda[j]*r[j]
				e := eta
				switch {
				case sde:
				case rule == "sign":
					h, _ := s.Limit.Drift(risk)
					noise -= 4 * eta * eta / dim * (h*h - zeta/(2*risk)) * ui * uj
				case rule == "heuristic":
					e /= math.Sqrt(p2 / b)
					fallthrough
				default:
					noise += 4*e*e/(b*dim)*ui*uj - 2*e*e*e*p2/(b*b*dim*dim)*(ui*c[j]+uj*c[i]) +
						math.Pow(e, 4)*spreadOfSquare/(4*b*b*b*dim*dim*dim)*c[i]*c[j]
				}
				dx[d+d*d+at] = -2*decay*(lambda[i]+lambda[j])*gamma[at] + beta[i]*sums[j] + sums[i]*beta[j] + noise
			}
		}
	}
	dt := horizon / float64(steps)
	var k1, k2, k3, k4, x = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for step := range steps {
		t := float64(step) * dt
		derivative(t, state, k1)
		derivative(t+dt/2, floats.AddScaledTo(x, state, dt/2, k1), k2)
		derivative(t+dt/2, floats.AddScaledTo(x, state, dt/2, k2), k3)
		derivative(t+dt, floats.AddScaledTo(x, state, dt, k3), k4)
		floats.AddScaled(state, dt/6, k1)
		floats.AddScaled(state, dt/3, k2)
		floats.AddScaled(state, dt/3, k3)
		floats.AddScaled(state, dt/6, k4)
	}
	return floats.Sum(state[:d]), floats.Sum(state[d+d*d:])
}

// TestVarianceInFull compares Variance with the equations of theory in all modes.
func TestVarianceInFull(t *testing.T) {
	t.Parallel()
	const horizon, d = 1.5, 24
	for _, c := range []struct {
		name  string
		rule  string
		o     signsgd.Optimizer
		law   noise.Law
		batch int
		rate  schedule.Schedule
		start bool
		sde   bool
	}{
		{"signSGD", "sign", signsgd.SignSGD{}, noise.Laplace{Scale: 0.5}, 1, schedule.Constant(0.6), false, false},
		{"signSGD, batch 2, rate that sees R", "sign", signsgd.SignSGD{}, noise.Rademacher{Scale: 0.7}, 2, falling{0.5, 0.4}, false, false},
		{"signSGD, batch 5, random start", "sign", signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 5, falling{0.5, 0.5}, true, false},
		{"signHSGD", "sign", signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 1, falling{0.6, 0.5}, true, true},
		{"SGD, batch 2", "sgd", signsgd.SGD{}, noise.Uniform{Min: -1, Max: 1}, 2, falling{0.8, -0.3}, false, false},
		{"HSGD, random start", "sgd", signsgd.SGD{}, noise.Normal{Sigma: 0.5}, 1, schedule.Constant(0.5), true, true},
		{"preconditioned SGD", "sgd", signsgd.PreconditionedSGD{}, noise.Laplace{Scale: 0.4}, 1, falling{0.5, 0.3}, false, false},
		{"Adam heuristic, batch 3", "heuristic", signsgd.AdamHeuristic{}, noise.Normal{Sigma: 0.5}, 3, falling{0.4, 0.3}, false, false},
	} {
		p := denseProblem(d, c.law, c.batch)
		s := must(New(p, c.o, c.rate))
		options := VarianceOptions{SDE: c.sde}
		if c.start {
			options.Spread = must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.01, 0.1)), ensemble.NewRand(9, 0, "spread")))
		}
		curve, err := s.Variance(context.Background(), []float64{0, horizon / 3, horizon}, options)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		risk, variance := fullVariance(s, p, c.rule, c.sde, options.Spread, horizon, 150)
		if e := math.Abs(curve.Risk[2]/risk - 1); e > 1e-7 {
			t.Errorf("%s: risk %v, in full %v", c.name, curve.Risk[2], risk)
		}
		e := math.Abs(curve.Variance[2]/variance - 1)
		t.Logf("%s: relative difference %.1e", c.name, e)
		if e > 1e-7 {
			t.Errorf("%s: variance %v, in full %v", c.name, curve.Variance[2], variance)
		}
	}
}

// TestSkeleton checks the exponentials that a skeleton gives, and its congruences.
func TestSkeleton(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ low, high, reach float64 }{{0.01, 3, 8}, {1e-6, 1, 1e5}, {1e-9, 1e4, 1e3}, {1, 1, 5}} {
		lambda := must(spectra.LogSpaced(400, c.low, c.high))
		k := newSkeleton(lambda, c.reach)
		worst := 0.0
		for s := c.reach; s > 1e-3/c.high; s *= 0.83 {
			of := make([]float64, len(k.nodes))
			for a, z := range k.nodes {
				of[a] = math.Exp(-z * s)
			}
			for i, l := range lambda {
				got := floats.Dot(k.weight.Data[i*len(of):][:len(of)], of)
				worst = max(worst, math.Abs(got-math.Exp(-l*s))/math.Exp(-c.low*s))
			}
		}
		t.Logf("%+v: %d nodes, error %.1e", c, len(k.nodes), worst)
		if worst > 1e-11 || len(k.nodes) > 100 {
			t.Errorf("%+v: %d nodes, error %.1e", c, len(k.nodes), worst)
		}
		x := make([]float64, len(lambda))
		spectra.FillNormal(x, ensemble.NewRand(1, 0, "skeleton"))
		fill := func(i int, dst [][]float64) { clear(dst[0]); dst[0][i] = x[i] }
		got := must(k.matrices(context.Background(), 1, fill, nil))[0]
		if !floats.EqualApprox(got, k.diagonal(x), 1e-9) {
			t.Errorf("%+v: LᵀXL of a diagonal X by two ways differ", c)
		}
	}
}

// TestVarianceIsotropic compares with what is known in closed form for K = I.
func TestVarianceIsotropic(t *testing.T) {
	t.Parallel()
	const d, eta, v2 = 64, 0.8, 0.49
	nu := make([]float64, d)
	for i := range nu {
		nu[i] = 0.25
	}
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 1)), Noise: noise.Normal{Sigma: 0.7}, Init: nu}
	sgd := must(New(p, signsgd.SGD{}, schedule.Constant(eta)))
	own := must(sgd.LimitVariance(context.Background(), VarianceOptions{}))
	sde := must(sgd.LimitVariance(context.Background(), VarianceOptions{SDE: true}))
	if want := eta / d * (2*sde.Risk + v2) * sde.Risk / (2 - eta) * d / d; math.Abs(sde.Variance/want-1) > 1e-10 {
		t.Errorf("HSGD at rest: variance %v, want %v", sde.Variance, want)
	}
	if ratio := own.Variance / sde.Variance; math.Abs(ratio/(1-eta/2)-1) > 1e-10 {
		t.Errorf("SGD over HSGD at rest: %v, want %v", ratio, 1-eta/2)
	}
	// In the first instant only the noise acts: signSGD lacks the part φ².
	sign := must(New(p, signsgd.SignSGD{}, schedule.Constant(eta)))
	const instant = 1e-9
	runs := must(sign.Variance(context.Background(), []float64{instant}, VarianceOptions{})).Variance[0]
	paths := must(sign.Variance(context.Background(), []float64{instant}, VarianceOptions{SDE: true})).Variance[0]
	phi, _ := p.Noise.Phi(2)
	if ratio := runs / paths; math.Abs(ratio/(1-phi*phi)-1) > 1e-7 {
		t.Errorf("signSGD over signHSGD at first: %v, want 1 − φ² = %v", ratio, 1-phi*phi)
	}
	if want := eta * eta / d * 2 * 2 * instant; math.Abs(paths/want-1) > 1e-7 { // d⟨R⟩ = (η²/d) 2R dt
		t.Errorf("signHSGD at first: variance %v, want %v", paths, want)
	}
	// A random start: Var R(0) = ½ tr((KΣ₀)²) for Init = θ*.
	p.Init = make([]float64, d)
	start := must(New(p, signsgd.SGD{}, schedule.Constant(eta)))
	c := must(start.Variance(context.Background(), []float64{0, 1}, VarianceOptions{Spread: must(spectra.NewIsotropic(d, 0.1))}))
	if want := 0.01 * d / 2; math.Abs(c.Variance[0]/want-1) > 1e-12 || math.Abs(c.Risk[0]/(0.1*d/2)-1) > 1e-12 {
		t.Errorf("random start: R = %v with variance %v, want variance %v", c.Risk[0], c.Variance[0], want)
	}
	dense := must(New(signsgd.Problem{Covariance: must(spectra.ToDense(p.Covariance.(spectra.Structured))), Noise: p.Noise, Init: p.Init}, signsgd.SGD{}, schedule.Constant(eta)))
	again := must(dense.Variance(context.Background(), []float64{0, 1}, VarianceOptions{Spread: must(spectra.NewIsotropic(d, 0.1))}))
	if e := worst(again.Variance, c.Variance); e > 1e-9 {
		t.Errorf("random start, dense: relative difference %v", e)
	}
}

// TestVarianceStructures compares the cheap ways with the dense one, and a long run with the
// Lyapunov equation.
func TestVarianceStructures(t *testing.T) {
	t.Parallel()
	const d = 64
	row := make([]float64, d)
	for i := range row {
		row[i] = math.Pow(0.7, float64(min(i, d-i)))
	}
	nu := make([]float64, d)
	spectra.FillNormal(nu, ensemble.NewRand(3, 0, "start"))
	times := []float64{0.5, 3, 400}
	for _, k := range []spectra.Structured{
		must(spectra.NewCirculant(row)), must(spectra.NewDiagonal(must(spectra.LogSpaced(d, 0.1, 3)))),
		must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.1, 3)), ensemble.NewRand(3, 0, "covariance"))),
	} {
		for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.AdamHeuristic{}} {
			p := must(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: nu}.WithInitialRisk(1))
			s := must(New(p, o, schedule.Constant(0.3)))
			c := must(s.Variance(context.Background(), times, VarianceOptions{}))
			rest := must(s.LimitVariance(context.Background(), VarianceOptions{}))
			if e := math.Abs(c.Variance[2]/rest.Variance - 1); e > 1e-8 {
				t.Errorf("%T, %T: variance %v at t = 400, at rest %v", k, o, c.Variance[2], rest.Variance)
			}
			p.Covariance = must(spectra.ToDense(k))
			dense := must(New(p, o, schedule.Constant(0.3)))
			want := must(dense.Variance(context.Background(), times, VarianceOptions{}))
			if e := worst(c.Variance, want.Variance); e > 1e-8 {
				t.Errorf("%T, %T: relative difference %.1e to dense", k, o, e)
			}
			diagonal := must(dense.Variance(context.Background(), times, VarianceOptions{Diagonal: true}))
			if e := worst(diagonal.Variance, want.Variance); e > 0.05 {
				t.Errorf("%T, %T: the diagonal approximation errs by %.1e", k, o, e)
			}
		}
	}
}

// TestVarianceStiff compares tolerances on eigenvalues from 1e-8 to 1e4, and a schedule with
// a warm-up from 0, a jump, and a rest of rate 0.
func TestVarianceStiff(t *testing.T) {
	t.Parallel()
	const d = 300
	k := must(spectra.NewDiagonal(must(spectra.LogSpaced(d, 1e-8, 1e4))))
	p := must(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: slices.Repeat([]float64{1}, d)}.WithInitialRisk(1))
	times := []float64{1e-4, 0.01, 1, 5, 10}
	for _, rate := range []schedule.Schedule{schedule.Constant(0.02), steps{}} {
		s := must(New(p, signsgd.SignSGD{}, rate))
		s.Tolerance = 1e-12
		want := must(s.Variance(context.Background(), times, VarianceOptions{}))
		for _, tol := range []float64{1e-6, 1e-8, 1e-10} {
			s.Tolerance = tol
			got := must(s.Variance(context.Background(), times, VarianceOptions{}))
			e := worst(got.Variance, want.Variance)
			t.Logf("%T, tolerance %.0e: %.1e", rate, tol, e)
			if e > 100*tol {
				t.Errorf("%T, tolerance %.0e: relative difference %.1e", rate, tol, e)
			}
		}
	}
}

// steps is a schedule with a warm-up, a jump and a rest.
type steps struct{}

func (steps) Rate(t float64, _ schedule.Position) float64 {
	switch {
	case t < 1:
		return 0.03 * t
	case t < 4:
		return 0.01
	case t < 6:
		return 0
	}
	return 0.02
}

func (steps) Breaks() []float64 { return []float64{1, 4, 6} }

// TestVarianceWorkers checks that the number of goroutines does not change the result, and
// that Variance reports its progress and obeys its context.
func TestVarianceWorkers(t *testing.T) {
	p := denseProblem(100, noise.Normal{Sigma: 0.5}, 1)
	s := must(New(p, signsgd.SignSGD{}, schedule.Constant(0.5)))
	times := []float64{1, 2}
	var last, total int
	options := VarianceOptions{Progress: func(done, of int) {
		if done <= last {
			t.Errorf("progress %d after %d", done, last)
		}
		last, total = done, of
	}}
	want := must(s.Variance(t.Context(), times, options))
	if last != 100 || total != 100 {
		t.Errorf("progress ends at %d of %d", last, total)
	}
	before := runtime.GOMAXPROCS(3)
	defer runtime.GOMAXPROCS(before)
	for _, n := range []int{1, 3} {
		runtime.GOMAXPROCS(n)
		if got := must(s.Variance(t.Context(), times, VarianceOptions{})); !slices.Equal(got.Variance, want.Variance) {
			t.Errorf("GOMAXPROCS %d: %v, want %v", n, got.Variance, want.Variance)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Variance(ctx, times, VarianceOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestVarianceAtZero starts at θ*, where the risk is 0, and asks for the start alone.
func TestVarianceAtZero(t *testing.T) {
	t.Parallel()
	const d, eta = 50, 0.5
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 1)), Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d)}
	for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.SGD{}} {
		s := must(New(p, o, schedule.Constant(eta)))
		c := must(s.Variance(t.Context(), []float64{0, 1e-3, 60}, VarianceOptions{}))
		rest := must(s.LimitVariance(t.Context(), VarianceOptions{}))
		if c.Variance[0] != 0 || !(c.Variance[1] > 0) || math.Abs(c.Variance[2]/rest.Variance-1) > 1e-8 {
			t.Errorf("%T from θ*: variances %v, at rest %v", o, c.Variance, rest.Variance)
		}
		if c, err := s.Variance(t.Context(), []float64{0, 0}, VarianceOptions{}); err != nil || !slices.Equal(c.Variance, []float64{0, 0}) {
			t.Errorf("%T at t = 0: %v, %v", o, c, err)
		}
	}
}

// TestVarianceErrors checks that errors say what is wrong.
func TestVarianceErrors(t *testing.T) {
	t.Parallel()
	p := denseProblem(10, noise.Normal{Sigma: 0.5}, 1)
	heavy := p
	heavy.Noise = noise.StudentsT{Sigma: 1, Nu: 3}
	unknown := p
	unknown.Noise = noise.Distuv{Dist: struct {
		noiseless
	}{}, V2: 1}
	rate := schedule.Constant(0.1)
	sign, sgd := must(homogenized.SignSGD(p)), must(homogenized.SGD(p))
	literal := sign
	literal.Fluctuation = nil
	of := func(p signsgd.Problem, l homogenized.Limit) *System { return must(NewFromLimit(p, l, rate)) }
	dense := of(p, sign)
	for _, c := range []struct {
		s       *System
		options VarianceOptions
		says    string
	}{
		{of(heavy, must(homogenized.SGD(heavy))), VarianceOptions{}, "fourth moment E ε⁴ is infinite: StudentsT"},
		{of(unknown, must(homogenized.SGD(unknown))), VarianceOptions{}, "fourth moment of Distuv"},
		{of(p, literal), VarianceOptions{}, "Limit.Fluctuation is nil"},
		{of(p, must(homogenized.WeakSignSGD(p))), VarianceOptions{SDE: true}, "Centred"},
		{must(NewFromModes(dense.Modes, sign, rate)), VarianceOptions{}, "made of modes"},
		{must(dense.WithStart(dense.Modes.Risk)), VarianceOptions{}, "WithStart"},
		{of(p, sgd), VarianceOptions{Spread: must(spectra.NewIsotropic(3, 1))}, "Spread has the dimension 3: must be 10"},
	} {
		if _, err := c.s.Variance(t.Context(), []float64{1}, c.options); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("want an error with %q, got %v", c.says, err)
		}
	}
	for _, s := range []*System{of(heavy, must(homogenized.SGD(heavy))), of(p, literal)} {
		if _, err := s.Variance(t.Context(), []float64{1}, VarianceOptions{SDE: true}); err != nil {
			t.Errorf("SDE: %v", err)
		}
	}
	if _, err := must(NewFromModes(dense.Modes, sign, rate)).Variance(t.Context(), []float64{1}, VarianceOptions{Diagonal: true}); err != nil {
		t.Errorf("diagonal: %v", err)
	}
	if _, err := of(p, sgd).Variance(t.Context(), nil, VarianceOptions{}); err == nil {
		t.Error("no times: no error")
	}
	big := of(p, sgd).WithRate(schedule.Constant(100))
	if _, err := big.LimitVariance(t.Context(), VarianceOptions{}); !errors.Is(err, ErrNoStationary) {
		t.Errorf("divergence: %v", err)
	}
}

// noiseless is a distribution without moments.
type noiseless struct{}

func (noiseless) Prob(x float64) float64     { return math.Exp(-math.Abs(x)) / 2 }
func (noiseless) Quantile(p float64) float64 { return p - 0.5 }
