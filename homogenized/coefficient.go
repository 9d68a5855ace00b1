package homogenized

import (
	"fmt"
	"math"
)

// Differentiate returns the coefficient with the given values. Its slope is found from
// them by central differences of order 8 in ln R, with steps that halve from 0.2 until
// the result changes least. For a smooth f the error of R·f' is below 1e-8 of the size of
// f and of its derivatives in ln R. Each evaluation takes up to 73 values of f.
//
// f must be defined for all R > 0. It panics if f is nil.
func Differentiate(f func(risk float64) float64) Coefficient {
	if f == nil {
		panic("homogenized: Differentiate of nil")
	}
	return func(risk float64) (value, slope float64) {
		return f(risk), logSlope(f, risk) / risk
	}
}

// logSlope returns R f'(R).
func logSlope(f func(risk float64) float64, risk float64) float64 {
	weights := [4]float64{4. / 5, -1. / 5, 4. / 105, -1. / 280}
	best, least, before := math.NaN(), math.Inf(1), math.NaN()
	step := 0.2
	for range 9 {
		sum := 0.0
		for k, w := range weights {
			factor := math.Exp(float64(k+1) * step)
			sum += w * (f(risk*factor) - f(risk/factor))
		}
		now := sum / step
		if change := math.Abs(now - before); change < least {
			best, least = now, change
		}
		before, step = now, step/2
	}
	return best
}

// CheckLimit returns an error that names the first coefficient of the limit that is
// negative or not finite, or whose slope is not the derivative of its values, at four
// risks in each decade from 1e-12 to 1e12, and the first shape that is not odd, not finite
// or not positive at 1. Slopes must agree to 1e-5 of the value divided by the risk. A
// wrong slope makes solutions of package odes slow and local rates wrong, and nothing
// else shows it.
func CheckLimit(l Limit) error {
	if err := l.Validate(); err != nil {
		return err
	}
	if err := checkSlopes("Drift", l.Drift); err != nil {
		return err
	}
	for n, term := range l.Noise {
		if err := checkSlopes(fmt.Sprintf("Noise[%d].Gain", n), term.Gain); err != nil {
			return err
		}
		if err := checkOdd(term.Shape.Odd); err != nil {
			return fmt.Errorf("homogenized: Limit.Noise[%d].Shape.Odd: %w", n, err)
		}
	}
	return nil
}

func checkSlopes(name string, c Coefficient) error {
	for k := -48; k <= 48; k++ {
		risk := math.Pow(10, float64(k)/4)
		value, slope := c(risk)
		if !nonnegative(value) {
			return fmt.Errorf("homogenized: %w", &CoefficientError{Name: name, Risk: risk, Value: value})
		}
		if math.IsNaN(slope) || math.IsInf(slope, 0) {
			return fmt.Errorf("homogenized: Limit.%s has the slope %v at risk %v: must be finite", name, slope, risk)
		}
		if value < 1e-250 {
			continue // differences of what underflows say nothing
		}
		want := logSlope(func(risk float64) float64 { v, _ := c(risk); return v }, risk)
		if !(math.Abs(slope*risk-want) <= 1e-5*(value+math.Abs(want))) {
			return fmt.Errorf("homogenized: Limit.%s has the slope %v at risk %v: its values have %.7g there", name, slope, risk, want/risk)
		}
	}
	return nil
}

func checkOdd(f func(rho float64) float64) error {
	if f == nil {
		return nil
	}
	if one := f(1); !(one > 0) || math.IsInf(one, 1) {
		return fmt.Errorf("it is %v at 1: must be positive and finite", one)
	}
	if zero := f(0); zero != 0 {
		return fmt.Errorf("it is %v at 0: must be odd", zero)
	}
	for k := 1; k <= 32; k++ {
		rho := float64(k) / 32
		v, w := f(rho), f(-rho)
		if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v+w) > 1e-12*math.Abs(v) {
			return fmt.Errorf("it is %v at %v and %v at %v: must be odd and finite", v, rho, w, -rho)
		}
	}
	return nil
}
