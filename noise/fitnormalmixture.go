package noise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// MixtureSettings governs FitNormalMixture. The zero value means the defaults.
type MixtureSettings struct {
	// Restarts is the number of random starts, which are tried for 30 iterations each. 0
	// means 8.
	Restarts int
	// MaxIterations is the largest number of iterations of the best start. 0 means 5000.
	MaxIterations int
	// Tolerance is the gain of log-likelihood in one iteration at which the fit stops. 0
	// means 1e-5.
	Tolerance float64
}

// ErrNotConverged reports that a fit used up its iterations before it met its tolerance.
var ErrNotConverged = errors.New("noise: the fit did not converge")

// FitNormalMixture fits a mixture of k normal laws to the sample by expectation
// maximisation (Dempster, Laird and Rubin, JRSS B 39 (1977) 1), from several random starts
// that it draws from rng. The weights are those of FitNormal. The parts come in increasing
// order of Mu. Every Sigma is at least 1e-3 of the sample's standard deviation, because
// the likelihood is unbounded where a part shrinks onto one value.
//
// One iteration costs k exponentials for each value. A fit of k = 2 parts to 1e5 values
// takes about 1 s.
//
// It returns an error where FitNormal does or where an argument is out of its range, the
// error of ctx when ctx is done, and ErrNotConverged after MaxIterations. It panics if
// the lengths differ.
func FitNormalMixture(ctx context.Context, sample, weights []float64, k int, rng *rand.Rand, settings MixtureSettings) (Fit[NormalMixture], error) {
	var none Fit[NormalMixture]
	total, mean, sd, err := checkSample(sample, weights)
	if err != nil {
		return none, err
	}
	if k < 1 || k > len(sample) {
		return none, fmt.Errorf("noise: fit of NormalMixture: k is %d: must be between 1 and the number of values, %d", k, len(sample))
	}
	if rng == nil {
		return none, errors.New("noise: fit of NormalMixture: rng is nil: the starts are random")
	}
	if settings.Restarts < 0 || settings.MaxIterations < 0 || !(settings.Tolerance >= 0) {
		return none, fmt.Errorf("noise: fit of NormalMixture: settings are %+v: must not be negative", settings)
	}
	restarts := cmp.Or(settings.Restarts, 8)
	maxIterations := cmp.Or(settings.MaxIterations, 5000)
	tolerance := cmp.Or(settings.Tolerance, 1e-5)

	em := &expectationMaximisation{sample: sample, weights: weights, total: total, floor: 1e-6 * sd * sd}
	var best NormalMixture
	bestValue := math.Inf(-1)
	for range restarts {
		m := randomMixture(sample, weights, k, mean, sd, rng)
		value := math.Inf(-1)
		for range 30 {
			if err := ctx.Err(); err != nil {
				return none, err
			}
			value = em.step(m)
		}
		if value > bestValue {
			best, bestValue = m, value
		}
	}
	for iteration := 1; iteration <= maxIterations; iteration++ {
		if err := ctx.Err(); err != nil {
			return none, err
		}
		value := em.step(best) // of the parameters before the step
		if gain := value - bestValue; iteration > 1 && gain <= tolerance {
			sortParts(best)
			return newFit(best, em.step(best), total, 3*k-1, iteration), nil
		}
		bestValue = value
	}
	return none, fmt.Errorf("%w: NormalMixture, after %d iterations", ErrNotConverged, maxIterations)
}

// expectationMaximisation holds what the iterations share.
type expectationMaximisation struct {
	sample, weights []float64
	total, floor    float64   // the sum of the weights, the least variance of a part
	share           []float64 // scratch for the share of each part in one value
}

// step moves m by one iteration and returns the log-likelihood before that iteration.
func (em *expectationMaximisation) step(m NormalMixture) (logLikelihood float64) {
	k := len(m.Weights)
	type part struct {
		mu, scale, logPeak   float64 // log of weight/(σ√(2π))
		mass, first, squares float64 // Σ share, Σ share (x−μ), Σ share (x−μ)²
	}
	parts := make([]part, k)
	for j := range parts {
		s := m.Sigma[j]
		parts[j] = part{mu: m.Mu[j], scale: 1 / s, logPeak: math.Log(m.Weights[j] / s / math.Sqrt(2*math.Pi))}
	}
	if len(em.share) != k {
		em.share = make([]float64, k)
	}
	for i, x := range em.sample {
		top := math.Inf(-1)
		for j := range parts {
			z := (x - parts[j].mu) * parts[j].scale
			em.share[j] = parts[j].logPeak - z*z/2
			top = max(top, em.share[j])
		}
		sum := 0.0
		for j, l := range em.share {
			em.share[j] = math.Exp(l - top)
			sum += em.share[j]
		}
		w := weightAt(em.weights, i)
		logLikelihood += w * (top + math.Log(sum))
		for j := range parts {
			p := &parts[j]
			share := w * em.share[j] / sum
			d := x - p.mu
			p.mass += share
			p.first += share * d
			p.squares += share * d * d
		}
	}
	for j, p := range parts {
		m.Weights[j] = p.mass / em.total
		if p.mass == 0 { // no value belongs to the part, which stays where it is
			continue
		}
		shift := p.first / p.mass
		m.Mu[j] = p.mu + shift
		m.Sigma[j] = math.Sqrt(max(p.squares/p.mass-shift*shift, em.floor))
	}
	return logLikelihood
}

// randomMixture spreads k parts over the sample. Their centres are drawn far from one
// another, by the k-means++ of Arthur and Vassilvitskii, and their scales over a factor
// of ten.
func randomMixture(sample, weights []float64, k int, mean, sd float64, rng *rand.Rand) NormalMixture {
	m := NormalMixture{Weights: make([]float64, k), Mu: make([]float64, k), Sigma: make([]float64, k)}
	distance := make([]float64, len(sample)) // times weight
	for i, x := range sample {
		distance[i] = weightAt(weights, i) * (x - mean) * (x - mean)
	}
	for j := range k {
		u, at := floats.Sum(distance)*rng.Float64(), 0
		for i, d := range distance {
			if u -= d; u < 0 {
				at = i
				break
			}
		}
		m.Weights[j] = 1 / float64(k)
		m.Mu[j] = sample[at]
		m.Sigma[j] = sd * math.Pow(10, -rng.Float64())
		for i, x := range sample {
			d := x - m.Mu[j]
			distance[i] = min(distance[i], weightAt(weights, i)*d*d)
		}
	}
	return m
}

// sortParts puts the parts in increasing order of Mu.
func sortParts(m NormalMixture) {
	order := make([]int, len(m.Mu))
	floats.ArgsortStable(m.Mu, order)
	for _, x := range [][]float64{m.Sigma, m.Weights} {
		before := slices.Clone(x)
		for j, i := range order {
			x[j] = before[i]
		}
	}
}
