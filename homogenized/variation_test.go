package homogenized_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestVariationPredictsSpread checks that ⟨R⟩_t is the variance of R at small t. By
// t = 0.01 the decay has forgotten a part of at most 4ηh λ_max t of it, here below 6%;
// beyond that the ratio must be 1 within 4.5 of its standard errors √(2/runs).
func TestVariationPredictsSpread(t *testing.T) {
	t.Parallel()
	const end, runs = 0.01, 4000
	all := problems(t, 50)
	for _, name := range []string{"dense", "diagonal"} {
		for _, sde := range []homogenized.SDE{
			must(homogenized.SignHSGD(all[name], schedule.Constant(0.5))),
			must(homogenized.HSGD(all[name], schedule.Constant(0.5))),
			{Problem: all[name], Limit: must(homogenized.WeakSignSGD(all[name])), Rate: schedule.Constant(0.5)},
		} {
			sde.Variation = true
			sde.Scheme = homogenized.EulerMaruyama{Step: 0.001}
			band := run(t, sde, ensemble.Settings{Horizon: end, Runs: runs, Seed: 3, Times: []float64{0, end}})
			if v := band.Observed[0].Mean()[0]; v != 0 {
				t.Errorf("⟨R⟩ starts at %v", v)
			}
			variance := 0.0
			at := make([]float64, runs)
			for i, path := range band.Risk {
				at[i] = path[1]
			}
			variance = stat.Variance(at, nil)
			predicted := band.Observed[0].Mean()[1]
			ratio, se := variance/predicted, math.Sqrt(2./runs)
			t.Logf("%s, %v, centred %v: variance %.4g, ⟨R⟩ %.4g, ratio %.3f ± %.3f", name, sde.Limit.Basis, sde.Limit.Centred, variance, predicted, ratio, se)
			if ratio > 1+4.5*se || ratio < 1-0.06-4.5*se {
				t.Errorf("%s, %v: variance %.4g, ⟨R⟩ %.4g", name, sde.Limit.Basis, variance, predicted)
			}
		}
	}
}

// TestVariationOfOnePath checks that a single path gives ⟨R⟩ up to fluctuations of the
// order d^{−1/2}, whatever the scheme: at d = 200 the 20 paths of three schemes agree
// to 20%.
func TestVariationOfOnePath(t *testing.T) {
	t.Parallel()
	p := problems(t, 200)["dense"]
	var all []float64
	for _, scheme := range []homogenized.Scheme{homogenized.EulerMaruyama{Step: 0.01}, homogenized.SRA1{Step: 0.02}, homogenized.ExponentialEuler{Step: 0.02}} {
		sde := must(homogenized.SignHSGD(p, schedule.Constant(0.5)))
		sde.Variation, sde.Scheme = true, scheme
		square, err := signsgd.ObserveSquare(p)
		if err != nil {
			t.Fatal(err)
		}
		band := run(t, sde, ensemble.Settings{Horizon: 1, Runs: 20, Seed: 3, Times: []float64{1}, Observers: []ensemble.Observer{square}})
		all = append(all, end(band.Observed[1])...)
	}
	mean, sd := stat.MeanStdDev(all, nil)
	t.Logf("⟨R⟩ at 1 is %.4g, relative deviation between paths %.3f", mean, sd/mean)
	for _, v := range all {
		if math.Abs(v/mean-1) > 0.2 {
			t.Errorf("⟨R⟩ is %.4g on one path, %.4g in the mean", v, mean)
		}
	}
}

// TestObservers compares the observers with each other: Σ r_i and the quadratic of K
// are R, and that of 2I is ‖ν‖².
func TestObservers(t *testing.T) {
	t.Parallel()
	const d = 20
	for name, p := range problems(t, d) {
		for _, basis := range []spectra.Basis{spectra.Plain, spectra.Preconditioned} {
			observers, err := signsgd.ObserveModes(p, basis)
			if err != nil {
				t.Fatal(err)
			}
			square, err := signsgd.ObserveSquare(p)
			if err != nil {
				t.Fatal(err)
			}
			twice, err := signsgd.ObserveQuadratic(p, "2I", scaledIdentity(d, 2))
			if err != nil {
				t.Fatal(err)
			}
			observers = append(observers, square, twice)
			band := run(t, must(homogenized.SignHSGD(p, schedule.Constant(0.5))), ensemble.Settings{Horizon: 2, Runs: 3, Times: []float64{0, 2}, Observers: observers})
			for i := range band.Risk {
				for j, r := range band.Risk[i] {
					sum := 0.0
					for q := range d {
						sum += band.Observed[q][i][j]
					}
					if math.Abs(sum/r-1) > 1e-9 {
						t.Errorf("%s, %v: Σ r_i is %v, R is %v", name, basis, sum, r)
					}
					if a, b := band.Observed[d][i][j], band.Observed[d+1][i][j]; math.Abs(a/b-1) > 1e-12 {
						t.Errorf("%s: ‖ν‖² is %v, and %v as a quadratic", name, a, b)
					}
				}
			}
		}
	}
	p := problems(t, d)["dense"]
	if _, err := signsgd.ObserveQuadratic(p, "G", scaledIdentity(3, 1)); err == nil {
		t.Error("no error for a G of the wrong size")
	}
}
