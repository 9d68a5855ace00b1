package odes

import (
	"fmt"
	"math"
	"sort"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Batches is the limit of an optimizer at every real batch B from 1 to a largest. At an
// integer the limit is homogenized.Of's. Between integers it is a continuous relaxation:
// h and the g_n are interpolated, their logarithms as cubic polynomials of log B. For SGD,
// g = 2𝓟/B, this is exact. For signSGD, h = c_B φ_B/√(2R), it agrees with the batches that
// it was not made of to about 1e-4.
type Batches struct {
	batch  []int
	limits []homogenized.Limit
}

// NewBatches takes the limits of the optimizer on the problem at the batches 1, 2, …, 8
// and at some larger ones up to largest. The problem's own Batch plays no part. Coupled and
// Centred limits are an error.
func NewBatches(p signsgd.Problem, o signsgd.Optimizer, largest int) (*Batches, error) {
	if largest < 1 {
		return nil, fmt.Errorf("odes: NewBatches: largest is %d: must be at least 1", largest)
	}
	b := new(Batches)
	for n := 1; ; n = max(n+1, min(n+n/4, largest)) {
		if n > largest {
			break
		}
		p.Batch = n
		l, err := homogenized.Of(p, o)
		if err != nil {
			return nil, err
		}
		if l.Coupling != nil {
			return nil, fmt.Errorf("odes: NewBatches: the limit %q is coupled: OptimalBatches follows limits of one vector only, as Optimal does", l.Name)
		}
		if l.Centred {
			return nil, fmt.Errorf("odes: NewBatches: the limit %q is Centred, which depends on the dimension beside the batch", l.Name)
		}
		b.batch, b.limits = append(b.batch, n), append(b.limits, l)
	}
	return b, nil
}

// Largest returns the largest batch.
func (b *Batches) Largest() float64 { return float64(b.batch[len(b.batch)-1]) }

// At returns the limit at a batch, which must lie between 1 and the largest.
func (b *Batches) At(batch float64) (homogenized.Limit, error) {
	if !(batch >= 1 && batch <= b.Largest()) {
		return homogenized.Limit{}, fmt.Errorf("odes: Batches.At: batch is %v: must be at least 1 and at most %v", batch, b.Largest())
	}
	l := homogenized.Limit{Name: fmt.Sprintf("%s at batch %g", b.limits[0].Name, batch), Basis: b.limits[0].Basis}
	l.Drift = func(risk float64) (value, slope float64) {
		value, slope, _ = b.coefficient(-1, batch, risk)
		return value, slope
	}
	for n, term := range b.limits[0].Noise {
		l.Noise = append(l.Noise, homogenized.Term{Shape: term.Shape, Gain: func(risk float64) (value, slope float64) {
			value, slope, _ = b.coefficient(n, batch, risk)
			return value, slope
		}})
	}
	return l, nil
}

// coefficient returns the gain of noise term n, or the drift if n is negative, with its
// derivatives by the risk and by log B.
func (b *Batches) coefficient(n int, batch, risk float64) (value, byRisk, byLog float64) {
	at := func(k int) (float64, float64) {
		if n < 0 {
			return b.limits[k].Drift(risk)
		}
		return b.limits[k].Noise[n].Gain(risk)
	}
	// The points are the two on either side, or as many as there are.
	first := sort.SearchInts(b.batch, int(math.Ceil(batch))) - 2
	first = max(min(first, len(b.batch)-4), 0)
	points := min(4, len(b.batch))
	x := math.Log(batch)
	var logValue, logSlope float64
	for k := first; k < first+points; k++ {
		v, dv := at(k)
		if !(v > 0) {
			return v, dv, 0 // it is 0 at every batch
		}
		weight, weightSlope := 1.0, 0.0
		y := math.Log(float64(b.batch[k]))
		for j := first; j < first+points; j++ {
			if j == k {
				continue
			}
			z := math.Log(float64(b.batch[j]))
			weightSlope = (weightSlope*(x-z) + weight) / (y - z)
			weight *= (x - z) / (y - z)
		}
		logValue += weight * math.Log(v)
		logSlope += weight * dv / v
		byLog += weightSlope * math.Log(v)
	}
	value = math.Exp(logValue)
	return value, value * logSlope, value * byLog
}
