package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// sampled claims that φ(0.1) of every law is the mean of (2/π) exp(−ε²/(4R)) over its
// own draws.
func sampled(draws int, seed uint64) []program.Claim {
	const risk = 0.1
	var claims []program.Claim
	for i, l := range laws {
		rng := ensemble.NewRand(seed, i, "draws")
		values := make([]float64, draws)
		for j := range values {
			e := l.law.Rand(rng)
			values[j] = 2 / math.Pi * math.Exp(-e*e/(4*risk))
		}
		mean, deviation := stat.MeanStdDev(values, nil)
		phi, _ := l.law.Phi(risk)
		claims = append(claims, program.Claim{
			What:      fmt.Sprintf("φ(%g) of %s noise by %d draws", risk, l.name, draws),
			Predicted: phi,
			Measured:  mean,
			// The last term is for rounding, where every draw is the same.
			Allowed: program.Sigmas(draws)*stat.StdErr(deviation, float64(draws)) + 1e-12,
		})
	}
	return claims
}

// bounds claims what the paper proves, or reports, of the curves of ψ at the risks.
func bounds(risks []float64) []program.Claim {
	// below returns the largest amount by which ψ of the law is below the bound at any
	// of the risks, 0 if at none.
	below := func(law noise.Law, bound func(risk float64) float64) float64 {
		worst := 0.0
		for _, risk := range risks {
			worst = max(worst, bound(risk)-noise.Psi(law, risk))
		}
		return worst
	}
	var jensen, heavy float64
	for _, p := range panels {
		for _, k := range p.curves {
			jensen = max(jensen, below(k.law, func(risk float64) float64 { return noise.PsiFloor(1, risk) }))
			if student, ok := k.law.(noise.StudentsT); ok {
				heavy = max(heavy, below(student, func(float64) float64 { return 1 }))
			}
		}
	}
	one := func(float64) float64 { return 1 }
	floor := func(float64) float64 { return noise.PsiLogConcaveMin }
	laplace := noise.Laplace{Scale: math.Sqrt(0.5)}
	uniform := noise.Uniform{Min: -math.Sqrt(3), Max: math.Sqrt(3)}
	const rounding = 1e-12
	return []program.Claim{
		program.AtMost("ψ of every law below Jensen's bound (22), at most", jensen, rounding),
		program.AtMost("ψ of Student t noise below 1, at most", heavy, rounding),
		program.AtMost("ψ of normal noise below 1, at most", below(noise.Normal{Sigma: 1}, one), rounding),
		program.AtMost("ψ of Laplace and uniform noise below √(π/6) (23), at most", max(below(laplace, floor), below(uniform, floor)), rounding),
		// f(0) = 1/√2, and the next term of φ is smaller by the order of √R.
		{What: "ψ(1e-8) of Laplace noise by (21)", Predicted: math.Sqrt(math.Pi), Measured: noise.Psi(laplace, 1e-8), Allowed: 1e-3},
		// |ε| = 1 almost surely.
		{What: "ψ(0.1) of Rademacher noise by (24), an equality there", Predicted: noise.PsiCeiling(1, 1, 0.1), Measured: noise.Psi(noise.Rademacher{Scale: 1}, 0.1), Allowed: rounding},
	}
}
