// Package concentration makes Figure 6 of arXiv:2411.12135: how the runs of signSGD
// and the paths of signHSGD concentrate around signODE as the dimension d grows.
//
// Their spreads are close, but not the same even in the limit. The square of the drift,
// which the weak approximation of Appendix G takes out of the noise, is small beside
// K_σ but lies in the one direction, Kν, in which noise moves the risk; so the runs
// spread like paths of the weak approximation, which are made too.
package concentration

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Figure returns Figure 6 for the dimension d and some of its halves.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "concentration",
		About: "Figure 6, runs concentrate around signODE like d^{-1/2}",
		Full:  figure.Size{Dim: 512, Runs: 160},
		Quick: figure.Size{Dim: 256, Runs: 128},
		Make:  makeFigure,
	}
}

// The problem, in every dimension: K with log-spaced eigenvalues in a Haar-random
// basis, noise N(0, sigma²), and a start at the same risk.
const (
	lowest, highest = 0.03, 3
	sigma           = 0.5
	eta             = 0.5
	start           = 1 // R(0)
	horizon         = 5
)

// sample is what the runs show in one dimension.
type sample struct {
	dim                     int
	times, curve            []float64
	signSGD, signHSGD, weak ensemble
}

// ensemble is one kind of runs with its deviations from the curve.
type ensemble struct {
	signsgd.Paths
	gap    moments // of the largest relative distance of a run from the curve
	spread float64 // standard deviation of R over the curve, root mean square over time
}

// moments are a mean and its standard error.
type moments struct{ mean, err float64 }

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	var samples []*sample
	for _, d := range dimensions(c.Dim, c.Quick) {
		s, err := measure(ctx, d, c)
		if err != nil {
			return nil, err
		}
		samples = append(samples, s)
	}
	sign := fit(samples, func(s *sample) moments { return s.signSGD.gap })
	sde := fit(samples, func(s *sample) moments { return s.signHSGD.gap })
	return &figure.Result{
		Panels: []figure.Panel{bands(samples), slopes(samples, sign, sde)},
		Claims: claims(samples, sign, sde),
	}, nil
}

// dimensions are d and its halves down to 64, at least three of them.
func dimensions(d int, quick bool) []int {
	const least = 64
	list := []int{d}
	for d/2 >= least || len(list) < 3 {
		d /= 2
		list = append([]int{d}, list...)
		if quick && len(list) == 3 {
			break
		}
	}
	return list
}

func measure(ctx context.Context, d int, c figure.Config) (*sample, error) {
	lambda, err := spectra.LogSpaced(d, lowest, highest)
	if err != nil {
		return nil, err
	}
	rng := signsgd.NewRand(c.Seed, d, "problem")
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return nil, err
	}
	target := make([]float64, d)
	for i := range target {
		target[i] = rng.NormFloat64()
	}
	floats.Scale(math.Sqrt(start/(spectra.Quadratic(k, target, make([]float64, d))/2)), target)
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Target: target}
	rate := signsgd.Constant(eta)
	system, err := odes.New(p, homogenized.SignSGD(p), rate)
	if err != nil {
		return nil, err
	}
	settings := signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed}
	s := &sample{dim: d, times: settings.RecordTimes()}
	curve, err := system.Solve(ctx, s.times)
	if err != nil {
		return nil, err
	}
	s.curve = curve.Risk
	gather := func(name string, run func(signsgd.Settings) (*signsgd.Band, error)) (ensemble, error) {
		settings.Progress = c.Progress.Stage(fmt.Sprintf("d = %d, %s", d, name))
		band, err := run(settings)
		if err != nil {
			return ensemble{}, err
		}
		gap, spread := deviations(band.Risk, s.curve)
		return ensemble{band.Risk, gap, spread}, nil
	}
	if s.signSGD, err = gather("signSGD", func(settings signsgd.Settings) (*signsgd.Band, error) {
		return signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, rate, settings)
	}); err != nil {
		return nil, err
	}
	path := func(l homogenized.Limit) func(signsgd.Settings) (*signsgd.Band, error) {
		return func(settings signsgd.Settings) (*signsgd.Band, error) {
			return homogenized.SDE{Problem: p, Limit: l, Rate: rate}.Ensemble(ctx, settings)
		}
	}
	if s.signHSGD, err = gather("signHSGD", path(homogenized.SignSGD(p))); err != nil {
		return nil, err
	}
	// Another seed, or both SDEs would be driven by the same noise.
	settings.Seed++
	s.weak, err = gather("weak approximation", path(homogenized.WeakSignSGD(p)))
	return s, err
}

