package memory

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise"
)

// Clippable is a law of the noise, written as a mixture of normal laws and of laws known by
// their characteristic functions.
type Clippable struct {
	normal []normalPart
	others []characteristicPart
}

// Closed reports whether Clip is a short sum in closed form.
func (c Clippable) Closed() bool { return len(c.normal) <= 16 && len(c.others) == 0 }

// Clip returns P(|r| ≤ τ) and E min(r², τ²) of r ~ N(0, 2R) − ε, and their slopes in R,
// which are right where the law is Closed.
func (c Clippable) Clip(risk, threshold float64) (h, hSlope, g, gSlope float64) {
	for _, q := range c.normal {
		value, rise, square, squareRise := q.clip(risk, threshold)
		h += q.weight * value
		hSlope += q.weight * rise
		g += q.weight * square
		gSlope += q.weight * squareRise
	}
	for _, q := range c.others {
		value, square := Clip(q.chi, q.oscillation, risk, threshold)
		h += q.weight * value
		g += q.weight * square
	}
	return h, hSlope, g, gSlope
}

// characteristicPart is the share weight of a law with χ = Re E exp(iuε), which oscillates
// as fast as cos(su) with s = oscillation.
type characteristicPart struct {
	weight, oscillation float64
	chi                 func(u float64) float64
}

// NewClippable writes the law as such a mixture. The error names a law that is not known to
// be one.
func NewClippable(law noise.Law) (Clippable, error) {
	one := func(mu, width float64, chi func(u float64) float64) (Clippable, error) {
		shifted := func(u float64) float64 { return math.Cos(mu*u) * chi(u) }
		return Clippable{others: []characteristicPart{{1, math.Abs(mu) + width, shifted}}}, nil
	}
	switch l := law.(type) {
	case noise.Uniform:
		half := (l.Max - l.Min) / 2
		return one(l.Min+half, half, func(u float64) float64 { return math.Sin(half*u) / (half * u) })
	case noise.Logistic:
		return one(l.Mu, 0, func(u float64) float64 {
			x := math.Pi * l.S * u
			return 2 * x * math.Exp(-x) / -math.Expm1(-2*x)
		})
	case noise.AlphaStable:
		return one(l.Mu, 0, func(u float64) float64 { return math.Exp(-math.Pow(l.C*u, l.Alpha)) })
	case noise.Mixture:
		var all Clippable
		for i, part := range l.Laws {
			p, err := NewClippable(part)
			if err != nil {
				return Clippable{}, err
			}
			for _, q := range p.normal {
				q.weight *= l.Weights[i]
				all.normal = append(all.normal, q)
			}
			for _, q := range p.others {
				q.weight *= l.Weights[i]
				all.others = append(all.others, q)
			}
		}
		return all, nil
	}
	parts, err := normalParts(law)
	return Clippable{normal: parts}, err
}

// normalParts writes the law as a mixture of normal laws, if it is one.
func normalParts(law noise.Law) ([]normalPart, error) {
	switch l := law.(type) {
	case noise.None:
		return []normalPart{{1, 0, 0}}, nil
	case noise.Normal:
		return []normalPart{{1, l.Mu, l.Sigma}}, nil
	case noise.Rademacher:
		return []normalPart{{0.5, l.Scale, 0}, {0.5, -l.Scale, 0}}, nil
	case noise.Discrete:
		var parts []normalPart
		for i, x := range l.Atoms {
			parts = append(parts, normalPart{l.Weights[i], x, 0})
		}
		return parts, nil
	case noise.Empirical:
		var parts []normalPart
		for _, x := range l.Sample {
			parts = append(parts, normalPart{1 / float64(len(l.Sample)), x, 0})
		}
		return parts, nil
	case noise.NormalMixture:
		parts := make([]normalPart, len(l.Weights))
		for i, w := range l.Weights {
			parts[i] = normalPart{w, l.Mu[i], l.Sigma[i]}
		}
		return parts, nil
	case noise.Cauchy:
		return studentsParts(l.Mu, l.Scale, 1), nil
	case noise.StudentsT:
		return studentsParts(l.Mu, l.Sigma, l.Nu), nil
	case noise.Laplace:
		// ε = μ + b√(2E) z with E exponential.
		return gammaParts(l.Mu, 1, func(e float64) float64 { return l.Scale * math.Sqrt(2*e) }), nil
	}
	return nil, fmt.Errorf("the noise %v is not known as a mixture of normal laws, nor by its characteristic function", law)
}

