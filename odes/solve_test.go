package odes

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// isotropic returns a problem with K = I whose risk starts at risk.
func isotropic(t testing.TB, d int, law noise.Law, risk float64) signsgd.Problem {
	t.Helper()
	lambda, err := spectra.LogSpaced(d, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		t.Fatal(err)
	}
	init := make([]float64, d)
	for i := range init {
		init[i] = math.Sqrt(2 * risk / float64(d))
	}
	return signsgd.Problem{Covariance: k, Noise: law, Init: init}
}

func system(t testing.TB, p signsgd.Problem, l homogenized.Limit, eta schedule.Schedule) *System {
	t.Helper()
	s, err := NewFromLimit(p, l, eta)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func risks(t testing.TB, s *System, times ...float64) []float64 {
	t.Helper()
	c, err := s.Solve(context.Background(), times)
	if err != nil {
		t.Fatal(err)
	}
	return c.Risk
}

// TestIsotropicSGD compares with the solution of the linear equation (27),
// R' = −2ηR + (η²/2)(2R + v²), for a schedule that changes in time too.
func TestIsotropicSGD(t *testing.T) {
	t.Parallel()
	p := isotropic(t, 10, noise.Normal{Sigma: 0.7}, 3)
	times := floats.Span(make([]float64, 40), 0, 20)
	got := risks(t, system(t, p, must(homogenized.SGD(p)), schedule.Constant(0.8)), times...)
	const a, b = 2*0.8 - 0.8*0.8, 0.8 * 0.8 * 0.49 / 2
	for i, at := range times {
		want := b/a + (3-b/a)*math.Exp(-a*at)
		if math.Abs(got[i]/want-1) > 1e-10 {
			t.Errorf("t = %v: %v, want %v", at, got[i], want)
		}
	}
	// Without noise R = R(0) exp(∫ η² − 2η), here with η = cos² t, which vanishes
	// now and then.
	p.Noise = nil
	got = risks(t, system(t, p, must(homogenized.SGD(p)), schedule.Func(func(t float64) float64 { return math.Cos(t) * math.Cos(t) })), times...)
	for i, at := range times {
		eta := at/2 + math.Sin(2*at)/4
		square := 3*at/8 + math.Sin(2*at)/4 + math.Sin(4*at)/32
		want := 3 * math.Exp(square-2*eta)
		if math.Abs(got[i]/want-1) > 1e-9 {
			t.Errorf("cosine, t = %v: %v, want %v", at, got[i], want)
		}
	}
}

// TestIsotropicSign compares with fourth-order Runge–Kutta steps of the scalar
// equation (25), R' = −2ηRφ/√(2R) + η²/2.
func TestIsotropicSign(t *testing.T) {
	t.Parallel()
	for _, law := range []noise.Law{noise.None{}, noise.Normal{Mu: 1, Sigma: 0.4}, noise.Rademacher{Scale: 1}, noise.Uniform{Min: -1, Max: 2}, noise.Cauchy{Mu: 2, Scale: 1}} {
		const eta, start, end = 0.6, 2, 8
		p := isotropic(t, 3, law, start)
		slope := func(r float64) float64 {
			phi, _ := law.Phi(r)
			return -2*eta*r*phi/math.Sqrt(2*r) + eta*eta/2
		}
		r, dt := float64(start), 1e-3
		for range int(end / dt) {
			k1 := slope(r)
			k2 := slope(r + dt/2*k1)
			k3 := slope(r + dt/2*k2)
			k4 := slope(r + dt*k3)
			r += dt / 6 * (k1 + 2*k2 + 2*k3 + k4)
		}
		if got := risks(t, system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(eta)), end)[0]; math.Abs(got/r-1) > 1e-9 {
			t.Errorf("%T: R(8) is %v, want %v", law, got, r)
		}
	}
}

// TestFromZero starts at the solution, where only noise acts: at first
// R = tη²Σc/(2d), to √t.
func TestFromZero(t *testing.T) {
	t.Parallel()
	for _, law := range []noise.Law{noise.None{}, noise.Normal{Sigma: 1}, noise.Rademacher{Scale: 1}} {
		p := isotropic(t, 4, law, 0)
		got := risks(t, system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5)), 0, 1e-8, 1, 1e4)
		if got[0] != 0 || math.Abs(got[1]/(1e-8*0.125)-1) > 3e-4 {
			t.Errorf("%T: risk starts with %v", law, got[:2])
		}
		s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.5))
		rest, err := s.LimitRisk(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, atoms := law.(noise.Rademacher); !atoms && math.Abs(got[3]/rest-1) > 1e-8 {
			t.Errorf("%T: risk %v in the end, limit risk %v", law, got[3], rest)
		}
	}
	// SGD without noise stays where it is.
	p := isotropic(t, 4, nil, 0)
	if got := risks(t, system(t, p, must(homogenized.SGD(p)), schedule.Constant(0.5)), 1, 2); got[0] != 0 || got[1] != 0 {
		t.Errorf("SGD leaves its solution: %v", got)
	}
}