// deviations returns the mean over the runs of sup_t |R(t)/curve(t) − 1|, the distance
// that Theorem 2 bounds, and the spread of the runs.
func deviations(runs signsgd.Paths, curve []float64) (gap moments, spread float64) {
	var sum, square float64
	for _, run := range runs {
		largest := 0.0
		for i, r := range run {
			largest = max(largest, math.Abs(r/curve[i]-1))
		}
		sum += largest
		square += largest * largest
	}
	n := float64(len(runs))
	gap.mean = sum / n
	gap.err = math.Sqrt((square/n - gap.mean*gap.mean) / (n - 1))
	total := 0.0
	for i, se := range runs.StdErr() {
		total += se * se * n / (curve[i] * curve[i])
	}
	return gap, math.Sqrt(total / float64(len(curve)))
}

// line is a power law a d^slope with the standard error of its slope.
type line struct{ factor, slope, err float64 }

// fit fits log gap = log a + slope log d by least squares, weighted by the standard
// errors of the gaps.
func fit(samples []*sample, gap func(s *sample) moments) line {
	var w, wx, wy, wxx, wxy float64
	for _, s := range samples {
		g := gap(s)
		x, y := math.Log(float64(s.dim)), math.Log(g.mean)
		weight := math.Pow(g.mean/g.err, 2)
		w += weight
		wx += weight * x
		wy += weight * y
		wxx += weight * x * x
		wxy += weight * x * y
	}
	det := w*wxx - wx*wx
	slope := (w*wxy - wx*wy) / det
	return line{math.Exp((wy - slope*wx) / w), slope, math.Sqrt(w / det)}
}

func (l line) at(d float64) float64 { return l.factor * math.Pow(d, l.slope) }

// quantile99 is the 99.5% quantile of the normal law: ± so many standard errors are a
// 99% interval.
const quantile99 = 2.5758

func claims(samples []*sample, sign, sde line) []figure.Claim {
	// The distance is a d^{-1/2} (1 + O(d^{-1/2})), whose second factor tilts the
	// fitted slope by up to the order of the smallest d^{-1/2}: the leading constant is
	// taken as 1/2.
	tilt := 0.5 / math.Sqrt(float64(samples[0].dim))
	last := samples[len(samples)-1]
	var result []figure.Claim
	for _, of := range []struct {
		name string
		line
	}{{"signSGD", sign}, {"signHSGD", sde}} {
		result = append(result, figure.Claim{
			What:      fmt.Sprintf("%s, slope of sup |R/signODE − 1| in d (99%% interval ± %.2g)", of.name, quantile99*of.err),
			Predicted: -0.5, Measured: of.slope,
			Allowed: figure.Sigmas(len(last.signSGD.Paths))*of.err + tilt,
		})
	}
	// A standard deviation over n runs has a relative error below 1/√(2n), as it would
	// have at a single time; the ratio of two, below 1/√n.
	ratio, bias := 0.0, 0.0
	for _, s := range samples {
		ratio += math.Log(s.signSGD.spread/s.weak.spread) / float64(len(samples))
		bias += figure.FiniteSize(s.dim) / float64(len(samples))
	}
	runs := len(last.signSGD.Paths)
	result = append(result, figure.Claim{
		What:      "spread of signSGD over that of the weak approximation, mean over d",
		Predicted: 1, Measured: math.Exp(ratio),
		Allowed: figure.Sigmas(runs)/math.Sqrt(float64(len(samples)*runs)) + bias,
	})
	return append(result,
		figure.Follows(fmt.Sprintf("d = %d, mean risk of signSGD on signODE", last.dim), last.times, last.curve, last.signSGD.Paths, last.dim),
		figure.Follows(fmt.Sprintf("d = %d, mean risk of signHSGD on signODE", last.dim), last.times, last.curve, last.signHSGD.Paths, last.dim))
}
