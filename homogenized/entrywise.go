package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized/internal/entrywise"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Entrywise returns the limit of the rule θ_i ← θ_i − η'_k u(g_i), where g is the gradient
// of one sample and u is an odd function, from u alone. With the residual r of density p_r
// and a = E over Z ~ N(0, 1),
//
//	h(R) = (1/2R) E[ℓ a_1(δr)],  κ_n(R) = E a_n(δr)²,  a_n(s) = E[u(sZ) He_n(Z)]/√n!,
//
// where δ is the standard deviation of every coordinate of x. A = K̄, and the noise has
// the covariance Σ_n κ_n(R) ρ^n, n odd, of the entries ρ of C. Its first five powers are
// terms of their own. What is left of the diagonal is kept on it, which leaves out at
// most that times ρ^{11} elsewhere. A jump of u at 0 has the exact shape arcsin ρ instead.
//
// It needs a batch of one and coordinates x_i of equal variance, as u sees the scale of
// the gradient. A multiple of the sign, which does not, may have any K. The noise must be
// None, Normal, NormalMixture, Discrete, Rademacher, Laplace, Cauchy or Uniform: those
// whose φ is in closed form at every location, from which p_r is known. Fit a NormalMixture
// to a sample of any other. Under noise of infinite variance u must be bounded.
//
// For a smooth u the error of h and κ_n is about 1e-8 of them. A kink of u costs about
// 1e-6. Coefficients are tabulated for the risks where they are asked for, and their
// slopes are those of the tables.
func Entrywise(p signsgd.Problem, u func(g float64) float64) (Limit, error) {
	if u == nil {
		return Limit{}, errors.New("homogenized: Entrywise: u is nil")
	}
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if p.BatchSize() != 1 {
		return Limit{}, fmt.Errorf("homogenized: Entrywise: Problem.Batch is %d: must be 1", p.Batch)
	}
	if err := checkRule(u); err != nil {
		return Limit{}, err
	}
	deviations := spectra.StandardDeviations(p.Covariance)
	delta := deviations[0]
	scaleFree := isSign(u)
	for i, d := range deviations {
		if !scaleFree && math.Abs(d-delta) > 1e-9*delta {
			return Limit{}, fmt.Errorf("homogenized: Entrywise: the coordinates of x have the standard deviations %v and, at %d, %v: must be equal, or u a multiple of the sign", delta, i, d)
		}
	}
	parts, err := entrywise.Parts(p.Law())
	if err != nil {
		return Limit{}, fmt.Errorf("homogenized: Entrywise: %w", err)
	}
	if grows := math.Abs(u(1e9)) > 2*math.Abs(u(1e6)); grows && math.IsInf(p.Law().SecondMoment(), 1) {
		return Limit{}, fmt.Errorf("homogenized: Entrywise: u grows and there is no limit: %w", noise.ErrInfiniteVariance)
	}
	rule := entrywise.New(u, delta, parts)
	l := Limit{Name: "", Basis: spectra.Preconditioned, Drift: rule.Coefficient(func(v entrywise.Values) float64 { return v.Drift }), of: newCovariantOrigin(p)}
	jump := u(math.SmallestNonzeroFloat64)
	jump *= jump
	series := arcsine()
	for _, risk := range []float64{1e-6, 1e-3, 1, 1e3, 1e6} { // the rest must be a covariance
		v := rule.At(risk)
		for n, k := range v.Powers {
			if !scaleFree && k < jump*series[n]*(1-1e-6) {
				jump = 0
			}
		}
	}
	if jump > 0 {
		l.Noise = append(l.Noise, Term{Gain: constant(2 / math.Pi * jump), Shape: spectra.Shape{Odd: math.Asin}})
	}
	if scaleFree {
		return l, nil
	}
	for n := range entrywise.Powers {
		power := float64(2*n + 1)
		l.Noise = append(l.Noise, Term{
			Gain:  rule.Coefficient(func(v entrywise.Values) float64 { return max(v.Powers[n]-jump*series[n], 0) }),
			Shape: spectra.Shape{Odd: func(rho float64) float64 { return math.Copysign(math.Pow(math.Abs(rho), power), rho) }},
		})
	}
	l.Noise = append(l.Noise, Term{
		Gain: rule.Coefficient(func(v entrywise.Values) float64 {
			rest := v.Total - jump
			for n, k := range v.Powers {
				rest -= k - jump*series[n]
			}
			return max(rest, 0)
		}),
		Shape: spectra.Shape{Odd: onDiagonal},
	})
	return l, nil
}

// onDiagonal is 1 at ρ = 1, the diagonal of C, and 0 elsewhere.
func onDiagonal(rho float64) float64 {
	if math.Abs(rho) >= 1-1e-12 {
		return math.Copysign(1, rho)
	}
	return 0
}

// arcsine returns the first coefficients of (2/π) arcsin ρ.
func arcsine() (c [entrywise.Powers]float64) {
	term := 1.0 // (2k)!/(4^k k!²)
	for k := range c {
		c[k] = 2 / math.Pi * term / float64(2*k+1)
		term *= float64(2*k+1) / float64(2*k+2)
	}
	return c
}

// checkRule returns an error unless u is odd and finite, and not 0 everywhere.
func checkRule(u func(g float64) float64) error {
	some := false
	for k := -60; k <= 60; k++ {
		g := math.Pow(10, float64(k)/5)
		v, w := u(g), u(-g)
		if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v+w) > 1e-12*math.Abs(v) {
			return fmt.Errorf("homogenized: Entrywise: u is %v at %v and %v at %v: must be odd and finite", v, g, w, -g)
		}
		some = some || v != 0
	}
	if !some {
		return fmt.Errorf("homogenized: Entrywise: u is 0 everywhere")
	}
	return nil
}

// isSign reports whether u is a multiple of the sign.
func isSign(u func(g float64) float64) bool {
	for k := -300; k <= 300; k++ {
		if u(math.Pow(10, float64(k)/10)) != u(1) {
			return false
		}
	}
	return u(1) > 0
}