// TestLimitRisk compares with (19) and (255), and with the risk long after.
func TestLimitRisk(t *testing.T) {
	t.Parallel()
	lambda := []float64{0.2, 0.5, 1, 2.5}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		t.Fatal(err)
	}
	const v = 0.3
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: v}, Init: []float64{1, 1, 1, 1}}
	traceD := 0.0
	for _, l := range lambda {
		traceD += math.Sqrt(l)
	}
	for _, eta := range []float64{1e-4, 0.1, 1} {
		a := math.Pi * eta * traceD / (8 * 4)
		want := a * (a + math.Sqrt(a*a+v*v))
		s := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(eta))
		if got, err := s.LimitRisk(t.Context()); err != nil || math.Abs(got/want-1) > 1e-13 {
			t.Errorf("signSGD, η = %v: %v, %v, want %v", eta, got, err, want)
		}
		if got := risks(t, s, 1e7)[0]; math.Abs(got/want-1) > 1e-8 {
			t.Errorf("signSGD, η = %v: risk %v in the end, want %v", eta, got, want)
		}
		e := eta * floats.Sum(lambda) / 4
		want = e * v * v / (2 * (2 - e))
		s = system(t, p, must(homogenized.SGD(p)), schedule.Constant(eta))
		if got, err := s.LimitRisk(t.Context()); err != nil || math.Abs(got/want-1) > 1e-13 {
			t.Errorf("SGD, η = %v: %v, %v, want %v", eta, got, err, want)
		}
	}
	// e = 2.1: SGD diverges.
	s := system(t, p, must(homogenized.SGD(p)), schedule.Constant(2.1*4/floats.Sum(lambda)))
	if got, err := s.LimitRisk(t.Context()); err != nil || !math.IsInf(got, 1) {
		t.Errorf("divergent SGD: %v, %v", got, err)
	}
	var diverged *DivergedError
	if _, err := s.Solve(context.Background(), []float64{1e6}); !errors.As(err, &diverged) || !(diverged.Time > 0 && diverged.Time < 1e6) {
		t.Errorf("divergent SGD: error %v", err)
	}
	// The matched schedule (16) is constant η with h = (2/π)/√(2𝓟).
	matched, err := signsgd.MatchSGD(p, schedule.Constant(0.4))
	if err != nil {
		t.Fatal(err)
	}
	s = system(t, p, must(homogenized.SGD(p)), matched)
	rest, err := s.LimitRisk(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := risks(t, s, 1e4)[0]; math.Abs(got/rest-1) > 1e-9 {
		t.Errorf("matched SGD: risk %v in the end, limit risk %v", got, rest)
	}
	if _, err := system(t, p, must(homogenized.SGD(p)), schedule.Constant(0)).LimitRisk(t.Context()); err == nil {
		t.Error("zero rate: no error")
	}
}

// TestInvariance checks that K → a²K, and ν → ν/a with η → η/a for signSGD and
// η/a² for SGD, leave the risk as it is, as does a permutation of coordinates.
func TestInvariance(t *testing.T) {
	t.Parallel()
	k, err := spectra.LogSpaced(6, 0.1, 2)
	if err != nil {
		t.Fatal(err)
	}
	nu := []float64{1, -2, 0.3, 0.7, 1, 2}
	const a = 3.7
	scaled, moved := make([]float64, 6), make([]float64, 6)
	nuScaled, nuMoved := make([]float64, 6), make([]float64, 6)
	for i := range k {
		scaled[i], nuScaled[i] = a*a*k[i], nu[i]/a
		moved[i], nuMoved[i] = k[(i+2)%6], nu[(i+2)%6]
	}
	law := noise.Uniform{Min: -1, Max: 1.5}
	curve := func(variances, nu []float64, limit func(signsgd.Problem) (homogenized.Limit, error), eta float64) []float64 {
		k, err := spectra.NewDiagonal(variances)
		if err != nil {
			t.Fatal(err)
		}
		p := signsgd.Problem{Covariance: k, Noise: law, Init: nu}
		return risks(t, system(t, p, must(limit(p)), schedule.Constant(eta)), 0, 0.5, 2, 10)
	}
	for name, c := range map[string]struct {
		limit func(signsgd.Problem) (homogenized.Limit, error)
		power float64
	}{"signSGD": {homogenized.SignSGD, 1}, "SGD": {homogenized.SGD, 2}} {
		want := curve(k, nu, c.limit, 0.5)
		if got := curve(scaled, nuScaled, c.limit, 0.5/math.Pow(a, c.power)); worst(got, want) > 1e-10 {
			t.Errorf("%s: scaling changes %v to %v", name, want, got)
		}
		if got := curve(moved, nuMoved, c.limit, 0.5); worst(got, want) > DefaultTolerance {
			t.Errorf("%s: permutation changes %v to %v", name, want, got)
		}
	}
}

