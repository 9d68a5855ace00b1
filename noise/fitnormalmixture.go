package noise

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// MixtureSettings governs FitNormalMixture. Zero fields mean the defaults.
type MixtureSettings struct {
	Restarts      int     // random starts tried for 30 iterations each; 0 means 8
	MaxIterations int     // of the best of them; 0 means 5000
	Tolerance     float64 // gain of log-likelihood an iteration at which to stop; 0 means 1e-5
}

// ErrNotConverged reports that a fit spent its iterations before its tolerance.
var ErrNotConverged = errors.New("noise: the fit did not converge")

// FitNormalMixture fits a mixture of k normal laws to the sample by expectation
// maximisation (Dempster, Laird and Rubin, JRSS B 39 (1977) 1) from several random
// starts drawn from rng, weights as for FitNormal. The parts come in increasing
// order of Mu. Every Sigma is kept above 1e-3 of the sample's standard deviation,
// since the likelihood is unbounded where one part shrinks onto one value.
//
// One iteration costs k exponentials a value: about 1 s in all for 1e5 values and
// k = 2. It stops with ctx's error when ctx is done, and with ErrNotConverged
// after MaxIterations; it panics if the lengths differ.
func FitNormalMixture(ctx context.Context, sample, weights []float64, k int, rng *rand.Rand, settings MixtureSettings) (Fit[NormalMixture], error) {
	var none Fit[NormalMixture]
	total, mean, sd, err := checkSample(sample, weights)
	if err != nil {
		return none, err
	}
	if k < 1 || k > len(sample) {
		return none, fmt.Errorf("noise: fit of NormalMixture: k is %d: must be between 1 and the number of values, %d", k, len(sample))
	}
	if settings.Restarts < 0 || settings.MaxIterations < 0 || !(settings.Tolerance >= 0) {
		return none, fmt.Errorf("noise: fit of NormalMixture: settings are %+v: must not be negative", settings)
	}
	restarts, maxIterations, tolerance := settings.Restarts, settings.MaxIterations, settings.Tolerance
	if restarts == 0 {
		restarts = 8
	}
	if maxIterations == 0 {
		maxIterations = 5000
	}
	if tolerance == 0 {
		tolerance = 1e-5
	}

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

type expectationMaximisation struct {
	sample, weights []float64
	total, floor    float64
	share           []float64 // of each part in one value, scratch
}

// step moves m by one iteration and returns the log-likelihood before it.
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
		if p.mass == 0 { // nothing is left of the part; it stays where it is
			continue
		}
		shift := p.first / p.mass
		m.Mu[j] = p.mu + shift
		m.Sigma[j] = math.Sqrt(max(p.squares/p.mass-shift*shift, em.floor))
	}
	return logLikelihood
}

// randomMixture spreads k parts over the sample: centres drawn far from one another
// (Arthur and Vassilvitskii's k-means++), scales over a factor of ten.
func randomMixture(sample, weights []float64, k int, mean, sd float64, rng *rand.Rand) NormalMixture {
	m := NormalMixture{Weights: make([]float64, k), Mu: make([]float64, k), Sigma: make([]float64, k)}
	distance := make([]float64, len(sample)) // times weight
	for i, x := range sample {
		distance[i] = weightAt(weights, i) * (x - mean) * (x - mean)
	}
	for j := range k {
		sum := 0.0
		for _, d := range distance {
			sum += d
		}
		u, at := sum*rng.Float64(), 0
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
	for i := range m.Mu { // k is small
		for j := i; j > 0 && m.Mu[j] < m.Mu[j-1]; j-- {
			m.Mu[j], m.Mu[j-1] = m.Mu[j-1], m.Mu[j]
			m.Sigma[j], m.Sigma[j-1] = m.Sigma[j-1], m.Sigma[j]
			m.Weights[j], m.Weights[j-1] = m.Weights[j-1], m.Weights[j]
		}
	}
}
