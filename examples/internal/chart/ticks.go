package chart

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// linearTicks marks multiples of 1, 2 or 5 times a power of ten, about six of them, with
// as many decimals as these multiples need.
type linearTicks struct{}

func (linearTicks) Ticks(lo, hi float64) []plot.Tick {
	exponent := int(math.Floor(math.Log10((hi - lo) / 5)))
	step := math.Pow10(exponent)
	for _, m := range []float64{5, 2} {
		if (hi-lo)/(m*step) >= 4 {
			step *= m
			break
		}
	}
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i <= hi/step+1e-9; i++ {
		v := i*step + 0 // no −0
		ticks = append(ticks, plot.Tick{Value: v, Label: minus(strconv.FormatFloat(v, 'f', max(0, -exponent), 64))})
	}
	return ticks
}

// logTicks marks the multiples 1 to 9 of the powers of ten, of which it labels the powers,
// their multiples by 2 and 5 where the axis spans few of them, and the ends of the axis.
type logTicks struct{}

func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	decades := math.Log10(hi / lo)
	stride := int(math.Ceil(decades / 8))
	// Labels that stand closer than this share of the axis would touch.
	const apart = 0.06
	var ticks []plot.Tick
	for e := int(math.Floor(math.Log10(lo))); e <= int(math.Ceil(math.Log10(hi))); e++ {
		for m := 1; m < 10; m++ {
			v := float64(m) * math.Pow10(e)
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) || stride > 1 && m > 1 {
				continue
			}
			below, above := math.Log10(v/lo)/decades, math.Log10(hi/v)/decades
			end := min(below, above) < 1e-6
			labelled := m == 1 && e%stride == 0 || decades < 2.2 && (m == 2 || m == 5) || decades < 0.8
			tick := plot.Tick{Value: v}
			if end || labelled && min(below, above) > apart {
				tick.Label = number(v)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// outward returns the ends of a logarithmic axis, moved out to multiples 1 to 9 of powers
// of ten, where logTicks has ticks.
func outward(lo, hi float64) (float64, float64) {
	power := math.Pow10(int(math.Floor(math.Log10(lo))))
	lo = math.Floor(lo/power*(1+1e-9)) * power
	power = math.Pow10(int(math.Floor(math.Log10(hi))))
	hi = math.Ceil(hi/power*(1-1e-9)) * power
	return lo, hi
}

// number writes the value of a tick: 0.001 to 10000 as they are, others as 2e−5.
func number(v float64) string {
	if v >= 0.9e-3 && v < 1.1e4 {
		return strconv.FormatFloat(v, 'g', 5, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 0, 64), "e")
	power, _ := strconv.Atoi(exponent)
	return minus(mantissa + "e" + strconv.Itoa(power))
}

// minus puts minus signs in the place of hyphens.
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }
