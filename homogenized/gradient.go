package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// SGD returns the limit of SGD on the problem at its batch size B, equations (15)
// and (259): A = K, h = 1, and noise (2𝓟(R)/B) K with 2𝓟 = 2R + v².
//
// It exists only where v² = E ε² is finite, like those of PreconditionedSGD and
// AdamHeuristic. Under noise of infinite variance the error wraps
// noise.ErrInfiniteVariance. The mean risk is SGD's up to O(1/d); the variance of the
// paths' risk is up to 2.5 times that of SGD's runs.
func SGD(p signsgd.Problem) (Limit, error) {
	v2, err := secondMoment("SGD", p)
	if err != nil {
		return Limit{}, err
	}
	l, err := SGDWith(v2, p.BatchSize())
	l.of = newOrigin(p)
	l.Fluctuation = gradientFluctuation(p, v2, unscaled)
	return l, err
}

// SGDWith is SGD given v² = E ε² and the batch size. The limit has no Fluctuation, which
// needs E ε⁴.
func SGDWith(secondMoment float64, batch int) (Limit, error) {
	switch {
	case math.IsInf(secondMoment, 1):
		return Limit{}, fmt.Errorf("homogenized: SGD has no limit: %w", noise.ErrInfiniteVariance)
	case !(secondMoment >= 0):
		return Limit{}, fmt.Errorf("homogenized: SGDWith: secondMoment is %v: must be nonnegative", secondMoment)
	case batch < 1:
		return Limit{}, fmt.Errorf("homogenized: SGDWith: batch is %d: must be at least 1", batch)
	}
	return Limit{
		Name:  "SGD",
		Basis: spectra.Plain,
		Drift: constant(1),
		Noise: []Term{{Gain: meanSquare(secondMoment, batch), Shape: spectra.Shape{Scaled: true}}},
	}, nil
}

// Momentum returns the limit of SGD with momentum, m ← βm + g, θ ← θ − η'm, for a fixed β:
// A = K, h = 1/(1−β), and noise 2𝓟(R)/(B(1−β)²) K. It is that of SGD at the rate
// η/(1−β): a memory that is short against d has no other effect. It needs
// (1−β)d ≫ 1 and η/(1−β) at which SGD is stable, and a finite v² like SGD.
func Momentum(p signsgd.Problem, beta float64) (Limit, error) {
	l, err := SGD(p)
	if err != nil {
		return Limit{}, err
	}
	if err := (signsgd.Momentum{Beta: beta}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: Momentum: %w", err)
	}
	if beta == 0 {
		return l, nil
	}
	factor := 1 / (1 - beta)
	l.Name = fmt.Sprintf("SGD with momentum %v", beta)
	l.Drift = scaled(l.Drift, factor)
	l.Noise[0].Gain = scaled(l.Noise[0].Gain, factor*factor)
	// θ − θ_z = βηm/(1−β)d with a θ_z that makes the steps of SGD at the rate η/(1−β).
	l.Fluctuation = gradientFluctuation(p, p.Law().SecondMoment(), func(float64) float64 { return factor })
	l.Fluctuation.Momentum = beta
	return l, nil
}

// PreconditionedSGD returns the limit of SGD with the gradient divided by D,
// equation (29), on the problem at its batch size B: A = K̄, h = 1, and noise
// (2𝓟(R)/B) C.
func PreconditionedSGD(p signsgd.Problem) (Limit, error) {
	v2, err := secondMoment("preconditioned SGD", p)
	if err != nil {
		return Limit{}, err
	}
	return Limit{
		Name:  "preconditioned SGD",
		Basis: spectra.Preconditioned,
		Drift: constant(1),
		Noise: []Term{{Gain: meanSquare(v2, p.BatchSize())}},
		of:    newOrigin(p),

		Fluctuation: gradientFluctuation(p, v2, unscaled),
	}, nil
}

// AdamHeuristic returns the limit of the rule (264), SGD with the gradient divided
// by D √(2𝓟/B), on the problem at its batch size B, equation (265): A = K̄,
// h = √(B/(2𝓟(R))), and noise C. It is the limit of Adam as β2 → 1 after d → ∞.
func AdamHeuristic(p signsgd.Problem) (Limit, error) {
	v2, err := secondMoment("the Adam heuristic", p)
	if err != nil {
		return Limit{}, err
	}
	square := meanSquare(v2, p.BatchSize())
	return Limit{
		Name:  "Adam heuristic",
		Basis: spectra.Preconditioned,
		Drift: func(risk float64) (h, slope float64) {
			moment, rise := square(risk)
			h = 1 / math.Sqrt(moment)
			return h, -h / (2 * moment) * rise
		},
		Noise: []Term{{Gain: constant(1)}},
		of:    newOrigin(p),

		Fluctuation: gradientFluctuation(p, v2, func(risk float64) float64 {
			moment, _ := square(risk)
			return 1 / math.Sqrt(moment)
		}),
	}, nil
}

// secondMoment returns v² for a limit that needs it.
func secondMoment(name string, p signsgd.Problem) (float64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	v2, err := noise.FiniteSecondMoment(p.Law())
	if err != nil {
		return 0, fmt.Errorf("homogenized: %s has no limit: %w", name, err)
	}
	return v2, nil
}

// meanSquare returns 2𝓟(R)/B, the mean square of the residual over a batch.
func meanSquare(secondMoment float64, batch int) Coefficient {
	b := float64(batch)
	return func(risk float64) (g, slope float64) { return (2*risk + secondMoment) / b, 2 / b }
}
