package main

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise"
)

// Fitted is a law fitted to residuals.
type Fitted struct {
	Name          string
	Law           noise.Law
	Density       func(x float64) float64 // nil for the empirical law, which has none
	LogLikelihood float64                 // for each residual; NaN without a density
	BIC           float64                 // for each residual; NaN without a density
}

// fitLaws fits the laws of the paper to residuals by maximum likelihood: normal, normal
// mixture with two parts, and Student's t; and last the empirical law itself, which leaves
// nothing to be fitted. A law whose fit does not converge is left out.
func fitLaws(ctx context.Context, residuals []float64, rng *rand.Rand) ([]Fitted, error) {
	n := float64(len(residuals))
	normal, err := noise.FitNormal(residuals, nil)
	if err != nil {
		return nil, err
	}
	laws := []Fitted{{"normal", normal.Law, distuv.Normal{Mu: normal.Law.Mu, Sigma: normal.Law.Sigma}.Prob, normal.LogLikelihood / n, normal.BIC / n}}
	mixture, err := noise.FitNormalMixture(ctx, residuals, nil, 2, rng, noise.MixtureSettings{Tolerance: tolerance * n})
	switch {
	case err == nil:
		laws = append(laws, Fitted{"mixture", mixture.Law, mixtureDensity(mixture.Law), mixture.LogLikelihood / n, mixture.BIC / n})
	case !errors.Is(err, noise.ErrNotConverged):
		return nil, err
	}
	student, err := noise.FitStudentsT(ctx, residuals, nil)
	switch t := student.Law; {
	case err == nil:
		laws = append(laws, Fitted{"Student t", t, distuv.StudentsT{Mu: t.Mu, Sigma: t.Sigma, Nu: t.Nu}.Prob, student.LogLikelihood / n, student.BIC / n})
	case !errors.Is(err, noise.ErrNotConverged):
		return nil, err
	}
	return append(laws, Fitted{"empirical", noise.Empirical{Sample: residuals}, nil, math.NaN(), math.NaN()}), nil
}

// tolerance is the gain of log-likelihood for each residual at which the mixture's fit
// stops: where two parts are hardly told from one, it would creep for ever, at no gain.
const tolerance = 1e-8

func mixtureDensity(m noise.NormalMixture) func(x float64) float64 {
	return func(x float64) float64 {
		f := 0.0
		for i, w := range m.Weights {
			f += w * distuv.Normal{Mu: m.Mu[i], Sigma: m.Sigma[i]}.Prob(x)
		}
		return f
	}
}

// Best returns the law of the smallest BIC.
func Best(laws []Fitted) Fitted {
	best := laws[0]
	for _, l := range laws[1:] {
		if l.BIC < best.BIC {
			best = l
		}
	}
	return best
}

// Misfit returns the largest |φ/φ_e − 1| over the risks from lo to hi, φ_e being that of
// the empirical law: φ is all that theory sees of a law.
func Misfit(law, empirical noise.Law, lo, hi float64) float64 {
	const points = 50
	worst := 0.0
	for i := range points {
		risk := lo * math.Pow(hi/lo, float64(i)/(points-1))
		phi, _ := law.Phi(risk)
		exact, _ := empirical.Phi(risk)
		worst = max(worst, math.Abs(phi/exact-1))
	}
	return worst
}
