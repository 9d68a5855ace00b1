package homogenized_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestCentredNoise checks the law of one Euler–Maruyama step of the weak approximation
// with Δ = 1/d, which has the mean and the covariance of a step of signSGD:
// −(η/d) m and (η/d)² ((2/π)K_σ − m mᵀ). Every entry of both must be within 4.5
// standard errors over 40,000 runs, a chance of 2e-4 over all 36.
func TestCentredNoise(t *testing.T) {
	t.Parallel()
	const d, runs, eta = 4, 40000, 0.5
	rng := rand.New(rand.NewPCG(7, 7))
	dense, err := spectra.NewRotated([]float64{0.2, 0.5, 1, 3}, rng)
	if err != nil {
		t.Fatal(err)
	}
	diagonal, err := spectra.NewDiagonal([]float64{0.2, 0.5, 1, 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []spectra.Covariance{dense, diagonal} {
		p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.1}, Init: []float64{1, -2, 0.5, 1.5}}
		var observers []ensemble.Observer
		for i := range d {
			observers = append(observers, ensemble.Observer{Name: "θ", Of: func(theta []float64) float64 { return (theta[i] - p.Init[i]) * d / eta }})
		}
		sde := homogenized.SDE{Problem: p, Limit: must(homogenized.WeakSignSGD(p)), Rate: schedule.Constant(eta), Scheme: homogenized.EulerMaruyama{Step: 1. / d}}
		band := run(t, sde, ensemble.Settings{Horizon: 1. / d, Runs: runs, Seed: 1, Times: []float64{1. / d}, Observers: observers})

		risk := p.InitialRisk()
		h, _ := sde.Limit.Drift(risk)
		m, sd := make([]float64, d), spectra.StandardDeviations(k)
		k.MulVecTo(m, p.Init)
		for i := range m {
			m[i] *= h / sd[i]
		}
		q, err := k.(spectra.Structured).Entrywise(math.Asin)
		if err != nil {
			t.Fatal(err)
		}
		size := 0.0
		for i := range d {
			e := make([]float64, d)
			e[i] = 1
			column := make([]float64, d)
			q.MulVecTo(column, e)
			if mean, se := band.Observed[i].Mean()[0], band.Observed[i].StdErr()[0]; math.Abs(mean+m[i]) > 4.5*se {
				t.Errorf("%T: mean[%d] is %.4g ± %.2g, want %.4g", k, i, mean, se, -m[i])
			}
			for j := range i + 1 {
				product := make([]float64, runs)
				for r := range product {
					product[r] = (band.Observed[i][r][0] + m[i]) * (band.Observed[j][r][0] + m[j])
				}
				mean, sdev := meanDeviation(product)
				want := 2/math.Pi*column[j] - m[i]*m[j]
				if math.Abs(mean-want) > 4.5*sdev/math.Sqrt(runs) {
					t.Errorf("%T: covariance[%d][%d] is %.4g, want %.4g", k, i, j, mean, want)
				}
				size = max(size, math.Abs(m[i]*m[j])/(sdev/math.Sqrt(runs)))
			}
		}
		if size < 10 {
			t.Errorf("m mᵀ is only %.2g standard errors: the test could not see it", size)
		}
	}
}

// TestWeakApproximation shows the difference of Appendix G: the mean of R at t = 4 of
// signHSGD exceeds that of the weak approximation by a part of order 1/d. It must be
// seen, by 5 standard errors, at d = 2 and 10; times d it must not grow from 10 to 100
// by more than a half and 4 standard errors.
func TestWeakApproximation(t *testing.T) {
	t.Parallel()
	runs := 1000
	if heavy() {
		runs = 8000
	}
	gaps, errs := make(map[int]float64), make(map[int]float64)
	for _, d := range []int{2, 10, 100} {
		p := falling(t, d)
		sde := homogenized.SDE{Problem: p, Limit: must(homogenized.SignSGD(p)), Rate: schedule.Constant(0.7)}
		settings := ensemble.Settings{Horizon: 4, Runs: runs, Seed: 1, Times: []float64{4}}
		full := run(t, sde, settings)
		sde.Limit = must(homogenized.WeakSignSGD(p))
		weak := run(t, sde, settings) // driven by the same draws
		gap := make([]float64, runs)
		for i := range gap {
			gap[i] = full.Risk[i][0] - weak.Risk[i][0]
		}
		mean, sd := meanDeviation(gap)
		scale := full.Risk.Mean()[0]
		gaps[d], errs[d] = mean/scale, sd/math.Sqrt(float64(runs))/scale
		t.Logf("d = %d: signHSGD's mean exceeds the weak approximation's by %.4f ± %.4f of itself", d, gaps[d], errs[d])
	}
	for _, d := range []int{2, 10} {
		if gaps[d] < 5*errs[d] {
			t.Errorf("d = %d: gap %.4f ± %.4f is not seen", d, gaps[d], errs[d])
		}
	}
	if 100*gaps[100] > 1.5*10*gaps[10]+4*100*errs[100] {
		t.Errorf("the gap does not vanish like 1/d: %v", gaps)
	}
}

// TestCentredRefuses checks that a Centred limit whose noise cannot be is an error.
func TestCentredRefuses(t *testing.T) {
	t.Parallel()
	p := falling(t, 3)
	for name, change := range map[string]func(*homogenized.SDE){
		"two terms":   func(s *homogenized.SDE) { s.Limit.Noise = append(s.Limit.Noise, s.Limit.Noise[0]) },
		"SRA1":        func(s *homogenized.SDE) { s.Scheme = homogenized.SRA1{Step: 0.1} },
		"Exponential": func(s *homogenized.SDE) { s.Scheme = homogenized.ExponentialEuler{Step: 0.1} },
		"indefinite": func(s *homogenized.SDE) {
			s.Limit.Drift = func(float64) (float64, float64) { return 10, 0 }
		},
	} {
		sde := homogenized.SDE{Problem: p, Limit: must(homogenized.WeakSignSGD(p)), Rate: schedule.Constant(0.7)}
		change(&sde)
		if _, err := sde.Ensemble(t.Context(), ensemble.Settings{Horizon: 1, Runs: 1}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func scaledIdentity(d int, scale float64) mat.Matrix {
	g := mat.NewDiagDense(d, nil)
	for i := range d {
		g.SetDiag(i, scale)
	}
	return g
}
