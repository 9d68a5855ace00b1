package signsgd_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// heavy reports whether long tests are asked for.
func heavy() bool { return os.Getenv("RISKCURVES_HEAVY") != "" }

// slopeCase is an optimizer that has a limit, and its rate.
type slopeCase struct {
	name      string
	optimizer signsgd.Optimizer
	eta       schedule.Constant
}

var slopeCases = []slopeCase{
	{"signSGD", signsgd.SignSGD{}, 0.5},
	{"SGD", signsgd.SGD{}, 0.4},
	{"Adam heuristic", signsgd.AdamHeuristic{}, 0.4},
}

// TestSlope checks the rate at which single runs approach the curve of Theorem 2: the
// gap sup_t |R_run − R_ODE| falls like a power of d that the paper's Figure 6 shows to be
// about −½. A line is fitted to log gap against log d; its slope's 99% interval must lie
// within (−0.7, −0.35). The sizes are d = 100, 400, 1600 for diagonal and 64, 128, 256 for
// dense covariances, in batches of 1 and 4; without RISKCURVES_HEAVY only batches of 1
// with diagonal ones.
func TestSlope(t *testing.T) {
	runs := 32
	if heavy() {
		runs = 100
	}
	for _, batch := range []int{1, 4} {
		if batch > 1 && !heavy() {
			continue
		}
		for _, c := range slopeCases {
			t.Run(fmt.Sprintf("diagonal/B=%d/%s", batch, c.name), func(t *testing.T) {
				slope(t, c, batch, []int{100, 400, 1600}, runs, diagonalCovariance)
			})
			if heavy() {
				t.Run(fmt.Sprintf("dense/B=%d/%s", batch, c.name), func(t *testing.T) {
					slope(t, c, batch, []int{64, 128, 256}, 2*runs, denseCovariance)
				})
			}
		}
	}
}

func diagonalCovariance(d int) (spectra.Structured, error) {
	lambda, err := spectra.LogSpaced(d, 0.1, 2)
	if err != nil {
		return nil, err
	}
	return spectra.NewDiagonal(lambda)
}

func denseCovariance(d int) (spectra.Structured, error) {
	lambda, err := spectra.LogSpaced(d, 0.1, 2)
	if err != nil {
		return nil, err
	}
	return spectra.NewRotated(lambda, rand.New(rand.NewPCG(uint64(d), 1)))
}

// slope fits the line to the gaps of single runs and judges it.
func slope(t *testing.T, c slopeCase, batch int, dims []int, runs int, covariance func(d int) (spectra.Structured, error)) {
	t.Helper()
	var x, y []float64
	for _, d := range dims {
		k, err := covariance(d)
		if err != nil {
			t.Fatal(err)
		}
		init := make([]float64, d)
		for i := range init {
			init[i] = math.Cos(float64(i)) // no coordinate stands out
		}
		p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: init, Batch: batch}
		floats.Scale(math.Sqrt(1/p.InitialRisk()), init) // R(0) = 1 for every d and K
		for _, gap := range gaps(t, c, p, runs) {
			x, y = append(x, math.Log(float64(d))), append(y, math.Log(gap))
		}
	}
	estimate, half := line(x, y, 0.99)
	t.Logf("slope %.3f ± %.3f (99%%)", estimate, half)
	if lo, hi := estimate-half, estimate+half; !(lo > -0.7 && hi < -0.35) {
		t.Errorf("the 99%% interval of the slope is (%.3f, %.3f): must lie within (−0.7, −0.35)", lo, hi)
	}
}

// gaps returns sup_t |R_run − R_ODE| of each run.
func gaps(t *testing.T, c slopeCase, p signsgd.Problem, runs int) []float64 {
	t.Helper()
	settings := ensemble.Settings{Horizon: 4, Runs: runs, Seed: 11, Times: ensemble.LinearTimes(4, 81)}
	band, err := signsgd.Ensemble(context.Background(), p, c.optimizer, c.eta, settings)
	if err != nil {
		t.Fatal(err)
	}
	system, err := odes.New(p, c.optimizer, c.eta)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := system.Solve(context.Background(), settings.Times)
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for _, path := range band.Risk {
		all = append(all, floats.Distance(path, curve.Risk, math.Inf(1)))
	}
	return all
}

// line returns the slope of the least squares line through the points, and the half
// width of its interval at the given confidence.
func line(x, y []float64, confidence float64) (slope, half float64) {
	n := float64(len(x))
	mx, my := floats.Sum(x)/n, floats.Sum(y)/n
	var sxx, sxy float64
	for i := range x {
		sxx += (x[i] - mx) * (x[i] - mx)
		sxy += (x[i] - mx) * (y[i] - my)
	}
	slope = sxy / sxx
	rest := 0.0
	for i := range x {
		e := y[i] - my - slope*(x[i]-mx)
		rest += e * e
	}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 2}
	return slope, student.Quantile(0.5+confidence/2) * math.Sqrt(rest/(n-2)/sxx)
}
