package measure

import (
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Bracket holds two quadrature rules of one measure μ. Their Laplace transforms enclose
// that of μ at every τ ≥ 0, up to rounding, because the derivatives of e^{−2λτ}
// alternate in sign. Lower is a Gauss rule, and Upper is a Gauss–Radau rule with a node
// at 0 (G. Golub and G. Meurant, Matrices, Moments and Quadrature, 2010, section 6).
type Bracket struct{ Lower, Upper Measure }

// Scale returns the bracket of factor·μ. The factor must be nonnegative.
func (b Bracket) Scale(factor float64) Bracket {
	scaled := func(m Measure) Measure {
		mass := slices.Clone(m.Mass)
		floats.Scale(factor, mass)
		return Measure{m.Lambda, mass}
	}
	return Bracket{scaled(b.Lower), scaled(b.Upper)}
}

// Estimate is a measure that is known as the expectation of independent random
// measures: it holds the brackets of some of them.
type Estimate []Bracket

// Measure returns the mean of the Gauss rules. Its atoms are those of all rules, so it
// is worth a Compress.
func (e Estimate) Measure() Measure {
	var all Measure
	for _, b := range e {
		for i, l := range b.Lower.Lambda {
			all.Lambda = append(all.Lambda, l)
			all.Mass = append(all.Mass, b.Lower.Mass[i]/float64(len(e)))
		}
	}
	return all.atoms()
}

// Laplace returns the transform at tau. The mean of the transforms of the random
// measures lies between lower and upper, up to rounding. stdErr is the standard error
// of that mean as an estimate of the transform of the expected measure. It is NaN for a
// single bracket.
func (e Estimate) Laplace(tau float64) (lower, upper, stdErr float64) {
	low, high := make([]float64, len(e)), make([]float64, len(e))
	for i, b := range e {
		low[i], high[i] = b.Lower.Laplace(tau), b.Upper.Laplace(tau)
	}
	lower, sd := stat.MeanStdDev(low, nil)
	return lower, stat.Mean(high, nil), stat.StdErr(sd, float64(len(e)))
}
