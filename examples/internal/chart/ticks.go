package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// linearTicks marks multiples of 1, 2 or 5 times a power of ten, about six of them.
type linearTicks struct{}

func (linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step := math.Pow10(int(math.Floor(math.Log10((hi - lo) / 5))))
	for _, m := range []float64{5, 2} {
		if (hi-lo)/(m*step) >= 4 {
			step *= m
			break
		}
	}
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i <= hi/step+1e-9; i++ {
		v := i*step + 0 // no −0
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 4, 64)})
	}
	return ticks
}

// logTicks marks the powers of ten where an axis spans many of them, 1, 2 and 5 times
// those where it spans few, and all their multiples where it hardly spans one.
type logTicks struct{}

func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	decades := math.Log10(hi / lo)
	stride := int(math.Ceil(decades / 8))
	var ticks []plot.Tick
	for e := int(math.Floor(math.Log10(lo))); e <= int(math.Ceil(math.Log10(hi))); e++ {
		for m := 1; m < 10; m++ {
			v := float64(m) * math.Pow10(e)
			labelled := m == 1 && e%stride == 0 || decades < 2.5 && (m == 2 || m == 5) || decades < 0.8 && m < 9
			if v < lo || v > hi || stride > 1 && m > 1 {
				continue
			}
			tick := plot.Tick{Value: v}
			if labelled {
				tick.Label = strconv.FormatFloat(v, 'g', 3, 64)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}