// studentsParts writes Student's law as a mixture over its chi-squared denominator. For
// ν > 1e15 it is the normal law to rounding, and below 1e-300 all of it is at infinity.
func studentsParts(mu, sigma, nu float64) []normalPart {
	if nu > 1e15 {
		return []normalPart{{1, mu, sigma}}
	}
	half := max(nu, 1e-300) / 2
	return gammaParts(mu, half, func(e float64) float64 { return sigma * math.Sqrt(half/e) })
}

// gammaParts sums a mixture over the gamma law of a shape p, whose density is e^{p−1}exp(−e)
// up to a factor, by the trapezoidal rule in u = log(e/p) from the peak at 0 to both sides.
// Where e underflows the weights fall geometrically, and are one part at e = 0.
func gammaParts(mu, shape float64, sigma func(e float64) float64) []normalPart {
	var parts []normalPart
	total := 0.0
	add := func(weight, e float64) {
		total += weight
		parts = append(parts, normalPart{weight, mu, sigma(e)})
	}
	weight := func(u float64) float64 { return math.Exp(shape * (u - math.Expm1(u))) }
	const least = 1e-18
	step := 0.25 * min(1, 2/math.Sqrt(shape))
	for k := 0.; weight(k*step) > least; k++ {
		add(weight(k*step), shape*math.Exp(k*step))
	}
	for k := -1.; weight(k*step) > least; k-- {
		e := shape * math.Exp(k*step)
		if e == 0 {
			add(weight(k*step)/-math.Expm1(-shape*step), 0)
			break
		}
		add(weight(k*step), e)
	}
	for i := range parts {
		parts[i].weight /= total
	}
	return parts
}

// normalPart is the share weight of a law, which is N(mu, sigma²).
type normalPart struct{ weight, mu, sigma float64 }

// clip returns P(|r| ≤ τ), E min(r², τ²) and their slopes in R for r ~ N(μ, σ²+2R).
func (q normalPart) clip(risk, threshold float64) (h, hSlope, g, gSlope float64) {
	variance := q.sigma*q.sigma + 2*risk
	s := math.Sqrt(variance)
	a, b := (-threshold-q.mu)/s, (threshold-q.mu)/s
	n := distuv.UnitNormal
	// P(a ≤ z ≤ b), from the tail that does not cancel.
	switch {
	case a > 0:
		h = n.CDF(-a) - n.CDF(-b)
	default:
		h = n.CDF(b) - n.CDF(a)
	}
	da, db := density(a), density(b)
	// d/dR of a and b is −a/s² and −b/s², and E min(r², τ²)'' = 2·1{|r|<τ} − 2τ(δ_τ + δ_{−τ}).
	hSlope = (a*da - b*db) / variance
	outside := n.CDF(a) + n.CDF(-b)
	second := h - (b*db - a*da) // E z² on (a, b)
	first := da - db            // E z on (a, b)
	g = q.mu*q.mu*h + 2*q.mu*s*first + variance*second + threshold*threshold*outside
	if threshold < s { // where these terms cancel
		h, g = 0, 0
		for i, x := range clipNodes {
			r := threshold * x
			mass := threshold * clipWeights[i] * density((r-q.mu)/s) / s
			h += mass
			g += mass * r * r
		}
		g += threshold * threshold * (1 - h)
	}
	gSlope = 2*h - 2*threshold*(da+db)/s
	return h, hSlope, max(g, 0), gSlope
}

// clipNodes and clipWeights are Gauss's rule on (−1, 1). Between clips that are closer than
// the standard deviation it is exact to rounding.
var clipNodes, clipWeights = func() (x, w []float64) {
	x, w = make([]float64, 16), make([]float64, 16)
	quad.Legendre{}.FixedLocations(x, w, -1, 1)
	return x, w
}()

func density(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