// TestBadInput checks that bad input gives an error that names what is bad.
func TestBadInput(t *testing.T) {
	t.Parallel()
	p := isotropic(t, 2, noise.Normal{Sigma: 1}, 1)
	good := system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(0.1))
	heavy := isotropic(t, 2, noise.Cauchy{Scale: 1}, 1)
	eye := mat.NewSymDense(2, []float64{1, 0, 0, 1})
	phi := homogenized.Coefficient(noise.None{}.Phi)
	solve := func(s System, times ...float64) func() error {
		return func() error { _, err := s.Solve(context.Background(), times); return err }
	}
	with := func(change func(*System)) System { s := *good; change(&s); return s }
	eta := schedule.Constant(1)
	nan := math.NaN()
	one := func(float64) (float64, float64) { return 1, 0 }
	for _, c := range []struct {
		what string
		call func() error
		says string
		is   error
	}{
		{"no times", solve(*good), "times is empty", nil},
		{"NaN time", solve(*good, nan), "times[0] is NaN", nil},
		{"negative time", solve(*good, -1), "times[0] is -1", nil},
		{"unordered times", solve(*good, 1, 0.5), "must not decrease", nil},
		{"no modes", solve(with(func(s *System) {
			s.Modes = spectra.Modes{Basis: spectra.Preconditioned, Dim: 1, Kind: spectra.Unformed, Noise: s.Modes.Noise, Weights: [][]float64{nil}}
		}), 1), "at least one mode", nil},
		{"no dim", solve(with(func(s *System) { s.Modes.Dim = 0 }), 1), "Dim is 0", nil},
		{"tolerance", solve(with(func(s *System) { s.Tolerance = nan }), 1), "System.Tolerance is NaN", nil},
		{"gains", solve(with(func(s *System) { s.Limit.Noise = nil }), 1), "one for each of the 0 terms of Limit.Noise", nil},
		{"basis", solve(with(func(s *System) { s.Limit.Basis = spectra.Plain }), 1), "are in the Preconditioned basis", nil},
		{"shape", solve(with(func(s *System) { s.Limit.Noise = []homogenized.Term{{Gain: one}} }), 1), "another shape of noise", nil},
		{"negative mode", solve(with(func(s *System) { s.Modes.Lambda = []float64{1, -1} }), 1), "Lambda[1] is -1", nil},
		{"NaN risk", solve(with(func(s *System) { s.Modes.Risk = []float64{nan, 1} }), 1), "Risk[0] is NaN", nil},
		{"negative rate", solve(with(func(s *System) { s.Rate = schedule.Constant(-2) }), 1), "Constant is -2", nil},
		{"NaN drift", solve(with(func(s *System) { s.Limit.Drift = func(float64) (float64, float64) { return nan, nan } }), 1), "Limit.Drift gives NaN", nil},
		{"Cauchy SGD", func() error { _, err := New(heavy, signsgd.SGD{}, eta); return err }, "SGD", noise.ErrInfiniteVariance},
		{"empty problem", func() error { _, err := NewFromLimit(signsgd.Problem{}, homogenized.Limit{}, eta); return err }, "Covariance is nil", nil},
		{"no schedule", func() error { _, err := New(p, signsgd.SignSGD{}, nil); return err }, "System.Rate is nil", nil},
		{"vanilla Cauchy", func() error { _, err := VanillaODE(eye, math.Inf(1), []float64{1, 1}, eta); return err }, "SGD", noise.ErrInfiniteVariance},
		{"nu", func() error { _, err := SignODE(nil, eye, phi, []float64{1}, eta); return err }, "nu has length 1", nil},
		{"phi", func() error { _, err := SignODE(nil, eye, nil, []float64{1, 1}, eta); return err }, "phi is nil", nil},
		{"kbar", func() error {
			_, err := SignODE(mat.NewDense(2, 2, []float64{1, 0, 0.1, 1}), eye, phi, []float64{1, 1}, eta)
			return err
		}, "kbar[1,0] is 0.1", nil},
		{"indefinite", func() error {
			_, err := SignODE(nil, mat.NewSymDense(2, []float64{1, 2, 2, 1}), phi, []float64{1, 1}, eta)
			return err
		}, "eigenvalue", spectra.ErrIndefinite},
	} {
		err := c.call()
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.what, err, c.says)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v is not %v", c.what, err, c.is)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := good.Solve(ctx, []float64{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
