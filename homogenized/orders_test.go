package homogenized_test

import (
	"context"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func heavy() bool { return os.Getenv("RISKCURVES_HEAVY") != "" }

// coupled returns an ensemble of coupled pairs, recorded at the end.
func coupled(t *testing.T, sde homogenized.SDE, horizon float64, runs int) *homogenized.Pairs {
	t.Helper()
	c, err := sde.Pairs(context.Background(), ensemble.Settings{Horizon: horizon, Runs: runs, Seed: 1, Times: []float64{horizon}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// end returns the values at the last time.
func end(p ensemble.Paths) []float64 {
	last := make([]float64, len(p))
	for i, path := range p {
		last[i] = path[len(path)-1]
	}
	return last
}

func rms(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(x)))
}

// order returns the least-squares slope of log error on log step, and the constant C of
// error = C Δ^order.
func order(steps, errs []float64) (slope, constant float64) {
	x, y := make([]float64, len(steps)), make([]float64, len(steps))
	for i := range x {
		x[i], y[i] = math.Log(steps[i]), math.Log(errs[i])
	}
	intercept, slope := stat.LinearRegression(x, y, nil, false)
	return slope, math.Exp(intercept)
}

// TestStrongOrders measures the root mean square distance ‖Θ_Δ − Θ_{Δ/2}‖ of coupled
// paths at t = 1 over four halvings of the step. The order must be within 0.12 of
// theory's: one standard error of a measured root mean square over so many pairs is
// 1/√(2·pairs), which leaves below 0.03 for the slope over a factor of 8; the rest is
// for higher terms.
//
// The noise g(R) of SGD is multiplicative, but a change in it is a change of one
// factor, common to all coordinates, of order d^{−1/2}: the term of order 1/2 is small
// and needs a small d and small steps to be seen.
func TestStrongOrders(t *testing.T) {
	t.Parallel()
	pairs := 400
	if heavy() {
		pairs = 1600
	}
	small, large := problems(t, 2)["dense"], problems(t, 40)
	eta := schedule.Constant(0.5)
	sgd := must(homogenized.HSGD(small, eta))
	small.Init = small.Target
	noisy := must(homogenized.SignHSGD(small, schedule.Constant(2)))
	for _, c := range []struct {
		name   string
		sde    homogenized.SDE
		scheme func(step float64) homogenized.Scheme
		finest float64
		order  float64
	}{
		{"signHSGD, Euler–Maruyama", must(homogenized.SignHSGD(large["dense"], eta)), func(s float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: s} }, 1. / 64, 1},
		{"signHSGD diagonal, Euler–Maruyama", must(homogenized.SignHSGD(large["diagonal"], eta)), func(s float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: s} }, 1. / 64, 1},
		{"signHSGD, SRA1", noisy, func(s float64) homogenized.Scheme { return homogenized.SRA1{Step: s} }, 1. / 512, 1.5},
		{"HSGD, Euler–Maruyama", sgd, func(s float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: s} }, 1. / 2048, 0.5},
		{"signHSGD, Exponential", must(homogenized.SignHSGD(large["dense"], eta)), func(s float64) homogenized.Scheme { return homogenized.ExponentialEuler{Step: s} }, 1. / 64, 1},
	} {
		var steps, errs []float64
		for k := range 4 {
			step := c.finest * float64(int(8)>>k)
			c.sde.Scheme = c.scheme(step)
			steps = append(steps, step)
			errs = append(errs, rms(end(coupled(t, c.sde, 1, pairs).Distance)))
		}
		p, constant := order(steps, errs)
		t.Logf("%s: ‖Θ_Δ − Θ_Δ/2‖ = %.3g Δ^%.3f, at %v: %.3g", c.name, constant, p, steps, errs)
		if math.Abs(p-c.order) > 0.12 {
			t.Errorf("%s: strong order %.3f, want %v", c.name, p, c.order)
		}
	}
}

// TestWeakOrders measures the difference of the means of R at t = 1 between Δ and Δ/2,
// coupled paths taking away most of its noise. The order must be within 0.25, or four
// standard errors of the finest difference if more, of theory's. The exponential scheme
// has order 2 up to the fluctuations of R, which a large d makes small.
func TestWeakOrders(t *testing.T) {
	t.Parallel()
	pairs := 1000
	if heavy() {
		pairs = 8000
	}
	p := problems(t, 40)["dense"]
	for _, c := range []struct {
		name   string
		sde    homogenized.SDE
		pairs  int
		scheme func(step float64) homogenized.Scheme
		coarse float64
		order  float64
	}{
		{"Euler–Maruyama", must(homogenized.SignHSGD(p, schedule.Constant(2))), pairs, func(s float64) homogenized.Scheme { return homogenized.EulerMaruyama{Step: s} }, 1. / 4, 1},
		{"SRA1", must(homogenized.SignHSGD(p, schedule.Constant(2))), pairs, func(s float64) homogenized.Scheme { return homogenized.SRA1{Step: s} }, 1. / 4, 2},
		{"Exponential", must(homogenized.SignHSGD(falling(t, 4000), schedule.Constant(2))), pairs / 20, func(s float64) homogenized.Scheme { return homogenized.ExponentialEuler{Step: s} }, 1, 2},
	} {
		var steps, errs []float64
		relative := 0.0
		for _, step := range []float64{c.coarse, c.coarse / 2, c.coarse / 4} {
			c.sde.Scheme = c.scheme(step)
			pair := coupled(t, c.sde, 1, c.pairs)
			gap := end(pair.Coarse.Risk)
			for i, r := range end(pair.Fine.Risk) {
				gap[i] -= r
			}
			mean, sd := stat.MeanStdDev(gap, nil)
			steps, errs = append(steps, step), append(errs, math.Abs(mean))
			relative = sd / math.Sqrt(float64(c.pairs)) / math.Abs(mean)
		}
		slope, constant := order(steps, errs)
		t.Logf("%s, d = %d, %d pairs: |E R_Δ − E R_Δ/2| = %.3g Δ^%.3f, at %v: %.3g, relative standard error of the last %.2g",
			c.name, c.sde.Problem.Dim(), c.pairs, constant, slope, steps, errs, relative)
		if math.Abs(slope-c.order) > max(0.25, 4*relative) {
			t.Errorf("%s: weak order %.3f, want %v", c.name, slope, c.order)
		}
	}
}

// falling returns a problem with independent coordinates whose risk is far from its
// limit.
func falling(t *testing.T, d int) signsgd.Problem {
	t.Helper()
	lambda, err := spectra.LogSpaced(d, 0.1, 3)
	if err != nil {
		t.Fatal(err)
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		t.Fatal(err)
	}
	init := make([]float64, d)
	for i := range init {
		init[i] = 2 / math.Sqrt(float64(d))
	}
	return signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: init}
}
