package odes

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Band returns, at each of Times, the ends of the interval around the curve in which the
// risk of a run lies with the probability level, 0 < level < 1: Risk ± z √Variance, where
// z is the normal quantile of (1+level)/2. Lower ends below 0 are 0. A curve without its
// Variance is an error.
//
// Coverage was 0.81 at d = 50 and 0.80 from d = 200 up for level 0.8 in simulations.
func (c *Curve) Band(level float64) (lo, hi []float64, err error) {
	if err := c.checkVariance("Curve.Band"); err != nil {
		return nil, nil, err
	}
	z, err := twoSided("Curve.Band: level", level)
	if err != nil {
		return nil, nil, err
	}
	lo, hi = make([]float64, len(c.Risk)), make([]float64, len(c.Risk))
	for i, r := range c.Risk {
		sd := math.Sqrt(c.Variance[i])
		lo[i], hi[i] = max(r-z*sd, 0), r+z*sd
	}
	return lo, hi, nil
}

// RunsNeeded returns, at each time of two curves, the number of runs of each of the two
// from which the means of the runs differ significantly with the probability power. The
// test is that of two normal means of known variances, two-sided at the confidence level:
//
//	n = (z_{(1+level)/2} + z_power)² (Var a + Var b)/(R_a − R_b)²,
//
// rounded up, at least 1, and +Inf where the curves meet. Both must carry their Variance at
// the same times. Means of runs differ from their curves by O(1/d), so a difference of the
// curves that is not large against R/d cannot be relied on.
func RunsNeeded(a, b *Curve, level, power float64) ([]float64, error) {
	if err := comparable("RunsNeeded", a, b); err != nil {
		return nil, err
	}
	z, err := twoSided("RunsNeeded: level", level)
	if err != nil {
		return nil, err
	}
	if !(power >= 0.5 && power < 1) {
		return nil, fmt.Errorf("odes: RunsNeeded: power is %v: must lie in [0.5, 1)", power)
	}
	z += distuv.UnitNormal.Quantile(power)
	runs := make([]float64, len(a.Risk))
	for i := range runs {
		gap := a.Risk[i] - b.Risk[i]
		if gap == 0 {
			runs[i] = math.Inf(1)
			continue
		}
		runs[i] = max(math.Ceil(z*z*(a.Variance[i]+b.Variance[i])/(gap*gap)), 1)
	}
	return runs, nil
}

// ProbabilityBelow returns, at each time of two curves, the probability that the risk of a
// run of a is below that of an independent run of b, Φ((R_b − R_a)/√(Var a + Var b)). It is
// ½ where the curves meet. Both must carry their Variance at the same times.
func ProbabilityBelow(a, b *Curve) ([]float64, error) {
	if err := comparable("ProbabilityBelow", a, b); err != nil {
		return nil, err
	}
	p := make([]float64, len(a.Risk))
	for i := range p {
		gap := b.Risk[i] - a.Risk[i]
		p[i] = 0.5
		if gap != 0 {
			p[i] = distuv.UnitNormal.CDF(gap / math.Sqrt(a.Variance[i]+b.Variance[i]))
		}
	}
	return p, nil
}

// comparable returns an error unless two curves carry their variance at the same times.
func comparable(what string, a, b *Curve) error {
	for _, c := range []*Curve{a, b} {
		if err := c.checkVariance(what); err != nil {
			return err
		}
	}
	if !slices.Equal(a.Times, b.Times) {
		return fmt.Errorf("odes: %s: the curves have different Times", what)
	}
	return nil
}

// checkVariance returns an error unless the curve carries its variance.
func (c *Curve) checkVariance(what string) error {
	switch {
	case c == nil:
		return fmt.Errorf("odes: %s: the curve is nil", what)
	case c.Variance == nil:
		return fmt.Errorf("odes: %s: Curve.Variance is nil: make the curve with System.Variance", what)
	case len(c.Variance) != len(c.Times) || len(c.Risk) != len(c.Times):
		return fmt.Errorf("odes: %s: the curve has %d times, %d risks and %d variances: the numbers must agree", what, len(c.Times), len(c.Risk), len(c.Variance))
	}
	return nil
}

// twoSided returns the normal quantile of (1+level)/2.
func twoSided(what string, level float64) (float64, error) {
	if !(level > 0 && level < 1) {
		return 0, fmt.Errorf("odes: %s is %v: must lie in (0, 1)", what, level)
	}
	return distuv.UnitNormal.Quantile((1 + level) / 2), nil
}
