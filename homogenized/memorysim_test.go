package homogenized_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/stat/distuv"
)

// memoryCase is an optimizer with a learning rate at which its risk falls and comes to rest
// within the time of the test.
type memoryCase struct {
	optimizer signsgd.Optimizer
	eta       float64
	memory    float64 // in steps
}

var memoryCases = []memoryCase{
	{signsgd.Signum{Beta: 0.5}, 0.4, 2},
	{signsgd.Signum{Beta: 0.9}, 0.15, 10},
	{signsgd.Signum{Beta: 0.99}, 0.05, 100},
	{signsgd.Lion{Beta1: 0.9, Beta2: 0.99}, 0.15, 100},
	{signsgd.Adam{Beta1: 0.9, Beta2: 0.95}, 0.5, 20},
	{signsgd.Adam{Beta2: 0.9}, 0.5, 10},
	{signsgd.RMSProp{Beta: 0.9}, 0.5, 10},
	{signsgd.MajorityVote{Workers: 3}, 0.4, 1},
	{signsgd.MajorityVote{Workers: 9}, 0.25, 1},
	{signsgd.Clipped{Norm: 12}, 0.4, 1},
	{signsgd.SoftClipped{Norm: 12}, 0.4, 1},
	{signsgd.Momentum{Beta: 0.8}, 0.1, 5},
	{signsgd.Nesterov{Beta: 0.8}, 0.1, 5},
}

func memoryProblem(t testing.TB, dense bool, d int, law noise.Law) signsgd.Problem {
	t.Helper()
	lambda := must(spectra.LogSpaced(d, 0.25, 4))
	var k spectra.Covariance = must(spectra.NewDiagonal(lambda))
	if dense {
		k = must(spectra.NewRotated(lambda, rand.New(rand.NewPCG(1, uint64(d)))))
	}
	init := make([]float64, d)
	for i := range init {
		init[i] = 1 / math.Sqrt(lambda[i]) // a risk of ½ d/d for diagonal K
	}
	p := signsgd.Problem{Covariance: k, Noise: law, Init: init}
	return must(p.WithInitialRisk(1))
}

// worstGap returns |mean − curve|, its standard error and what is allowed, all relative to
// the curve, at the time where the first is largest for the last.
func worstGap(t *testing.T, p signsgd.Problem, c memoryCase, runs int) (relative, se, allowed float64) {
	t.Helper()
	eta := schedule.Constant(c.eta)
	times := []float64{0.5, 1, 2, 3, 4.5, 6}
	band, err := signsgd.Ensemble(t.Context(), p, c.optimizer, eta, ensemble.Settings{Horizon: 6, Runs: runs, Seed: 7, Times: times})
	if err != nil {
		t.Fatal(err)
	}
	system, err := odes.New(p, c.optimizer, eta)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := system.Solve(t.Context(), times)
	if err != nil {
		t.Fatal(err)
	}
	mean, errs := band.Risk.Mean(), band.Risk.StdErr()
	for i, r := range curve.Risk {
		gap, e := math.Abs(mean[i]-r)/r, errs[i]/r
		limit := sigmas(runs)*e + (5+c.memory)/float64(p.Dim())
		if gap/limit >= relative/allowed || allowed == 0 {
			relative, se, allowed = gap, e, limit
		}
	}
	return relative, se, allowed
}

// sigmas returns how many standard errors, estimated from so many runs with normal errors, a
// mean is off with a probability of 7e-6: 4.5 for many runs.
func sigmas(runs int) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(runs - 1)}.Quantile(1 - 3.4e-6)
}

// TestMemoryFollowsRuns compares the mean risk of runs with the ODE of their limit at
// d = 200, or 1000 for memories of 100 steps. What is allowed is sigmas of standard errors,
// and (5 + the memory in steps)/d of the risk for the limit: a window's risk has the age of
// its gradients.
func TestMemoryFollowsRuns(t *testing.T) {
	t.Parallel()
	const d, runs = 200, 24
	laws := []noise.Law{noise.Normal{Sigma: 0.5}, noise.StudentsT{Sigma: 0.3, Nu: 3}}
	for i, c := range memoryCases {
		law := laws[i%2]
		d, dense := d, i%4 < 2
		if c.memory > 30 { // a shorter memory than 0.1 in time needs a larger d
			d, dense = 1000, false
		}
		relative, se, allowed := worstGap(t, memoryProblem(t, dense, d, law), c, runs)
		t.Logf("%+v under %v: gap %.3f ± %.3f, allowed %.3f", c.optimizer, law, relative, se, allowed)
		if !(relative <= allowed) {
			t.Errorf("%+v under %v: relative gap %v, allowed %v", c.optimizer, law, relative, allowed)
		}
	}
}

// TestMemoryGapShrinks compares every rule with its limit under four laws of the noise, at
// d = 200 and 800 with diagonal K. With one of the laws it goes on to d = 3200, and to dense
// K at d = 200 and 400. Memories of 100 steps are at d = 1000 and 3200. What is allowed is that of
// TestMemoryFollowsRuns, which shrinks as 1/d, so a limit that is off fails at the largest d.
func TestMemoryGapShrinks(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("takes minutes; set RISKCURVES_HEAVY")
	}
	laws := []noise.Law{noise.Normal{Sigma: 0.5}, noise.StudentsT{Sigma: 0.3, Nu: 3}, noise.Rademacher{Scale: 0.5}, noise.Cauchy{Scale: 0.2}}
	type size struct {
		d, runs int
		dense   bool
	}
	for i, c := range memoryCases {
		t.Run(fmt.Sprintf("%T %v", c.optimizer, c.optimizer), func(t *testing.T) {
			for j, law := range laws {
				if _, err := homogenized.Of(memoryProblem(t, false, 200, law), c.optimizer); errors.Is(err, noise.ErrInfiniteVariance) {
					continue
				}
				sizes := []size{{200, 64, false}, {800, 32, false}}
				if j == i%3 {
					sizes = append(sizes, size{3200, 16, false}, size{200, 32, true}, size{400, 16, true})
				}
				if c.memory > 30 {
					sizes = []size{{1000, 32, false}, {3200, 16, false}}
				}
				for _, s := range sizes {
					relative, se, allowed := worstGap(t, memoryProblem(t, s.dense, s.d, law), c, s.runs)
					t.Logf("%+v under %v, d = %d, dense %t: gap %.4f ± %.4f, allowed %.4f", c.optimizer, law, s.d, s.dense, relative, se, allowed)
					if !(relative <= allowed) {
						t.Errorf("%+v under %v, d = %d, dense %t: relative gap %v, allowed %v", c.optimizer, law, s.d, s.dense, relative, allowed)
					}
				}
			}
		})
	}
}
