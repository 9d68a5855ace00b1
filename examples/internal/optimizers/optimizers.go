// Package optimizers sets all optimizers to one problem, each at the rate that gives it
// the drift of signSGD.
package optimizers

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// NewProblem returns a problem of dimension d whose features have scales over a factor
// of ten, so that it matters whether an optimizer sees them: K = diag(v) K₀ diag(v) with
// eigenvalues of K₀ from 0.1 to 1 in a Haar-random basis. The noise is N(0, ½²).
func NewProblem(d int, seed uint64) (signsgd.Problem, error) {
	rng := signsgd.NewRand(seed, 0, "problem")
	lambda, err := spectra.LogSpaced(d, 0.1, 1)
	if err != nil {
		return signsgd.Problem{}, err
	}
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return signsgd.Problem{}, err
	}
	scales, err := spectra.LogSpaced(d, 0.3, 3)
	if err != nil {
		return signsgd.Problem{}, err
	}
	scaled, err := k.Congruent(scales)
	if err != nil {
		return signsgd.Problem{}, err
	}
	target := make([]float64, d)
	spectra.FillNormal(target, rng)
	p := signsgd.Problem{Covariance: scaled, Noise: noise.Normal{Sigma: 0.5}, Target: target}
	floats.Scale(math.Sqrt(initialRisk/p.InitialRisk()), target)
	return p, nil
}

const initialRisk = 2

// Families of optimizers, a figure for each.
type Family struct {
	Name, Title string
	Entries     []ensembles.Entry
}

// Families returns all optimizers. With centred normal noise every drift coefficient h
// is a number over √(2𝓟(R)), or can be made so by the matched schedule (16), and the rate
// of each is η over the quotient of its number and the 2/π of signSGD. For the averages of
// Signum and Lion, Σ a_k g_k, that quotient is √(π/2) Σ a_k/√(Σ a_k²) where the memory is
// long; rescaled, an optimizer without a known limit shows what it does beside its drift.
func Families(p signsgd.Problem, eta float64) ([]Family, error) {
	matched, err := signsgd.MatchSGD(p, signsgd.Constant(eta))
	if err != nil {
		return nil, err
	}
	heuristic, err := signsgd.NewAdamHeuristic(p)
	if err != nil {
		return nil, err
	}
	preconditioned, err := signsgd.NewPreconditioned(p)
	if err != nil {
		return nil, err
	}
	const beta, lion1, lion2, workers = 0.9, 0.9, 0.99, 5
	slower := func(factor float64) signsgd.Schedule { return signsgd.Constant(eta / factor) }
	matchedTo := func(factor float64) signsgd.Schedule {
		m := matched
		m.Gain /= factor
		return m
	}
	// Σ a_k = 1 for both.
	signum := math.Sqrt(math.Pi / 2 * (1 + beta) / (1 - beta))
	lion := math.Sqrt(math.Pi / 2 / ((1-lion1)*(1-lion1) + lion1*lion1*(1-lion2)/(1+lion2)))
	vote := workers * 6. / 16 // M binom(M−1, (M−1)/2)/2^{M−1} at M = 5
	// A gradient of squared norm 2𝓟(0)·tr K is typical at the start; a quarter of them
	// are longer than 1.15 times its root.
	clip := 1.15 * math.Sqrt((2*p.InitialRisk()+p.Law().SecondMoment())*floats.Sum(p.Covariance.Variances(nil)))

	entry := func(name string, o signsgd.Optimizer, rate signsgd.Schedule, limit *homogenized.Limit) ensembles.Entry {
		return ensembles.Entry{Name: name, Problem: p, Optimizer: o, Rate: rate, Limit: limit}
	}
	of := func(l homogenized.Limit) *homogenized.Limit { return &l }
	return []Family{
		{"optimizers-sign", "signs", []ensembles.Entry{
			entry("signSGD", signsgd.SignSGD{}, slower(1), of(homogenized.SignSGD(p))),
			entry("Signum, β = 0.9", signsgd.Signum{Beta: beta}, slower(signum), nil),
			entry("Lion, β = 0.9, 0.99", signsgd.Lion{Beta1: lion1, Beta2: lion2}, slower(lion), nil),
			entry("majority of 5 workers", signsgd.MajorityVote{Workers: workers}, slower(vote), nil),
		}},
		{"optimizers-gradient", "gradients, under (16)", []ensembles.Entry{
			entry("SGD", signsgd.SGD{}, matchedTo(1), of(homogenized.SGD(p))),
			entry("momentum, β = 0.9", signsgd.Momentum{Beta: beta}, matchedTo(1/(1-beta)), nil),
			entry("clipped SGD", signsgd.Clipped{Norm: clip}, matchedTo(1), nil),
			entry("preconditioned SGD", preconditioned, matchedTo(1), of(homogenized.PreconditionedSGD(p))),
		}},
		{"optimizers-adaptive", "adaptive methods", []ensembles.Entry{
			entry("Adam heuristic", heuristic, slower(math.Pi/2), of(homogenized.AdamHeuristic(p))),
			entry("RMSProp, β = 0.99", signsgd.RMSProp{Beta: 0.99, Epsilon: 1e-8}, slower(math.Pi/2), nil),
			entry("Adam, β = 0.9, 0.99", signsgd.Adam{Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8}, slower(math.Pi/2), nil),
			entry("Adam, β = 0.9, 0.999", signsgd.Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, slower(math.Pi/2), nil),
		}},
	}, nil
}
