package main

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// problem returns one of dimension d whose features have scales over a factor
// of ten, so that it matters whether an optimizer sees them: K = diag(v) K₀ diag(v) with
// eigenvalues of K₀ from 0.1 to 1 in a Haar-random basis. The noise is N(0, ½²).
func problem(d int, seed uint64) (signsgd.Problem, error) {
	rng := ensemble.NewRand(seed, 0, "problem")
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
	p := signsgd.Problem{Covariance: scaled, Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d)}
	spectra.FillNormal(p.Init, rng)
	return p.WithInitialRisk(start)
}

const start = 2 // R(0)

// family is what one picture shows.
type family struct {
	name, title string
	entries     []entry
}

// entry is an optimizer at its rate.
type entry struct {
	name      string
	optimizer signsgd.Optimizer
	rate      schedule.Schedule
	memory    int     // 1/(1−β) in steps; 0 for none
	worth     float64 // (Σ a_k)²/Σ a_k² of the sign of a sum Σ a_k g_k; 0 for other rules
}

// families returns all optimizers. With centred normal noise every drift coefficient h
// is a number over √(2𝓟(R)), or can be made so by the matched schedule (16), and the rate
// of each is η over the quotient of its number and the 2/π of signSGD. For the averages of
// Signum and Lion, Σ a_k g_k, that quotient is √(π/2) Σ a_k/√(Σ a_k²) where the memory is
// long; rescaled, an optimizer without a known limit shows what it does beside its drift.
func families(p signsgd.Problem) ([]family, error) {
	matched, err := signsgd.MatchSGD(p, schedule.Constant(eta))
	if err != nil {
		return nil, err
	}
	const beta, lion1, lion2, workers = 0.9, 0.9, 0.99, 5
	slower := func(factor float64) schedule.Schedule { return schedule.Constant(eta / factor) }
	matchedTo := func(factor float64) schedule.Schedule {
		m := matched
		m.Sign = slower(factor)
		return m
	}
	// Σ a_k = 1 for both.
	signum := math.Sqrt(math.Pi / 2 * (1 + beta) / (1 - beta))
	lion := math.Sqrt(math.Pi / 2 / ((1-lion1)*(1-lion1) + lion1*lion1*(1-lion2)/(1+lion2)))
	vote := workers * 6. / 16 // M binom(M−1, (M−1)/2)/2^{M−1} at M = 5
	// A gradient of squared norm 2𝓟(0)·tr K is typical at the start; a quarter of them
	// are longer than 1.15 times its root.
	clip := 1.15 * math.Sqrt((2*p.InitialRisk()+p.Law().SecondMoment())*floats.Sum(p.Covariance.Variances(nil)))

	return []family{
		{"optimizers-sign", "signs", []entry{
			{"signSGD", signsgd.SignSGD{}, slower(1), 0, 0},
			{"Signum, β = 0.9", signsgd.Signum{Beta: beta}, slower(signum), 10, (1 + beta) / (1 - beta)},
			{"Lion", signsgd.Lion{Beta1: lion1, Beta2: lion2}, slower(lion), 100, lion * lion * 2 / math.Pi},
			{"majority of 5 workers", signsgd.MajorityVote{Workers: workers}, slower(vote), 0, 0},
		}},
		{"optimizers-gradient", "gradients, under (16)", []entry{
			{"SGD", signsgd.SGD{}, matchedTo(1), 0, 0},
			{"momentum, β = 0.9", signsgd.Momentum{Beta: beta}, matchedTo(1 / (1 - beta)), 10, 0},
			{"clipped SGD", signsgd.Clipped{Norm: clip}, matchedTo(1), 0, 0},
			{"preconditioned SGD", signsgd.PreconditionedSGD{}, matchedTo(1), 0, 0},
		}},
		{"optimizers-adaptive", "adaptive methods", []entry{
			{"Adam heuristic", signsgd.AdamHeuristic{}, slower(math.Pi / 2), 0, 0},
			{"RMSProp, β₂ = 0.99", signsgd.RMSProp{Beta: 0.99, Epsilon: 1e-8}, slower(math.Pi / 2), 0, 0},
			{"Adam, β₂ = 0.99", signsgd.Adam{Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8}, slower(math.Pi / 2), 0, 0},
			{"Adam, β₂ = 0.999", signsgd.Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, slower(math.Pi / 2), 0, 0},
		}},
	}, nil
}

// delays returns by how much of t the runs of an optimizer with memory may be behind its
// curve at each of the times. The memory is empty at the start, which costs as many steps.
// And the sign of a sum saturates: where all gradients together tell its sign s_i standard
// deviations from 0, s_i = (Kν)_i/(D_i √(2𝓟)) Σ a_k/√(Σ a_k²), its mean is shorter by the
// share s_i²/6 than the limit has it, and so is the mean decrease Σ (Kν)_i²/D_i of the risk
// by the mean share. Both are of order memory/d. The share at the start is taken for all t.
func delays(p signsgd.Problem, e entry, times []float64) []float64 {
	d := p.Dim()
	nu := p.Displacement(nil, p.Init)
	slope := make([]float64, d)
	p.Covariance.MulVecTo(slope, nu)
	square := 2*p.InitialRisk() + p.Law().SecondMoment()
	all, lost := 0.0, 0.0
	for i, v := range p.Covariance.Variances(nil) {
		part := slope[i] * slope[i] / math.Sqrt(v)
		all += part
		lost += part * e.worth * slope[i] * slope[i] / (6 * v * square)
	}
	out := make([]float64, len(times))
	for i, t := range times {
		out[i] = float64(e.memory)/float64(d) + lost/all*t
	}
	return out
}
